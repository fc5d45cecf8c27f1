import { posix } from 'node:path'
import ts from 'typescript'

/** One file of ours, reduced to what the rules are about. Paths are relative to the checkout. */
export interface SourceModule {
  readonly path: string
  readonly imports: readonly ModuleImport[]
  /** Where it does what only some rooms or no room may do. */
  readonly finds: readonly Find[]
}

export interface ModuleImport {
  readonly line: number
  readonly specifier: string
  /** The path of a file of ours, or null for a package or a part of Node. */
  readonly target: string | null
  /** `type` vanishes when the program runs; `dynamic` runs later, when asked. */
  readonly kind: 'value' | 'type' | 'dynamic'
}

export interface Find {
  readonly line: number
  readonly kind: 'default-export' | 'enum' | 'ambient' | 'left-out'
  /** As it stands in the file: `Date.now`. */
  readonly what: string
}

/** Time, chance and surroundings that should have come in as a parameter. */
const AMBIENT_PROPERTIES = new Set([
  'Date.now',
  'performance.now',
  'Math.random',
  'process.env',
  'process.exit',
])
const AMBIENT_FUNCTIONS = new Set(['setTimeout', 'setInterval'])

/** Tests that do not run and do not say why. */
const LEAVES_OUT = /^(test|it|describe|suite)\.(only|runIf|skip|skipIf|todo)$/

export function readModule(path: string, text: string): SourceModule {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const imports: ModuleImport[] = []
  const finds: Find[] = []
  visit(file)
  return { path, imports, finds }

  function visit(node: ts.Node): void {
    const line = file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1
    const found = importOf(node)
    if (found !== undefined)
      imports.push({ line, ...found, target: targetOf(path, found.specifier) })
    const find = findOf(node)
    if (find !== undefined) finds.push({ line, ...find })
    ts.forEachChild(node, visit)
  }
}

function importOf(node: ts.Node): Pick<ModuleImport, 'specifier' | 'kind'> | undefined {
  if (ts.isImportDeclaration(node)) {
    return specified(
      node.moduleSpecifier,
      node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword ? 'type' : 'value',
    )
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
    return specified(node.moduleSpecifier, node.isTypeOnly ? 'type' : 'value')
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return specified(node.argument.literal, 'type')
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const [argument] = node.arguments
    return argument === undefined ? undefined : specified(argument, 'dynamic')
  }
  return undefined
}

function specified(
  node: ts.Node,
  kind: ModuleImport['kind'],
): Pick<ModuleImport, 'specifier' | 'kind'> | undefined {
  return ts.isStringLiteralLike(node) ? { specifier: node.text, kind } : undefined
}

function targetOf(path: string, specifier: string): string | null {
  return specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : null
}

function findOf(node: ts.Node): Omit<Find, 'line'> | undefined {
  if (isDefaultExport(node)) return { kind: 'default-export', what: 'export default' }
  if (ts.isEnumDeclaration(node)) return { kind: 'enum', what: `enum ${node.name.text}` }
  if (ts.isPropertyAccessExpression(node) && LEAVES_OUT.test(node.getText())) {
    return { kind: 'left-out', what: node.getText() }
  }
  const what = ambientOf(node)
  return what === undefined ? undefined : { kind: 'ambient', what }
}

function isDefaultExport(node: ts.Node): boolean {
  if (ts.isExportAssignment(node)) return true
  if (ts.isExportSpecifier(node)) return node.name.text === 'default'
  return (
    ts.canHaveModifiers(node) &&
    ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword) === true
  )
}

function ambientOf(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node)) {
    const owner = withoutGlobalThis(node.expression)
    if (isDeclaredAround(node, owner)) return undefined
    const name = `${owner}.${node.name.text}`
    if (AMBIENT_PROPERTIES.has(name)) return name
    return name.startsWith('console.') ? name : undefined
  }
  if (ts.isCallExpression(node)) {
    const name = withoutGlobalThis(node.expression)
    if (AMBIENT_FUNCTIONS.has(name)) return name
    return name === 'Date' ? 'Date()' : undefined
  }
  // With an argument it only converts a time that somebody else took.
  const isNow =
    ts.isNewExpression(node) &&
    withoutGlobalThis(node.expression) === 'Date' &&
    (node.arguments ?? []).length === 0
  return isNow ? 'new Date()' : undefined
}

/** A parameter or variable of that name hides the global one: a simulated `process` may well `exit`. */
function isDeclaredAround(node: ts.Node, name: string): boolean {
  for (let scope = node.parent; scope !== undefined; scope = scope.parent) {
    if (ts.isFunctionLike(scope) && scope.parameters.some((each) => declares(each, name)))
      return true
    if (!ts.isBlock(scope) && !ts.isForOfStatement(scope) && !ts.isForStatement(scope)) continue
    const statements = ts.isBlock(scope) ? scope.statements : [scope.initializer]
    const lists = statements.map((each) =>
      each !== undefined && ts.isVariableStatement(each) ? each.declarationList : each,
    )
    const isHere = lists.some(
      (list) =>
        list !== undefined &&
        ts.isVariableDeclarationList(list) &&
        list.declarations.some((each) => declares(each, name)),
    )
    if (isHere) return true
  }
  return false
}

function declares(declaration: ts.ParameterDeclaration | ts.VariableDeclaration, wanted: string) {
  return namesIn(declaration.name).includes(wanted)
}

function namesIn(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text]
  return [...name.elements].flatMap((each) => (ts.isBindingElement(each) ? namesIn(each.name) : []))
}

function withoutGlobalThis(node: ts.Expression): string {
  const text = node.getText()
  return text.startsWith('globalThis.') ? text.slice('globalThis.'.length) : text
}
