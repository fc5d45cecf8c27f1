import { expect, test } from 'vitest'
import type { Look, LookEntry, StoppingRule } from '../../records/analysis.ts'
import type { Cell, Study } from '../../records/study.ts'
import { afterLook, afterTrials, type Course, nextShares, startCourse } from './course.ts'
import { followedIn } from './followed.ts'

const AT = '2026-01-01T00:00:00.000Z'

/** Goes through a course whose looks decide what the test says, by subject and number of look. */
function follow(options: {
  readonly cells: string
  readonly trials: number
  readonly rule?: Partial<StoppingRule>
  readonly pairs?: readonly (readonly [number, number])[]
  readonly decide?: (subject: number, look: number) => LookEntry['decided']
}): { readonly batches: number[][]; readonly looked: boolean[]; readonly course: Course } {
  // `o` is a cell, `c` a control.
  const cells = [...options.cells].map((kind, place): Cell => {
    return { agent: `${place}`, arm: {}, preset: null, control: kind === 'c' }
  })
  const named = (place: number) => ({ agent: `${place}`, arm: {} })
  const pairs = options.pairs?.map(([first, second]) => ({
    ...{ label: `${first} – ${second}`, first: named(first), second: named(second) },
  }))
  const study: Pick<Study, 'cells' | 'trials' | 'seed' | 'level' | 'stopping' | 'comparisons'> = {
    ...{ cells, trials: options.trials, seed: 7, level: 0.95 },
    stopping: {
      when: pairs === undefined ? { goal: 'width', width: 0.1 } : { goal: 'difference' },
      ...{ every: 10, least: 1, most: 1_000, split: true },
      ...options.rule,
    },
    ...(pairs === undefined ? {} : { comparisons: { adjust: 'holm', test: 'fisher', pairs } }),
  }
  const followed = followedIn(study)
  if (followed === null) throw new Error('The study has a rule')
  const batches: number[][] = []
  const looked: boolean[] = []
  let course = startCourse(study, followed)
  for (let next = nextShares(study, followed, course); next !== null; ) {
    batches.push([...next.trials])
    looked.push(next.isLookedAt)
    course = afterTrials(course, next)
    if (!next.isLookedAt) break
    course = afterLook(course, lookAt(course))
    next = nextShares(study, followed, course)
  }
  return { batches, looked, course }

  function lookAt(now: Course): Look {
    const number = now.looks + 1
    const entries = now.decided.map((before, place) => ({
      ...{ place, counts: [], low: 0, high: 1 },
      decided: before ?? options.decide?.(place, number) ?? null,
    }))
    return { number, at: AT, trials: 0, level: 0.95, entries }
  }
}

test('a rule that is never met runs exactly the trials that there would be without it', () => {
  const { batches, course } = follow({ cells: 'ooo', trials: 25 })

  expect(batches).toEqual([
    [10, 10, 10],
    [10, 10, 10],
    [5, 5, 5],
  ])
  expect(course.taken).toEqual([25, 25, 25])
})

test('what decided cells leave goes to those that are open', () => {
  const { batches, course } = follow({
    cells: 'ooo',
    trials: 20,
    decide: (subject, look) => (subject === 1 && look === 1 ? 'narrow' : null),
  })

  expect(batches).toEqual([
    [10, 10, 10],
    [10, 0, 10],
    [5, 0, 5],
  ])
  expect(course.decided).toEqual([null, 'narrow', null])
})

test('no cell takes more than its most, and what is left then is not run', () => {
  const { batches, course } = follow({
    cells: 'ooo',
    trials: 100,
    rule: { most: 125 },
    decide: (subject) => (subject > 0 ? 'narrow' : null),
  })

  expect(course.taken).toEqual([125, 10, 10])
  expect(batches.at(-1)).toEqual([5, 0, 0])
})

test('when the last round is not enough for all, lots decide who goes without, always in the same way', () => {
  const options = {
    ...{ cells: 'ooooo', trials: 21 },
    decide: (subject: number, look: number) => (subject === 0 && look === 1 ? 'narrow' : null),
  } as const

  const { batches, course } = follow(options)
  const last = batches.at(-1) ?? []

  // 105 trials: 50, 40, and 15 for four cells.
  expect(course.taken.reduce((sum, each) => sum + each, 0)).toBe(105)
  expect(last.toSorted((a, b) => a - b)).toEqual([0, 3, 4, 4, 4])
  expect(follow(options).batches).toEqual(batches)
})

test('when nothing is open any more, it is over at once', () => {
  const { batches, looked } = follow({ cells: 'oo', trials: 500, decide: () => 'narrow' })

  expect([batches, looked]).toEqual([[[10, 10]], [true]])
})

test('a control has exactly its trials: it goes along with the others, and has the rest of them when those are decided', () => {
  const early = follow({ cells: 'oc', trials: 45, decide: () => 'narrow' })
  const late = follow({ cells: 'ooc', trials: 25, decide: (at) => (at === 0 ? 'narrow' : null) })

  expect(early).toMatchObject({
    batches: [
      [10, 10],
      [0, 35],
    ],
    looked: [true, false],
  })
  expect(late.batches).toEqual([
    [10, 10, 10],
    [0, 10, 10],
    [0, 10, 5],
    [0, 10, 0],
  ])
})

test('of comparisons, a cell is open while one of its own is; one that is not compared has its trials beside them', () => {
  const { batches } = follow({
    ...{ cells: 'oooo', trials: 30 },
    pairs: [
      [0, 2],
      [1, 2],
    ],
    decide: (subject, look) => (subject === 0 ? 'differs' : look === 3 ? 'differs' : null),
  })

  expect(batches).toEqual([
    [10, 10, 10, 10],
    [0, 10, 10, 10],
    [0, 10, 10, 10],
  ])
})

test('a million trials of one cell are a hundred thousand looks', () => {
  const { course } = follow({ cells: 'o', trials: 1_000_000, rule: { most: 1_000_000 } })

  expect([course.looks, course.taken]).toEqual([100_000, [1_000_000]])
})
