import type { TrialKey } from '../records/ids.ts'
import type { PlannedTrial } from './trial-spec.ts'

/** The trials of a batch that are still to be started, in the plan's order. */
export interface Queue {
  /** The one whose turn it is; null: none is left. */
  readonly first: PlannedTrial | null
  /** Takes it out. */
  take(): void
  /** It was started and did not happen: it is its turn again. */
  putBack(planned: PlannedTrial): void
}

/** @param done trials that are stored already */
export function createQueue(planned: Iterable<PlannedTrial>, done: ReadonlySet<TrialKey>): Queue {
  const pending = missingTrials(planned, done)
  const again: PlannedTrial[] = []
  let next = pending.next()
  return {
    get first() {
      return again[0] ?? (next.done ? null : next.value)
    },
    take: () => {
      if (again.shift() === undefined) next = pending.next()
    },
    putBack: (planned) => {
      again.push(planned)
      again.sort((a, b) => a.spec.number - b.spec.number)
    },
  }
}

function* missingTrials(
  all: Iterable<PlannedTrial>,
  done: ReadonlySet<TrialKey>,
): Generator<PlannedTrial, void> {
  for (const planned of all) {
    if (!done.has(planned.spec.key)) yield planned
  }
}
