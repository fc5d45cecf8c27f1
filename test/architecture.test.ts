import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { checkCycles } from './architecture/cycles.ts'
import { checkHabits } from './architecture/habits.ts'
import { checkPage } from './architecture/page.ts'
import { readModule, type SourceModule } from './architecture/read-module.ts'
import { checkRooms, PACKAGES } from './architecture/rooms.ts'

const tree = globSync(['*.ts', '{src,test,scripts,examples}/**/*.ts', 'web/**/*.{ts,tsx}']).map(
  (path) => readModule(path, readFileSync(path, 'utf8')),
)

test('every import obeys the table of rooms', () => {
  expect(checkRooms(tree)).toEqual([])
})

test('the page stands on its own in a browser', () => {
  expect(checkPage(tree)).toEqual([])
})

test('no files import each other', () => {
  expect(checkCycles(tree)).toEqual([])
})

test('every file keeps the habits of the house', () => {
  expect(checkHabits(tree)).toEqual([])
})

test('the table names no package that is not installed', () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
  const installed = Object.keys({ ...dependencies, ...devDependencies })

  const unknown = Object.keys(PACKAGES).filter(
    (name) =>
      !installed.some((each) => (name.endsWith('/') ? each.startsWith(name) : each === name)),
  )

  expect(unknown).toEqual([])
})

// The checks themselves, on small trees that are wrong: a check that cannot fail is worth nothing.

test.each([
  [
    'a neighbour',
    { 'src/reports/page.ts': "import { openStore } from '../store/store.ts'" },
    'src/reports/page.ts:1 imports src/store/store.ts: reports may import records, endpoints, statistics, support/cell-key.ts, support/usd-text.ts, trials/stopping/allotted.ts, trials/stopping/followed.ts. Take what you need as a parameter, or move what both need to a room that reports may import.',
  ],
  [
    'a neighbour, later',
    { 'src/trials/run.ts': "\nconst { memory } = await import('../sandboxes/memory.ts')" },
    'src/trials/run.ts:2 imports src/sandboxes/memory.ts: trials may import records, support, endpoints, statistics, scenarios/scenario.ts, sandboxes/sandbox.ts, agents/agent.ts, scorers/scorer.ts. Take what you need as a parameter, or move what both need to a room that trials may import.',
  ],
  [
    'a neighbour, exported again',
    { 'src/records/trial.ts': "export { hash } from '../support/hash.ts'" },
    'src/records/trial.ts:1 imports src/support/hash.ts: records may import nothing of ours. Take what you need as a parameter, or move what both need to a room that records may import.',
  ],
  [
    'a neighbour, in a type',
    { 'src/records/trial.ts': "export type Clock = import('../support/clock.ts').Clock" },
    'src/records/trial.ts:1 imports src/support/clock.ts: records may import nothing of ours. Take what you need as a parameter, or move what both need to a room that records may import.',
  ],
  [
    'values where only types are allowed',
    { 'src/agents/model.ts': "import { CAPABILITIES } from '../sandboxes/sandbox.ts'" },
    'src/agents/model.ts:1 imports values of src/sandboxes/sandbox.ts: agents may use its types only; write `import type`.',
  ],
  [
    'a catalog',
    { 'src/sandboxes/best.ts': "import { sandboxes } from './catalog.ts'" },
    'src/sandboxes/best.ts:1 imports src/sandboxes/catalog.ts: only cli, index, testing know which parts exist; take the part you need as a parameter.',
  ],
  [
    'a folder',
    { 'src/cli/main.ts': "import { trials } from '../trials'" },
    'src/cli/main.ts:1 imports "../trials": name the file that owns the name, with its ending (`\'../sandboxes/sandbox.ts\'`), never a folder.',
  ],
  [
    'a test',
    { 'src/cli/main.ts': "import { sample } from '../trials/run.test.ts'" },
    'src/cli/main.ts:1 imports a test (src/trials/run.test.ts): move what it needs into a file of its own.',
  ],
  [
    'what is not published',
    { 'src/cli/main.ts': "import { renderCatalog } from '../../scripts/catalogs.ts'" },
    'src/cli/main.ts:1 imports scripts/catalogs.ts, which stands outside src/ and is not in the published package: move it into a room.',
  ],
  [
    'the testing room',
    { 'src/cli/main.ts': "import { fakeClock } from '../testing/fake-clock.ts'" },
    'src/cli/main.ts:1 imports src/testing/fake-clock.ts: cli may import agents, endpoints, interchange, judges, records, reports, sandboxes, scenarios, scorers, statistics, store, support, trials, server. Take what you need as a parameter, or move what both need to a room that cli may import.',
  ],
  [
    "another room's library",
    { 'src/trials/run.ts': "import { Command } from 'commander'" },
    'src/trials/run.ts:1 imports "commander", which belongs to cli: use it there and pass trials the result.',
  ],
  [
    "nobody's library",
    { 'src/trials/run.ts': "import debounce from 'lodash/debounce'" },
    'src/trials/run.ts:1 imports "lodash/debounce", which no room owns: say why it is needed in docs/decisions/dependencies.md and add it to PACKAGES in test/architecture/rooms.ts with the room whose concern it is.',
  ],
  [
    'an effect in a pure room',
    { 'src/scorers/verdict.ts': "import { readFileSync } from 'node:fs'" },
    'src/scorers/verdict.ts:1 imports "node:fs": scorers takes values and returns values; the effect belongs at the rim, behind a parameter.',
  ],
  [
    'Node without its prefix',
    { 'src/store/run-file.ts': "import { rename } from 'fs/promises'" },
    'src/store/run-file.ts:1 imports "fs/promises": write "node:fs/promises".',
  ],
  [
    'from a room that does not exist',
    { 'src/lib/text.ts': 'export const text = 1' },
    'src/lib/text.ts: "lib" is not a room. Put the file in one of support, statistics, records, sandboxes, scorers, endpoints, store, scenarios, agents, judges, trials, reports, interchange, server, cli, index, testing, or add a room to ROOMS in test/architecture/rooms.ts and to ARCHITECTURE.md.',
  ],
])('an import of %s is refused', (_, files, sentence) => {
  expect(checkRooms(treeOf(files))).toEqual([sentence])
})

test.each([
  ['its own room', { 'src/trials/run.ts': "import { plan } from './plan.ts'" }],
  ['a contract', { 'src/trials/run.ts': "import type { Agent } from '../agents/agent.ts'" }],
  ['types', { 'src/agents/model.ts': "import type { Sandbox } from '../sandboxes/sandbox.ts'" }],
  ['its library', { 'src/agents/model.ts': "import { generateText } from 'ai'" }],
  ['a path of its library', { 'src/testing/model.ts': "import { fc } from 'fast-check/lib'" }],
  ['pure Node', { 'src/scorers/verdict.ts': "import { posix } from 'node:path'" }],
  ['real parts in a test', { 'src/trials/run.test.ts': "import '../sandboxes/catalog.ts'" }],
  [
    'what is only mentioned',
    { 'src/records/a.ts': "// import '../cli/main.ts'\nconst b = `import('../cli/main.ts')`" },
  ],
])('an import of %s is allowed', (_, files) => {
  expect(checkRooms(treeOf(files))).toEqual([])
})

test('the page imports what it shares and its own libraries, and reaches nothing of Node', () => {
  const fine = treeOf({
    'web/app.tsx':
      "import { useState } from 'react'\nimport { chart } from '../src/reports/chart.ts'",
    'src/reports/chart.ts': "import { scale } from 'd3-scale'\nimport type { F } from './file.ts'",
    'src/reports/file.ts': "import { readFileSync } from 'node:fs'",
    'web/vite.config.ts': "import { fileURLToPath } from 'node:url'",
  })
  const wrong = treeOf({
    'web/app.tsx': "import { openRun } from '../src/store/store.ts'\nimport { x } from 'left-pad'",
    'src/store/store.ts': "import { hash } from './hash.ts'",
    'src/store/hash.ts': "import { createHash } from 'node:crypto'",
  })

  expect(checkPage(fine)).toEqual([])
  expect(checkPage(wrong)).toEqual([
    'web/app.tsx:1 imports src/store/store.ts: the page may import src/records/, src/reports/, src/support/ and its own files. What it shows comes from its source, over HTTP or from a file.',
    'web/app.tsx:2 imports "left-pad", which the page does not have: say why it is needed in docs/decisions/dependencies.md and add it to PAGE_PACKAGES in test/architecture/page.ts.',
    'src/store/hash.ts:1 imports "node:crypto", and the page reaches it (web/app.tsx → src/store/store.ts → src/store/hash.ts): no browser has that. Take it as a parameter, or divide the file.',
  ])
})

test('a cycle of values is refused', () => {
  const cyclic = treeOf({
    'src/trials/a.ts': "import { b } from './b.ts'",
    'src/trials/b.ts': "import { c } from './c.ts'",
    'src/trials/c.ts': "export * from './b.ts'",
  })

  expect(checkCycles(cyclic)).toEqual([
    'These files import each other: src/trials/b.ts → src/trials/c.ts → src/trials/b.ts. Move what they share to a file that both import.',
  ])
})

test('a cycle of types is refused across rooms and allowed within one', () => {
  const across = treeOf({
    'src/agents/agent.ts': "import type { Trial } from '../trials/trial.ts'",
    'src/trials/trial.ts': "import { agent } from '../agents/agent.ts'",
  })
  const within = treeOf({
    'src/trials/a.ts': "import type { B } from './b.ts'",
    'src/trials/b.ts': "import { a } from './a.ts'",
  })

  expect(checkCycles(across)).toEqual([
    'These types refer to each other across rooms: src/agents/agent.ts → src/trials/trial.ts → src/agents/agent.ts. Move the shared type to records or to the lower room.',
  ])
  expect(checkCycles(within)).toEqual([])
})

test('an import that runs later closes no cycle', () => {
  const catalog = treeOf({
    'src/cli/catalog.ts': "export const load = () => import('./commands/list.ts')",
    'src/cli/commands/list.ts': "import { load } from '../catalog.ts'",
  })

  expect(checkCycles(catalog)).toEqual([])
})

test.each([
  ['export default 1', 'exports a default: give the export its name.'],
  ['const a = 1\nexport { a as default }', 'exports a default: give the export its name.'],
  ['export default function f() {}', 'exports a default: give the export its name.'],
  [
    "export enum Verdict { Yes = 'yes' }",
    'has enum Verdict: write a list `as const` and derive the type from it.',
  ],
  ...[
    ['Date.now()', 'Date.now'],
    ['performance.now()', 'performance.now'],
    ['new Date()', 'new Date()'],
    ['Date()', 'Date()'],
    ['Math.random()', 'Math.random'],
    ['process.env.KEY', 'process.env'],
    ["process.env['KEY']", 'process.env'],
    ['process.exit(1)', 'process.exit'],
    ["console.log('x')", 'console.log'],
    ['setTimeout(() => {}, 1)', 'setTimeout'],
    ['globalThis.setTimeout(() => {}, 1)', 'setTimeout'],
    ['globalThis.process.env', 'process.env'],
    ['{ const other = 1; return process.env }', 'process.env'],
  ].map(([code, what]) => [
    `export const a = () => ${code}`,
    `uses ${what}: take it from the context that is passed in (clock, random, environment, log).`,
  ]),
])('a file of a room that says %s is refused', (code, sentence) => {
  const problems = checkHabits(treeOf({ 'src/trials/a.ts': code ?? '' }))

  expect(problems.map((problem) => problem.replace(/^\S+ /, ''))).toEqual([sentence])
})

test.each([
  [
    'a time that was handed in',
    { 'src/trials/a.ts': 'export const a = (ms: number) => new Date(ms)' },
  ],
  [
    'words in a comment or a text',
    { 'src/trials/a.ts': "// Date.now()\nexport const a = 'Math.random()'" },
  ],
  ["a clock's own method", { 'src/trials/a.ts': 'export const a = (c: Clock) => c.setTimeout(1)' }],
  [
    'something of its own that bears the name',
    {
      'src/sandboxes/a.ts': `export function stop(process: Simulated) { process.exit(1) }
export const all = (list: Simulated[]) => { for (const process of list) process.exit(1) }
export function one(list: Simulated[]) { const [process] = list; process?.exit(1) }`,
    },
  ],
  ['the clock in support', { 'src/support/clock.ts': 'export const a = () => Date.now()' }],
  ['the environment in the command line', { 'src/cli/main.ts': 'export const a = process.env' }],
  ['a timer in a test', { 'src/trials/a.test.ts': 'setTimeout(() => {}, 1)' }],
  ['a printing script', { 'scripts/ok.ts': "console.log('ok')" }],
  ['the default of a configuration', { 'vitest.config.ts': 'export default {}' }],
])('%s is allowed', (_, files) => {
  expect(checkHabits(treeOf(files))).toEqual([])
})

test.each([
  ['src/store/index.ts', 'src/index.ts is the only index; name the file after what it exports.'],
  ['src/store/runFile.ts', "write the file's name in kebab-case."],
  ['src/store/utils.ts', '"utils.ts" becomes a drawer; name it after the one thing it is for.'],
  ['test/helpers/clock.ts', '"helpers" becomes a drawer; name it after the one thing it is for.'],
])('the name %s is refused', (path, sentence) => {
  expect(checkHabits(treeOf({ [path]: '' }))).toEqual([`${path}: ${sentence}`])
})

test.each(['test.skip', 'test.only', 'it.todo', 'describe.skipIf', 'test.runIf'])(
  'a test left out by %s is refused, since it does not say why',
  (call) => {
    const problems = checkHabits(treeOf({ 'test/a.test.ts': `${call}('a', () => {})` }))

    expect(problems).toEqual([
      `test/a.test.ts:1 has ${call}: say why, in the test or in beforeEach: \`({ skip }) => skip(condition, 'the reason')\`.`,
    ])
  },
)

function treeOf(files: Readonly<Record<string, string>>): SourceModule[] {
  return Object.entries(files).map(([path, text]) => readModule(path, text))
}
