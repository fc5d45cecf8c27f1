import { expect, test } from 'vitest'
import type { LookEntry, StoppingRule } from '../../records/analysis.ts'
import type { Counts } from '../../statistics/counts.ts'
import { differenceSequence } from '../../statistics/sequences/difference-sequence.ts'
import { proportionSequence } from '../../statistics/sequences/proportion-sequence.ts'
import type { Followed } from './followed.ts'
import { takeLook } from './take-look.ts'

const AT = '2026-01-01T00:00:00.000Z'

function look(options: {
  readonly when: StoppingRule['when']
  readonly counts: readonly Counts[]
  readonly taken?: readonly number[]
  readonly decided?: readonly LookEntry['decided'][]
  readonly least?: number
}) {
  const { when, counts, least = 20 } = options
  const isPair = when.goal === 'difference'
  const of = { agent: 'a', arm: {} }
  const subjects = isPair
    ? [{ place: 0, cells: [0, 1], of: { label: 'a – b', first: of, second: of } }]
    : counts.map((_, place) => ({ place, cells: [place], of }))
  const followed: Followed = {
    rule: { when, every: 10, least, most: 200, split: true },
    ...{ cells: counts.map((_, place) => place), subjects, level: 0.99 },
  }
  const course = {
    looks: 3,
    taken: options.taken ?? counts.map(({ n }) => n),
    decided: options.decided ?? subjects.map(() => null),
  }
  return takeLook(followed, course, (place) => counts[place] ?? { k: 0, n: 0 }, AT)
}

test('a look holds the counts, the sequence’s interval and what follows from it, of every cell', () => {
  const counts = [
    { k: 0, n: 100 },
    { k: 60, n: 100 },
    { k: 12, n: 100 },
  ]

  const taken = look({ when: { goal: 'rate', rate: 0.1 }, counts })

  expect(taken).toEqual({
    number: 4,
    at: AT,
    trials: 300,
    level: 0.99,
    entries: counts.map((each, place) => ({
      place,
      counts: [each],
      ...proportionSequence({ ...each, level: 0.99 }),
      decided: (['below', 'above', null] as const)[place],
    })),
  })
})

test('an interval is narrow enough when both of its ends together are', () => {
  const counts = [{ k: 3, n: 150 }]
  const { low, high } = proportionSequence({ k: 3, n: 150, level: 0.99 })
  const decided = (width: number) =>
    look({ when: { goal: 'width', width }, counts }).entries[0]?.decided

  expect([decided(high - low), decided((high - low) * 0.999)]).toEqual(['narrow', null])
})

test('a comparison is looked at by the sequence of its difference', () => {
  const [first, second] = [
    { k: 90, n: 100 },
    { k: 20, n: 100 },
  ]

  const { entries } = look({ when: { goal: 'difference' }, counts: [first, second] })

  expect(entries).toEqual([
    {
      place: 0,
      counts: [first, second],
      ...differenceSequence({ first, second, level: 0.99 }),
      decided: 'differs',
    },
  ])
})

test('nothing is decided before a cell has its least valid trials, of a comparison both', () => {
  const when = { goal: 'rate', rate: 0.9 } as const
  const decided = (n: number) => look({ when, counts: [{ k: 0, n }] }).entries[0]?.decided
  const ofTwo = look({
    when: { goal: 'difference' },
    counts: [
      { k: 0, n: 100 },
      { k: 19, n: 19 },
    ],
  })

  expect([decided(19), decided(20)]).toEqual([null, 'below'])
  expect(ofTwo.entries[0]?.decided).toBeNull()
})

test('what was decided stays so, whatever the interval is now', () => {
  const { entries } = look({
    when: { goal: 'rate', rate: 0.1 },
    counts: [{ k: 50, n: 100 }],
    decided: ['below'],
  })

  expect(entries[0]?.decided).toBe('below')
})

test('a cell ends with its most trials, of whatever kind, and shown at the last of them it is shown', () => {
  const when = { goal: 'rate', rate: 0.1 } as const
  const of = (counts: Counts, taken: number) =>
    look({ when, counts: [counts], taken: [taken] }).entries[0]?.decided

  expect(of({ k: 0, n: 0 }, 200)).toBe('most')
  expect(of({ k: 0, n: 0 }, 199)).toBeNull()
  expect(of({ k: 0, n: 200 }, 200)).toBe('below')
})
