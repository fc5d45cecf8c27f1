import { isBuiltin } from 'node:module'
import type { ModuleImport, SourceModule } from './read-module.ts'

/** What a room may import of ours besides itself: a whole room, one file, or only the types of one file. */
type Allowed = string | { readonly types: string }

const CONTRACTS = [
  'scenarios/scenario.ts',
  'sandboxes/sandbox.ts',
  'agents/agent.ts',
  'scorers/scorer.ts',
]
const BEHIND_THE_DOORS = [
  'agents',
  'endpoints',
  'interchange',
  'judges',
  'records',
  'reports',
  'sandboxes',
  'scenarios',
  'scorers',
  'statistics',
  'store',
  'support',
  'trials',
]

/** The rooms of `src/`, and who may import whom. `index` is `src/index.ts`. */
export const ROOMS: Readonly<Record<string, readonly Allowed[]>> = {
  support: [],
  statistics: [],
  records: [],
  sandboxes: ['records', 'support'],
  scorers: ['records', 'support'],
  endpoints: ['records'],
  store: ['records', 'support', 'endpoints/outcome-of.ts'],
  scenarios: ['records', 'support', 'scorers', { types: 'sandboxes/sandbox.ts' }],
  agents: ['records', 'support', { types: 'sandboxes/sandbox.ts' }],
  judges: ['records', 'support', 'agents/agent.ts'],
  trials: ['records', 'support', 'endpoints', 'statistics', ...CONTRACTS],
  reports: [
    'records',
    'endpoints',
    'statistics',
    'support/cell-key.ts',
    'support/usd-text.ts',
    'trials/stopping/allotted.ts',
    'trials/stopping/followed.ts',
  ],
  interchange: ['records', 'support'],
  server: ['records', 'support', 'store', 'reports'],
  cli: [...BEHIND_THE_DOORS, 'server'],
  index: [...BEHIND_THE_DOORS, 'server'],
  testing: BEHIND_THE_DOORS,
}

/** Generated lists of implementations: only where the program is put together, and in what tests everything. */
const KNOW_THE_CATALOGS = ['cli', 'index', 'testing']

/** A library belongs to the rooms whose concern it is. A name that ends in `/` stands for all of that scope. */
export const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  '@ai-sdk/': ['agents'],
  '@hono/node-server': ['server'],
  '@openrouter/ai-sdk-provider': ['agents'],
  '@stdlib/': ['statistics'],
  ai: ['agents'],
  commander: ['cli'],
  'd3-scale': ['reports'],
  'fast-check': ['testing'],
  hono: ['server'],
  'just-bash': ['sandboxes', 'scorers', 'support'],
  undici: ['agents'],
  vitest: ['testing'],
  yaml: ['agents', 'cli', 'support'],
  zod: [
    'agents',
    'cli',
    'interchange',
    'judges',
    'records',
    'sandboxes',
    'scenarios',
    'server',
    'store',
    'support',
    'testing',
    'trials',
  ],
}

/** Rooms that take values and return values; the world comes to them through a context. */
const PURE_ROOMS = [
  'endpoints',
  'records',
  'reports',
  'scenarios',
  'scorers',
  'statistics',
  'trials',
]
const PURE_BUILTINS = [
  'node:assert',
  'node:buffer',
  'node:crypto',
  'node:path',
  'node:path/posix',
  'node:url',
  'node:util',
  'node:zlib',
]

/** @returns one sentence for each import that a rule forbids, with what to do instead. */
export function checkRooms(modules: readonly SourceModule[]): string[] {
  return modules.filter(({ path }) => path.startsWith('src/') && !isTest(path)).flatMap(checkModule)
}

export function isTest(path: string): boolean {
  return /\.test(-d)?\.ts$/.test(path)
}

/** The room of a file in `src/`; undefined for files elsewhere. */
export function roomOf(path: string): string | undefined {
  const [top, room, ...rest] = path.split('/')
  if (top !== 'src' || room === undefined) return undefined
  return rest.length === 0 ? room.replace(/\.ts$/, '') : room
}

function checkModule(module: SourceModule): string[] {
  const room = roomOf(module.path) ?? ''
  const allowed = ROOMS[room]
  if (allowed === undefined) {
    return [
      `${module.path}: "${room}" is not a room. Put the file in one of ${Object.keys(ROOMS).join(', ')}, or add a room to ROOMS in test/architecture/rooms.ts and to ARCHITECTURE.md.`,
    ]
  }
  return module.imports.flatMap((each) => {
    const problem =
      each.target === null
        ? checkPackage(room, each.specifier)
        : checkFile(room, allowed, each, each.target)
    return problem === undefined ? [] : [`${module.path}:${each.line} ${problem}`]
  })
}

function checkFile(
  room: string,
  allowed: readonly Allowed[],
  { specifier, kind }: ModuleImport,
  target: string,
): string | undefined {
  if (!/\.(ts|json)$/.test(specifier)) {
    return `imports "${specifier}": name the file that owns the name, with its ending (\`'../sandboxes/sandbox.ts'\`), never a folder.`
  }
  if (isTest(target))
    return `imports a test (${target}): move what it needs into a file of its own.`
  if (target.endsWith('/catalog.ts') && !KNOW_THE_CATALOGS.includes(room)) {
    return `imports ${target}: only ${KNOW_THE_CATALOGS.join(', ')} know which parts exist; take the part you need as a parameter.`
  }
  const targetRoom = roomOf(target)
  if (targetRoom === undefined) {
    return `imports ${target}, which stands outside src/ and is not in the published package: move it into a room.`
  }
  if (targetRoom === room) return undefined

  const file = target.slice('src/'.length)
  if (allowed.some((each) => each === targetRoom || each === file)) return undefined
  const typesAllowed = allowed.some((each) => typeof each === 'object' && each.types === file)
  if (typesAllowed && kind === 'type') return undefined
  if (typesAllowed)
    return `imports values of ${target}: ${room} may use its types only; write \`import type\`.`
  return `imports ${target}: ${room} may import ${listOf(allowed)}. Take what you need as a parameter, or move what both need to a room that ${room} may import.`
}

function checkPackage(room: string, specifier: string): string | undefined {
  if (isBuiltin(specifier)) return checkBuiltin(room, specifier)
  const name = Object.keys(PACKAGES).find((each) =>
    each.endsWith('/')
      ? specifier.startsWith(each)
      : specifier === each || specifier.startsWith(`${each}/`),
  )
  const rooms = name === undefined ? undefined : PACKAGES[name]
  if (rooms === undefined) {
    return `imports "${specifier}", which no room owns: say why it is needed in docs/decisions/dependencies.md and add it to PACKAGES in test/architecture/rooms.ts with the room whose concern it is.`
  }
  if (rooms.includes(room)) return undefined
  return `imports "${specifier}", which belongs to ${rooms.join(', ')}: use it there and pass ${room} the result.`
}

function checkBuiltin(room: string, specifier: string): string | undefined {
  if (!specifier.startsWith('node:')) return `imports "${specifier}": write "node:${specifier}".`
  if (!PURE_ROOMS.includes(room) || PURE_BUILTINS.includes(specifier)) return undefined
  return `imports "${specifier}": ${room} takes values and returns values; the effect belongs at the rim, behind a parameter.`
}

function listOf(allowed: readonly Allowed[]): string {
  if (allowed.length === 0) return 'nothing of ours'
  return allowed
    .map((each) => (typeof each === 'string' ? each : `${each.types} (types only)`))
    .join(', ')
}
