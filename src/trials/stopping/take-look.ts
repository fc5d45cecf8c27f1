import type { Look, LookEntry, StoppingRule } from '../../records/analysis.ts'
import type { Counts } from '../../statistics/counts.ts'
import type { Interval } from '../../statistics/interval.ts'
import { differenceSequence } from '../../statistics/sequences/difference-sequence.ts'
import { proportionSequence } from '../../statistics/sequences/proportion-sequence.ts'
import { isDifferent, isNarrow, sideOfRate } from '../../statistics/sequences/sequence-decisions.ts'
import type { Course } from './course.ts'
import type { Followed, Subject } from './followed.ts'

/**
 * Looks at the trials of a course up to now. What is decided stays decided: that an interval had, at one look, excluded a
 * rate holds with the level of the sequence, whatever comes after it.
 *
 * @param course up to the trials that are looked at; `decided` is what the look before has decided
 * @param countsOf events and trials of a cell by the study's endpoint, over all of its trials so far
 */
export function takeLook(
  { rule, subjects, level }: Followed,
  course: Course,
  countsOf: (place: number) => Counts,
  at: string,
): Look {
  return {
    number: course.looks + 1,
    at,
    trials: course.taken.reduce((sum, taken) => sum + taken, 0),
    level,
    entries: subjects.map((subject, index) => {
      const counts = subject.cells.map(countsOf)
      const { low, high } = intervalOf(counts, level)
      const decided = course.decided[index] ?? decide(rule, counts, { low, high })
      return {
        place: subject.place,
        counts: counts.map(({ k, n }) => ({ k, n })),
        low,
        high,
        decided: decided ?? (isUsedUp(rule, course, subject) ? 'most' : null),
      }
    }),
  }
}

function intervalOf(counts: readonly Counts[], level: number): Interval {
  const [first = { k: 0, n: 0 }, second] = counts
  return second === undefined
    ? proportionSequence({ ...first, level })
    : differenceSequence({ first, second, level })
}

function decide(
  { when, least }: StoppingRule,
  counts: readonly Counts[],
  interval: Interval,
): LookEntry['decided'] {
  if (counts.some(({ n }) => n < least)) return null
  switch (when.goal) {
    case 'width':
      return isNarrow(interval, when.width) ? 'narrow' : null
    case 'rate':
      return sideOfRate(interval, when.rate)
    case 'difference':
      return isDifferent(interval) ? 'differs' : null
  }
}

/** By trials, valid or not: a cell in which none is valid comes to an end as well. */
function isUsedUp({ most }: StoppingRule, { taken }: Course, { cells }: Subject): boolean {
  return cells.every((place) => (taken[place] ?? 0) >= most)
}
