import { expect, test } from 'vitest'
import type { StoppingRule } from '../../records/analysis.ts'
import type { Cell, Study } from '../../records/study.ts'
import { followedIn, mostOfOne, plannedTrials } from './followed.ts'

const RULE: StoppingRule = {
  when: { goal: 'rate', rate: 0.1 },
  every: 10,
  least: 20,
  most: 400,
  split: true,
}

function cell(agent: string, instruction: string, control = false): Cell {
  return { agent, arm: { instruction, placement: 'user' }, preset: null, control }
}

const CELLS = [cell('a', 'none'), cell('a', 'told', true), cell('b', 'none')]

type Declared = Parameters<typeof plannedTrials>[0]
const study = (differing: Partial<Declared> = {}): Declared => ({
  cells: CELLS,
  trials: 100,
  level: 0.95,
  stopping: RULE,
  ...differing,
})

test('without a rule, and where all cells are controls, nothing is followed', () => {
  const controls = CELLS.map((each) => ({ ...each, control: true }))

  expect(followedIn(study({ stopping: undefined }))).toBeNull()
  expect(followedIn(study({ cells: controls }))).toBeNull()
  expect(plannedTrials(study({ cells: controls }))).toBe(300)
})

test('a rate is followed in every cell that is no control, and those share the error level', () => {
  expect(followedIn(study())).toEqual({
    rule: RULE,
    cells: [0, 2],
    subjects: [
      { place: 0, cells: [0], of: { agent: 'a', arm: CELLS[0]?.arm } },
      { place: 2, cells: [2], of: { agent: 'b', arm: CELLS[2]?.arm } },
    ],
    level: 0.975,
  })
  expect(followedIn(study({ stopping: { ...RULE, split: false } }))?.level).toBe(0.95)
})

test('differences are followed in the cells that comparisons name, in whatever order their factors stand', () => {
  const named = (place: number, arm = CELLS[place]?.arm ?? {}) => ({
    agent: CELLS[place]?.agent ?? '',
    arm,
  })
  const pairs = [
    {
      label: 'b – a',
      first: named(2, { placement: 'user', instruction: 'none' }),
      second: named(0),
    },
    { label: 'b – told', first: named(2), second: named(1) },
  ]
  const comparisons: Study['comparisons'] = { adjust: 'holm', test: 'fisher', pairs }
  const when = { goal: 'difference' } as const

  const followed = followedIn(study({ comparisons, stopping: { ...RULE, when } }))

  expect(followed?.cells).toEqual([0, 1, 2])
  expect(followed?.subjects.map(({ place, cells, of }) => [place, cells, of])).toEqual([
    [0, [2, 0], pairs[0]],
    [1, [2, 1], pairs[1]],
  ])
  expect(followed?.level).toBe(0.975)
  expect(followedIn(study({ stopping: { ...RULE, when } }))).toBeNull()
})

test('a study with a rule has at most the trials that it would have without one, and a cell what the others leave', () => {
  const small = study({ stopping: { ...RULE, most: 60 } })
  const [followed, followedSmall] = [followedIn(study()), followedIn(small)]
  if (followed === null || followedSmall === null) throw new Error('both have a rule')

  expect([plannedTrials(study()), plannedTrials(small)]).toEqual([300, 220])
  expect([mostOfOne(study(), followed), mostOfOne(small, followedSmall)]).toEqual([200, 60])
})
