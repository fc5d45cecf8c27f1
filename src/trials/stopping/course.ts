import type { Look } from '../../records/analysis.ts'
import type { Study } from '../../records/study.ts'
import { seededRandom } from '../../support/random.ts'
import type { Followed } from './followed.ts'

/** How far a run with a stopping rule has come. It follows from the study and the looks alone. */
export interface Course {
  /** Looks that were taken. */
  readonly looks: number
  /** Trials of each cell up to here, valid or not, by the cell's place in the study. */
  readonly taken: readonly number[]
  /** What the last look says of each of its subjects. */
  readonly decided: readonly Look['entries'][number]['decided'][]
}

/** The next trials of a course. */
export interface Shares {
  /** How many each cell has of them, by its place. */
  readonly trials: readonly number[]
  /** Whether they are looked at when they have ended. Those that are not are the last ones. */
  readonly isLookedAt: boolean
}

type Sizes = Pick<Study, 'cells' | 'trials' | 'seed'>

export function startCourse({ cells }: Sizes, { subjects }: Followed): Course {
  return { looks: 0, taken: cells.map(() => 0), decided: subjects.map(() => null) }
}

/**
 * How many trials each cell has next. An open cell has `every` of them, or what is missing of `most`, until the trials of all
 * followed cells together, `trials` for each, are used up: so what a decided cell leaves goes to those that are open.
 *
 * A cell that is not followed has as many beside them until it has `trials`. It begins with the others, so that what changes
 * in the course of a run changes for both, and what is missing of it when nothing is open any more comes last: how long the
 * others took neither shortens nor prolongs it.
 *
 * Null: nothing is left.
 */
export function nextShares(study: Sizes, followed: Followed, course: Course): Shares | null {
  const open = shareOut(study, followed, course)
  const isOpen = open.some((trials) => trials > 0)
  const isFollowed = new Set(followed.cells)
  const trials = study.cells.map((_, place) => {
    if (isFollowed.has(place)) return open[place] ?? 0
    const missing = study.trials - (course.taken[place] ?? 0)
    return isOpen ? Math.min(followed.rule.every, missing) : missing
  })
  return trials.some((share) => share > 0) ? { trials, isLookedAt: isOpen } : null
}

/** The course when these trials have ended and nobody has looked at them yet. */
export function afterTrials(course: Course, { trials }: Shares): Course {
  return { ...course, taken: course.taken.map((taken, place) => taken + (trials[place] ?? 0)) }
}

/** The course after a look at its trials so far. */
export function afterLook({ taken }: Course, { number, entries }: Look): Course {
  return { looks: number, taken, decided: entries.map(({ decided }) => decided) }
}

function shareOut(study: Sizes, followed: Followed, course: Course): number[] {
  const { every, most } = followed.rule
  const takenOf = (place: number): number => course.taken[place] ?? 0
  const shares = study.cells.map(() => 0)
  const undecided = followed.subjects.filter((_, index) => course.decided[index] === null)
  const open = [...new Set(undecided.flatMap(({ cells }) => cells))]
    .filter((place) => takenOf(place) < most)
    .toSorted((a, b) => a - b)
  const all = study.trials * followed.cells.length
  let left = all - followed.cells.reduce((sum, place) => sum + takenOf(place), 0)

  for (let round = 0; round < every && left > 0; round++) {
    const still = open.filter((place) => takenOf(place) + round < most)
    // Who goes without when not all can have one more must not follow from what was seen, nor from the order of the cells.
    const served = still.length <= left ? still : lots(study, course).shuffle(still).slice(0, left)
    for (const place of served) shares[place] = round + 1
    left -= served.length
    if (served.length === 0) break
  }
  return shares
}

function lots({ seed }: Sizes, { looks }: Course) {
  return seededRandom(`${seed}`)
    .fork('lots')
    .fork(`${looks + 1}`)
}
