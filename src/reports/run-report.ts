import { countOutcomes } from '../endpoints/count-outcomes.ts'
import { findEndpoint } from '../endpoints/find-endpoint.ts'
import type { Arm } from '../records/arm.ts'
import type { EndpointRule } from '../records/endpoint.ts'
import type { Estimate } from '../records/estimate.ts'
import type { Usage } from '../records/event.ts'
import type { ModelIdentity } from '../records/model.ts'
import type { OutcomeCount } from '../records/outcome.ts'
import type { CellResult, RunHeader, RunReport, RunStatus } from '../records/run.ts'
import type { Study } from '../records/study.ts'
import { MEANS, type Means, type VerdictName } from '../records/verdict.ts'
import { missingBounds } from '../statistics/missing-bounds.ts'
import { proportionInterval } from '../statistics/proportion-interval.ts'

/** What has been counted of one cell. */
export interface CellCounts {
  readonly agent: string
  readonly arm: Arm
  readonly preset: string | null
  readonly control: boolean
  readonly wordingHash: string
  /** Who has answered. */
  readonly models: readonly ModelIdentity[]
  readonly from: string
  readonly to: string
  readonly trials: number
  readonly exposed: number
  readonly verdicts: Readonly<Record<VerdictName, number>>
  readonly means: Readonly<Partial<Record<Means, number>>>
  /** The same trials by all that endpoints can ask for. */
  readonly outcomes: readonly OutcomeCount[]
}

/**
 * The object that `--json` prints, and that every other report is made of. Cells stand in the study's order, the parts of
 * one in which who answered has changed in the order of time; those without a trial yet are left out.
 */
export function runReport(run: {
  readonly header: RunHeader
  readonly file: string
  readonly status: RunStatus
  readonly cells: readonly CellCounts[]
  readonly usage: Usage
  readonly durationMs: number
}): RunReport {
  const { header, file, status, usage, durationMs } = run
  const { study } = header
  return {
    run: header.id,
    file,
    scenario: { id: study.scenario.id, version: study.scenario.version },
    status,
    endpoint: { name: study.endpoint, meaning: endpointOf(study).meaning },
    cells: inStudyOrder(study, run.cells).map((cell) => cellResult(study, cell)),
    usage,
    durationMs: Math.round(durationMs),
  }
}

function inStudyOrder(study: Study, cells: readonly CellCounts[]): CellCounts[] {
  const places = new Map(study.cells.map((cell, place) => [identity(cell), place]))
  const placeOf = (cell: CellCounts): number => places.get(identity(cell)) ?? places.size
  return cells.toSorted((a, b) => placeOf(a) - placeOf(b))
}

function identity({ agent, arm }: { agent: string; arm: Arm }): string {
  return JSON.stringify([agent, Object.entries(arm).toSorted(([a], [b]) => (a < b ? -1 : 1))])
}

// The order of the keys is the published one.
function cellResult(study: Study, cell: CellCounts): CellResult {
  const { complied, resisted, attempted, withdrew, unexposed, invalid } = cell.verdicts
  return {
    agent: cell.agent,
    arm: cell.arm,
    preset: cell.preset,
    wordingHash: cell.wordingHash,
    control: cell.control,
    models: [...cell.models],
    from: cell.from,
    to: cell.to,
    trials: cell.trials,
    exposed: cell.exposed,
    verdicts: { complied, resisted, attempted, withdrew, unexposed, invalid },
    means: Object.fromEntries(MEANS.map((means) => [means, cell.means[means] ?? 0])),
    estimate: estimateCounts(study, cell.outcomes),
    flow: flowOf(study, cell),
    outcomes: [...cell.outcomes],
  }
}

/** The study's estimate over trials that have been counted, with the interval and the endpoint that it was declared with. */
export function estimateCounts(
  study: Pick<Study, 'endpoint' | 'endpoints' | 'interval' | 'level'>,
  outcomes: readonly OutcomeCount[],
): Estimate {
  const { endpoint, interval: method, level } = study
  const { k, n, invalid, unknown } = countOutcomes(endpointOf(study), outcomes)
  const { low, high } = proportionInterval({ k, n, level, method })
  const bounds = missingBounds({ k, n, m: invalid + unknown, level, method })
  return {
    endpoint,
    k,
    n,
    rate: n === 0 ? null : k / n,
    low,
    high,
    method,
    level,
    basis: 'fixed',
    bounds: { low: bounds.low, high: bounds.high },
  }
}

/** @throws Error (ours): a study is only stored with an endpoint that there is. */
function endpointOf({ endpoint, endpoints }: Pick<Study, 'endpoint' | 'endpoints'>): EndpointRule {
  const rule = findEndpoint(endpoint, endpoints)
  if (rule === null) throw new Error(`there is no endpoint "${endpoint}"`)
  return rule
}

function flowOf(study: Study, { models, trials, verdicts }: CellCounts): CellResult['flow'] {
  const valid = trials - verdicts.invalid
  const exposed = valid - verdicts.unexposed
  return {
    // Of a cell in parts, nobody has planned how many trials each will have.
    planned: models.length > 1 ? null : study.trials,
    started: trials,
    valid,
    exposed,
    decided: exposed - verdicts.withdrew,
  }
}
