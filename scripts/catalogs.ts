import ts from 'typescript'

/** A folder of interchangeable parts, and the catalog that lists them. Paths are relative to the checkout. */
export interface Shelf {
  readonly folder: string
  readonly contract: string
  readonly catalog: string
  /** The function of the contract that makes a part, and the type it returns. */
  readonly define: string
  readonly type: string
  /** The constant that the catalog exports. */
  readonly list: string
  /** Properties copied from each part, the first of which names it. */
  readonly copied: readonly [string, string]
}

export const SHELVES: readonly Shelf[] = [
  {
    folder: 'src/scenarios',
    contract: 'src/scenarios/scenario.ts',
    catalog: 'src/scenarios/catalog.ts',
    define: 'defineScenario',
    type: 'Scenario',
    list: 'scenarios',
    copied: ['id', 'title'],
  },
  {
    folder: 'src/sandboxes',
    contract: 'src/sandboxes/sandbox.ts',
    catalog: 'src/sandboxes/catalog.ts',
    define: 'defineSandbox',
    type: 'SandboxKind',
    list: 'sandboxes',
    copied: ['id', 'title'],
  },
  {
    folder: 'src/agents',
    contract: 'src/agents/agent.ts',
    catalog: 'src/agents/catalog.ts',
    define: 'defineAgent',
    type: 'AgentKind',
    list: 'agents',
    copied: ['id', 'title'],
  },
  {
    folder: 'src/cli/commands',
    contract: 'src/cli/command.ts',
    catalog: 'src/cli/catalog.ts',
    define: 'defineCommand',
    type: 'Command',
    list: 'commands',
    copied: ['name', 'summary'],
  },
]

/** A room published whole under one name; the barrel exports all that its files do. */
export const BARREL = { folder: 'src/testing', path: 'src/testing/testing.ts' }

/** The barrel of a room whose files are `paths`, before formatting. */
export function renderBarrel(paths: readonly string[]): string {
  const lines = paths
    .filter((path) => !isTest(path) && path !== BARREL.path)
    .toSorted(compare)
    .map((path) => `export * from '${relativeTo(BARREL.folder, path)}'`)
  return ['// Written by `npm run generate`. Do not edit.', ...lines, ''].join('\n')
}

/** A file's text, with its path relative to the checkout. */
export interface SourceText {
  readonly path: string
  readonly text: string
}

interface Part {
  readonly path: string
  readonly exportName: string
  readonly copied: readonly [string, string]
}

/**
 * The catalog of a shelf whose files are `sources`, before formatting. The titles are copied, so that a listing loads no part.
 *
 * @throws Error with one sentence that says what to change, for a part that stands in the wrong place, is not exported,
 * or whose name or title is not written out.
 */
export function renderCatalog(shelf: Shelf, sources: readonly SourceText[]): string {
  const parts = sources
    .filter(({ path }) => mayHoldParts(shelf, path))
    .flatMap((source) => findParts(shelf, source))
    .toSorted((a, b) => compare(a.copied[0], b.copied[0]) || compare(a.path, b.path))
  refuseDuplicates(shelf, parts)

  const [name, title] = shelf.copied
  const from = shelf.catalog.slice(0, shelf.catalog.lastIndexOf('/'))
  return [
    '// Written by `npm run generate`. Do not edit.',
    `import type { ${shelf.type} } from '${relativeTo(from, shelf.contract)}'`,
    '',
    '/** Every part of this shelf, by name and title; `load` brings the part itself. */',
    `export const ${shelf.list}: readonly {`,
    `  readonly ${name}: string`,
    `  readonly ${title}: string`,
    `  readonly load: () => Promise<${shelf.type}>`,
    '}[] = [',
    ...parts.flatMap((part) => [
      '  {',
      `    ${name}: ${JSON.stringify(part.copied[0])},`,
      `    ${title}: ${JSON.stringify(part.copied[1])},`,
      `    load: () => import('${relativeTo(from, part.path)}').then((module) => module.${part.exportName}),`,
      '  },',
    ]),
    ']',
    '',
  ].join('\n')
}

function mayHoldParts(shelf: Shelf, path: string): boolean {
  return (
    path.startsWith(`${shelf.folder}/`) &&
    path.endsWith('.ts') &&
    !isTest(path) &&
    path !== shelf.contract &&
    path !== shelf.catalog
  )
}

function isTest(path: string): boolean {
  return /\.test(-d)?\.ts$/.test(path)
}

function findParts(shelf: Shelf, { path, text }: SourceText): Part[] {
  if (!text.includes(shelf.define)) return []
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  return file.statements.filter(ts.isVariableStatement).flatMap((statement) =>
    statement.declarationList.declarations.flatMap((declaration) => {
      const call = declaration.initializer
      if (call === undefined || !isCallOf(call, shelf.define)) return []
      return [readPart(shelf, path, statement, declaration, call)]
    }),
  )
}

function isCallOf(node: ts.Expression, name: string): node is ts.CallExpression {
  return (
    ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === name
  )
}

function readPart(
  shelf: Shelf,
  path: string,
  statement: ts.VariableStatement,
  declaration: ts.VariableDeclaration,
  call: ts.CallExpression,
): Part {
  const isExported = statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
  if (isExported !== true || !ts.isIdentifier(declaration.name)) {
    throw new Error(`${path}: write \`export const\` before what ${shelf.define}() makes.`)
  }
  if (!isMainFile(shelf, path)) {
    throw new Error(
      `${path}: move what ${shelf.define}() makes to ${shelf.folder}/NAME.ts or ${shelf.folder}/NAME/NAME.ts.`,
    )
  }
  const argument = call.arguments[0]
  const [name, title] = shelf.copied.map((key) => readLiteral(argument, key))
  if (name === undefined || title === undefined) {
    throw new Error(
      `${path}: write \`${shelf.copied.join('` and `')}\` as plain strings in the object given to ${shelf.define}(), so that the catalog can copy them.`,
    )
  }
  return { path, exportName: declaration.name.text, copied: [name, title] }
}

/** A part is a file of the shelf, or the file of a folder that bears the folder's name. */
function isMainFile(shelf: Shelf, path: string): boolean {
  const [first, second, ...more] = path.slice(shelf.folder.length + 1).split('/')
  return more.length === 0 && (second === undefined || second === `${first}.ts`)
}

function readLiteral(argument: ts.Expression | undefined, key: string): string | undefined {
  if (argument === undefined || !ts.isObjectLiteralExpression(argument)) return undefined
  const property = argument.properties.find(
    (each) => ts.isPropertyAssignment(each) && ts.isIdentifier(each.name) && each.name.text === key,
  )
  if (property === undefined || !ts.isPropertyAssignment(property)) return undefined
  return ts.isStringLiteralLike(property.initializer) ? property.initializer.text : undefined
}

function refuseDuplicates(shelf: Shelf, parts: readonly Part[]): void {
  for (const [index, part] of parts.entries()) {
    const next = parts[index + 1]
    if (next?.copied[0] === part.copied[0]) {
      throw new Error(
        `${next.path}: ${part.path} already has the ${shelf.copied[0]} "${part.copied[0]}"; choose another.`,
      )
    }
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function relativeTo(folder: string, path: string): string {
  return `./${path.slice(folder.length + 1)}`
}
