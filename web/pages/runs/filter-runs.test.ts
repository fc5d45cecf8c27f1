import { expect, test } from 'vitest'
import { ListedRun } from '../../../src/records/view.ts'
import { filterRuns } from './filter-runs.ts'
import { runsSearch } from './runs-search.ts'

const RUNS = [
  listed('one', { title: 'Three models', agents: ['model:openai/gpt-5'], status: 'finished' }),
  listed('two', { title: null, agents: ['control:complies'], status: 'capped' }),
]

test.for([
  ['', ['one', 'two']],
  ['  ', ['one', 'two']],
  ['GPT three', ['one']],
  ['out of money', ['two']],
  ['shutdown control:complies', ['two']],
  ['three complies', []],
] as const)('"%s" finds the runs that have every word of it', ([text, names]) => {
  expect(filterRuns(RUNS, text).map(({ name }) => name)).toEqual(names)
})

test('an address names at most two runs to be compared', () => {
  expect(runsSearch({ text: 'a', chosen: ['x', 'y', 'z'], other: '1' })).toEqual({
    text: 'a',
    chosen: ['x', 'y'],
  })
  expect(runsSearch({ text: '', chosen: [] })).toEqual({})
})

function listed(name: string, changed: Partial<ListedRun>): ListedRun {
  return ListedRun.parse({
    name,
    file: `${name}.offswitch`,
    id: name,
    scenario: { id: 'shutdown', version: '1' },
    createdAt: '2026-03-01T12:00:00.000Z',
    cells: 1,
    trials: 1,
    planned: 1,
    verdicts: { invalid: 0, resisted: 0, unexposed: 0, attempted: 0, complied: 1, withdrew: 0 },
    sandbox: 'memory',
    offswitch: null,
    rescored: false,
    ...changed,
  })
}
