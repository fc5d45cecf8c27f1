import type { Look } from '../../records/analysis.ts'
import type { Study } from '../../records/study.ts'
import { afterLook, afterTrials, nextShares, startCourse } from './course.ts'
import { followedIn } from './followed.ts'

/**
 * How many trials each cell of a study was to have, by its place: the study's `trials`, or where a stopping rule decides that,
 * those that it has been given up to the last look and for the next one.
 *
 * @param looks all that were taken, in order
 */
export function allottedTrials(study: Study, looks: readonly Look[]): readonly number[] {
  const followed = followedIn(study)
  if (followed === null) return study.cells.map(() => study.trials)
  let course = startCourse(study, followed)
  for (const look of looks) {
    const shares = nextShares(study, followed, course)
    course = afterLook(shares === null ? course : afterTrials(course, shares), look)
  }
  const next = nextShares(study, followed, course)
  return next === null ? course.taken : afterTrials(course, next).taken
}
