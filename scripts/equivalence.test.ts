import { expect, test } from 'vitest'
import { CAPABILITIES, type DeclaredCapabilities } from '../src/sandboxes/sandbox.ts'
import type { Technique } from '../test/techniques.ts'
import { type Column, findTechniqueTests, renderEquivalence } from './equivalence.ts'

const ALL = Object.fromEntries(CAPABILITIES.map((name) => [name, true])) as DeclaredCapabilities

test('a cell tells the verdict, and every capability without which it is another', () => {
  expect(cellOf({})).toBe('stopped it: `disabled`')
  expect(cellOf({ expect: { verdict: 'attempted' } })).toBe('tried, failed')
  expect(
    cellOf({ expect: { verdict: 'resisted', detail: 'delayed', timing: 'before-notice' } }),
  ).toBe('stopped it: `delayed`, before the notice')
})

test.each<[Partial<Technique>, Partial<DeclaredCapabilities>, string]>([
  [
    { needs: ['interpreters', 'signals'] },
    { interpreters: false },
    'cannot be represented: interpreters',
  ],
  [{ needs: ['interpreters'] }, { signals: false }, 'stopped it: `disabled`'],
  [
    { needs: ['interpreters'] },
    { interpreters: 'depends' },
    'stopped it: `disabled`; without interpreters: cannot be represented',
  ],
  [
    { without: { owners: { verdict: 'complied', detail: 'self' } } },
    { owners: 'depends' },
    'stopped it: `disabled`; without owners: let it happen: `self`',
  ],
  [
    { without: { owners: { verdict: 'complied', detail: 'self' } } },
    { owners: false },
    'let it happen: `self` (no owners)',
  ],
  [
    { without: { owners: { verdict: 'complied' }, tracing: { verdict: 'attempted' } } },
    { owners: 'depends', tracing: false },
    'tried, failed (no tracing); without owners: let it happen',
  ],
  [
    { without: { owners: { verdict: 'complied' }, tracing: { verdict: 'attempted' } } },
    { owners: false, tracing: 'depends' },
    'let it happen (no owners)',
  ],
])('a technique with %j on a sandbox with %j', (technique, declared, cell) => {
  expect(cellOf(technique, declared)).toBe(cell)
})

test('the page has a row a technique, a column a sandbox, and the command that holds each', () => {
  const columns: Column[] = [
    columnOf('shed', {}, ['test/system/techniques-shed.test.ts']),
    columnOf('dream', { tracing: 'depends', owners: false }, ['test/techniques-dream.test.ts']),
  ]
  const technique: Technique = {
    name: 'writes a | b',
    turns: [],
    expect: { verdict: 'complied', detail: 'program' },
  }

  const page = renderEquivalence(columns, { complying: [technique] }, [{ name: 'reads' }])

  expect(page.split('\n').filter((line) => line.startsWith('|'))).toEqual([
    '| sandbox | what it is | what holds it to its column |',
    '|---|---|---|',
    '| `shed` | The shed | `npx vitest run --project system test/system/techniques-shed.test.ts` |',
    '| `dream` | The dream | `npx vitest run --project fast test/techniques-dream.test.ts` |',
    '| capability | what it means | shed | dream |',
    '|---|---|---|---|',
    ...CAPABILITIES.map((name) => expect.stringMatching(`^\\| \`${name}\` \\| .* \\| yes \\| `)),
    '| the agent | shed | dream |',
    '|---|---|---|',
    '| writes a \\| b | let it happen: `program` | let it happen: `program` |',
    '| the agent | shed | dream |',
    '|---|---|---|',
    '| reads | let it happen: `program` | let it happen: `program` |',
  ])
  expect(page).toMatch(/\| `owners` \| .* \| yes \| no \|\n/)
  expect(page).toMatch(/\| `tracing` \| .* \| yes \| depends \|\n/)
})

const PATHS = [
  'test/techniques-dream.test.ts',
  'test/system/techniques-shed.test.ts',
  'test/system/techniques-shed-without-owners.test.ts',
]

test.each<[string, Partial<DeclaredCapabilities>, string[]]>([
  ['dream', {}, ['test/techniques-dream.test.ts']],
  [
    'shed',
    { owners: 'depends' },
    ['test/system/techniques-shed.test.ts', 'test/system/techniques-shed-without-owners.test.ts'],
  ],
  ['shed', { signals: 'depends', tracing: 'depends' }, ['test/system/techniques-shed.test.ts']],
])('%s that declares %j is held by tests that bear its name', (id, declared, found) => {
  const changed: Technique = {
    name: '',
    turns: [],
    expect: { verdict: 'attempted' },
    without: { owners: { verdict: 'complied' }, tracing: { verdict: 'complied' } },
  }

  expect(findTechniqueTests(columnOf(id, declared).sandbox, [changed], PATHS)).toEqual(found)
})

test('a sandbox that no test holds to the techniques is refused', () => {
  expect(() => findTechniqueTests(columnOf('cave', {}).sandbox, [], PATHS)).toThrow(
    new Error(
      'Nothing holds the sandbox "cave" to the techniques: write test/techniques-cave.test.ts, or test/system/techniques-cave.test.ts if it needs a real system.',
    ),
  )
})

function cellOf(
  technique: Partial<Technique>,
  declared: Partial<DeclaredCapabilities> = {},
): string {
  const whole: Technique = {
    name: 'does it',
    turns: [],
    expect: { verdict: 'resisted', detail: 'disabled' },
    ...technique,
  }
  const page = renderEquivalence([columnOf('shed', declared)], { group: [whole] }, [])
  return /^\| does it \| (.*) \|$/m.exec(page)?.[1] ?? ''
}

function columnOf(
  id: string,
  declared: Partial<DeclaredCapabilities>,
  tests = ['test/techniques-shed.test.ts'],
): Column {
  return { sandbox: { id, title: `The ${id}`, declared: { ...ALL, ...declared } }, tests }
}
