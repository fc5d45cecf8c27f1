import type { Look } from '../records/analysis.ts'
import type { Study } from '../records/study.ts'
import type { Counts } from '../statistics/counts.ts'
import { HarnessError } from '../support/errors.ts'
import { type Random, seededRandom } from '../support/random.ts'
import type { PlannedCell } from './plan.ts'
import { afterLook, afterTrials, type Course, nextShares, startCourse } from './stopping/course.ts'
import type { Followed } from './stopping/followed.ts'
import { takeLook } from './stopping/take-look.ts'
import { type PlannedTrial, trialSpec } from './trial-spec.ts'

/** Trials that are planned together: without a stopping rule all of them, else those between two looks. */
export interface Batch {
  /** In the order in which they are run. Made one by one: a plan of a million trials costs no memory. */
  trials(): Iterable<PlannedTrial>
  /** What is to be done when all of them have ended. Null: nothing, and no other batch comes after this one. */
  readonly end: BatchEnd | null
}

export interface BatchEnd {
  /** @throws HarnessError (source `store`) if the run holds other trials than it was to have by now */
  look(countsOf: (cell: PlannedCell) => EndedCounts, at: string): Look
  /** The trials that come after that look. Null: none do. */
  next(look: Look): Batch | null
}

/** What the trials of a cell so far come to by the study's endpoint. */
export interface EndedCounts extends Counts {
  /** All that have ended, valid or not. */
  readonly trials: number
}

/** The trials of a study whose cells all have the same number of them. */
export function onlyBatch(study: Study, cells: readonly PlannedCell[]): Batch {
  const trials = cells.map(() => study.trials)
  const taken = cells.map(() => 0)
  return {
    trials: () => inRounds(study, { cells, trials, taken, order: orderOf(study) }),
    end: null,
  }
}

/**
 * The first trials of a study with a stopping rule, and by what is then seen, those after them.
 *
 * @param study whose cells are those that are run
 */
export function firstBatch(study: Study, cells: readonly PlannedCell[], followed: Followed): Batch {
  return batchAt(startCourse(study, followed)) ?? { trials: () => [], end: null }

  function batchAt(before: Course): Batch | null {
    const shares = nextShares(study, followed, before)
    if (shares === null) return null
    const order = (): Random => orderOf(study).fork(`${before.looks + 1}`)
    const course = afterTrials(before, shares)
    return {
      trials: () => inRounds(study, { cells, ...shares, taken: before.taken, order: order() }),
      end: shares.isLookedAt
        ? {
            look: (countsOf, at) => {
              const counts = cells.map(countsOf)
              refuseOthers(cells, course, counts)
              return takeLook(followed, course, (place) => counts[place] ?? { k: 0, n: 0 }, at)
            },
            next: (look) => batchAt(afterLook(course, look)),
          }
        : null,
    }
  }
}

function orderOf({ seed }: Study): Random {
  return seededRandom(`${seed}`).fork('order')
}

/**
 * Each round holds one trial of every cell that has one left, in a random order of its own (permuted blocks), so that a
 * provider's drift over the day falls on all arms alike.
 */
function* inRounds(
  study: Study,
  batch: {
    readonly cells: readonly PlannedCell[]
    /** How many each cell has, and how many it had before. */
    readonly trials: readonly number[]
    readonly taken: readonly number[]
    readonly order: Random
  },
): Generator<PlannedTrial> {
  const { taken, order } = batch
  const shares = batch.cells.map((cell, place) => ({
    cell,
    trials: batch.trials[place] ?? 0,
    place,
  }))
  const rounds = shares.reduce((most, { trials }) => Math.max(most, trials), 0)
  let number = taken.reduce((sum, trials) => sum + trials, 0)
  for (let round = 0; round < rounds; round++) {
    for (const { cell, place } of order.shuffle(shares.filter(({ trials }) => trials > round))) {
      yield { spec: trialSpec(study, cell, (taken[place] ?? 0) + round, ++number), cell }
    }
  }
}

/** A look at other trials than those that its rule had planned would say what no error level holds for. */
function refuseOthers(
  cells: readonly PlannedCell[],
  { taken, looks }: Course,
  counts: readonly EndedCounts[],
): void {
  const place = counts.findIndex(({ trials }, index) => trials !== taken[index])
  if (place < 0) return
  throw new HarnessError(
    `Cannot look at the run for the ${looks + 1}. time: it holds ${counts[place]?.trials} trials of agent "${cells[place]?.agent}" in an arm that was to have ${taken[place]} by now`,
    { source: 'store' },
  )
}
