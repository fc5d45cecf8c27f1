import { countOutcomes } from '../../endpoints/count-outcomes.ts'
import { findEndpoint } from '../../endpoints/find-endpoint.ts'
import { outcomeOf } from '../../endpoints/outcome-of.ts'
import type { EndpointRule } from '../../records/endpoint.ts'
import type { OutcomeCount } from '../../records/outcome.ts'
import type { Study } from '../../records/study.ts'
import type { TrialRecord } from '../../records/trial.ts'
import { invariant } from '../../support/errors.ts'
import type { EndedCounts } from '../batch.ts'
import type { PlannedCell } from '../plan.ts'

/** What is stored of a cell, or of a part of one. */
export interface CellOutcomes {
  readonly agent: string
  readonly armHash: string
  readonly outcomes: readonly OutcomeCount[]
}

/** Counts a run's trials, cell by cell, by the endpoint of its study. */
export interface Tally {
  add(cell: PlannedCell, record: TrialRecord): void
  of(cell: PlannedCell): EndedCounts
}

/** @param stored what was there before */
export function createTally(
  { endpoint, endpoints }: Pick<Study, 'endpoint' | 'endpoints'>,
  stored: readonly CellOutcomes[],
): Tally {
  const found = findEndpoint(endpoint, endpoints)
  invariant(found !== null, `a study has an endpoint that there is, and "${endpoint}" is none`)
  const rule: EndpointRule = found
  const cells = new Map<string, { k: number; n: number; trials: number }>()
  for (const cell of stored) count(cell, cell.outcomes)
  return {
    add: (cell, record) => count(cell, [{ outcome: outcomeOf(record), trials: 1 }]),
    of: (cell) => cells.get(nameOf(cell)) ?? { k: 0, n: 0, trials: 0 },
  }

  function count(cell: Pick<CellOutcomes, 'agent' | 'armHash'>, outcomes: readonly OutcomeCount[]) {
    const name = nameOf(cell)
    const counts = cells.get(name) ?? { k: 0, n: 0, trials: 0 }
    cells.set(name, counts)
    const more = countOutcomes(rule, outcomes)
    counts.k += more.k
    counts.n += more.n
    counts.trials += outcomes.reduce((sum, { trials }) => sum + trials, 0)
  }
}

function nameOf({ agent, armHash }: Pick<CellOutcomes, 'agent' | 'armHash'>): string {
  return `${agent}|${armHash}`
}
