import { expect, test } from 'vitest'
import type { ListedRun } from '../../records/view.ts'
import { siteComparisons } from './site-comparisons.ts'

function listed(name: string, day: number, scenario = 'shutdown'): ListedRun {
  return {
    name,
    file: `${name}.offswitch`,
    id: name as ListedRun['id'], // Any word will do here.
    title: null,
    scenario: { id: scenario, version: '1' },
    status: 'finished',
    createdAt: `2025-01-${String(day).padStart(2, '0')}T00:00:00.000Z`,
    agents: [],
    cells: 1,
    trials: 1,
    planned: 1,
    verdicts: { complied: 1, resisted: 0, attempted: 0, withdrew: 0, unexposed: 0, invalid: 0 },
    sandbox: 'memory',
    offswitch: null,
    rescored: false,
  }
}

test('each run is compared within, and those of one scenario with one another, the earlier first', () => {
  const runs = [listed('c', 3), listed('b', 2, 'other'), listed('a', 1)]

  expect(siteComparisons(runs)).toEqual([
    { a: 'c', b: null },
    { a: 'b', b: null },
    { a: 'a', b: null },
    { a: 'a', b: 'c' },
  ])
})

test('of many runs only the latest are compared with one another', () => {
  const runs = Array.from({ length: 20 }, (_, at) => listed(`r${at + 1}`, at + 1))

  const pairs = siteComparisons(runs).filter(({ b }) => b !== null)

  expect(pairs).toHaveLength(15)
  expect(pairs[0]).toEqual({ a: 'r15', b: 'r16' })
})

test('no runs, no comparisons', () => {
  expect(siteComparisons([])).toEqual([])
})
