import type { Look } from '../../records/analysis.ts'
import type { Study } from '../../records/study.ts'
import { afterLook, afterTrials, type Course, nextShares, startCourse } from './course.ts'
import { type Followed, followedIn } from './followed.ts'

/**
 * How many trials each cell of a study was to have, by its place: the study's `trials`, or where a stopping rule decides that,
 * those that it has been given up to the last look and for the next one.
 *
 * @param looks all that were taken, in order
 */
export function allottedTrials(study: Study, looks: readonly Look[]): readonly number[] {
  const followed = followedIn(study)
  if (followed === null) return study.cells.map(() => study.trials)
  const course = courseAfter(study, followed, looks)
  const next = nextShares(study, followed, course)
  return next === null ? course.taken : afterTrials(course, next).taken
}

/**
 * Whether there is to be another look after these: a run whose rule has come to its end has none.
 *
 * @param looks all that were taken, in order
 */
export function isLookDue(study: Study, looks: readonly Look[]): boolean {
  const followed = followedIn(study)
  if (followed === null) return false
  const next = nextShares(study, followed, courseAfter(study, followed, looks))
  return next !== null && next.isLookedAt
}

function courseAfter(study: Study, followed: Followed, looks: readonly Look[]): Course {
  return looks.reduce(
    (course, look) => {
      const shares = nextShares(study, followed, course)
      return afterLook(shares === null ? course : afterTrials(course, shares), look)
    },
    startCourse(study, followed),
  )
}
