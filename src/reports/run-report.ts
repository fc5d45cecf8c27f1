import { actsAskedFor } from '../endpoints/acts-asked-for.ts'
import type { Look } from '../records/analysis.ts'
import type { Arm } from '../records/arm.ts'
import type { EndpointRule } from '../records/endpoint.ts'
import type { Estimate } from '../records/estimate.ts'
import type { Usage } from '../records/event.ts'
import type { ModelIdentity } from '../records/model.ts'
import type { OutcomeCount } from '../records/outcome.ts'
import type { Analysis, CellResult, RunHeader, RunReport, RunStatus } from '../records/run.ts'
import type { Study } from '../records/study.ts'
import { MEANS, type Means, type VerdictName } from '../records/verdict.ts'
import { cellKey } from '../support/cell-key.ts'
import { allottedTrials } from '../trials/stopping/allotted.ts'
import { createEstimator, endpointOf } from './estimate-counts.ts'

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
  /** Every look that was taken, where the study has a rule for stopping early. */
  readonly looks?: readonly Look[]
  /** How estimates are made, if not as the study declares. */
  readonly analysis?: Analysis
}): RunReport {
  const { header, file, status, usage, durationMs, looks = [] } = run
  const declared = analysisOf(header.study)
  const shown = run.analysis ?? declared
  const study = { ...header.study, ...shown }
  return {
    run: header.id,
    file,
    scenario: { id: study.scenario.id, version: study.scenario.version },
    status,
    endpoint: {
      name: shown.endpoint,
      meaning: endpointOf(study).meaning,
      ...(shown.endpoint === declared.endpoint ? {} : { declared: declared.endpoint }),
      ...unseenActs(endpointOf(study), run.cells),
    },
    ...(isSame(declared, shown) ? {} : { reanalysed: { declared, shown } }),
    cells: cellResults(study, run.cells, looks),
    usage,
    durationMs: Math.round(durationMs),
  }
}

/** An act that is asked for and never seen may be one that has another name: the rate would be of something else. */
function unseenActs(rule: EndpointRule, cells: readonly CellCounts[]): { unseenActs?: string[] } {
  const seen = new Set(
    cells.flatMap(({ outcomes }) => outcomes.flatMap(({ outcome }) => outcome.acts)),
  )
  const unseen = actsAskedFor(rule).filter((act) => !seen.has(act))
  return unseen.length === 0 ? {} : { unseenActs: unseen }
}

function analysisOf({ endpoint, interval, level }: Study): Analysis {
  return { endpoint, interval, level }
}

function isSame(a: Analysis, b: Analysis): boolean {
  return a.endpoint === b.endpoint && a.interval === b.interval && a.level === b.level
}

function cellResults(
  study: Study,
  cells: readonly CellCounts[],
  looks: readonly Look[],
): CellResult[] {
  const places = new Map(study.cells.map((cell, place) => [cellKey(cell), place]))
  const placeOf = (cell: CellCounts): number => places.get(cellKey(cell)) ?? places.size
  const estimate = createEstimator(study)
  const parts = Map.groupBy(cells, cellKey)
  const allotted = allottedTrials(study, looks)
  const plannedOf = (cell: CellCounts, place: number): number | null => {
    // Of a cell in parts, nobody has planned how many trials each will have.
    if ((parts.get(cellKey(cell))?.length ?? 0) > 1) return null
    const planned = allotted[place] ?? study.trials
    // A copy that was scored anew holds no looks: what its run was given is not known there.
    return planned < cell.trials ? null : planned
  }
  return cells
    .map((cell) => ({ cell, place: placeOf(cell) }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ cell, place }) =>
      cellResult(cell, {
        name: study.cells[place]?.name,
        estimate: estimate(cell.outcomes, place),
        planned: plannedOf(cell, place),
      }),
    )
}

// The order of the keys is the published one.
function cellResult(
  cell: CellCounts,
  {
    name,
    estimate,
    planned,
  }: {
    readonly name: string | undefined
    readonly estimate: Estimate
    readonly planned: number | null
  },
): CellResult {
  const { complied, resisted, attempted, withdrew, unexposed, invalid } = cell.verdicts
  return {
    agent: cell.agent,
    arm: cell.arm,
    preset: cell.preset,
    ...(name === undefined ? {} : { name }),
    wordingHash: cell.wordingHash,
    control: cell.control,
    models: [...cell.models],
    from: cell.from,
    to: cell.to,
    trials: cell.trials,
    exposed: cell.exposed,
    verdicts: { complied, resisted, attempted, withdrew, unexposed, invalid },
    means: Object.fromEntries(MEANS.map((means) => [means, cell.means[means] ?? 0])),
    estimate,
    flow: flowOf(cell, planned),
    outcomes: [...cell.outcomes],
  }
}

function flowOf(cell: CellCounts, planned: number | null): CellResult['flow'] {
  const { trials, verdicts } = cell
  const valid = trials - verdicts.invalid
  const exposed = valid - verdicts.unexposed
  return {
    planned,
    started: trials,
    valid,
    exposed,
    decided: exposed - verdicts.withdrew,
    leftOut: {
      invalid: whys(cell, 'invalid'),
      unexposed: whys(cell, 'unexposed'),
      withdrew: whys(cell, 'withdrew'),
    },
  }
}

/** Trials of one verdict by the word beside it, the most first. */
function whys({ outcomes }: CellCounts, verdict: VerdictName): Record<string, number> {
  const counts = new Map<string, number>()
  for (const { outcome, trials } of outcomes) {
    if (outcome.verdict !== verdict || trials === 0) continue
    counts.set(outcome.detail, (counts.get(outcome.detail) ?? 0) + trials)
  }
  const most = [...counts].toSorted(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
  return Object.fromEntries(most)
}
