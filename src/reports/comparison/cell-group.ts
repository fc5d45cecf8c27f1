import { countOutcomes, type EndpointCounts } from '../../endpoints/count-outcomes.ts'
import type { Arm } from '../../records/arm.ts'
import type { EndpointRule } from '../../records/endpoint.ts'
import type { CellResult, RunReport } from '../../records/run.ts'
import type { Study } from '../../records/study.ts'
import { cellKey } from '../../support/cell-key.ts'
import type { ReportNotes } from '../report-notes.ts'

/** A run as far as comparisons read it. */
export interface ComparedRun {
  readonly report: RunReport
  readonly study: Study
  readonly notes: Pick<ReportNotes, 'controlArm' | 'objectArm' | 'sandbox' | 'traced' | 'runName'>
}

/** One cell of a run with all its parts, whoever has answered in them. Without a trial yet, it has none. */
export interface CellGroup {
  readonly run: ComparedRun
  readonly agent: string
  readonly arm: Arm
  readonly preset: string | null
  readonly name?: string | undefined
  readonly control: boolean
  readonly parts: readonly CellResult[]
}

/** The cells that a run's study declares, in its order. */
export function cellGroups(run: ComparedRun): CellGroup[] {
  const parts = Map.groupBy(run.report.cells, (cell) => cellKey(cell))
  return run.study.cells.map(({ agent, arm, preset, name, control }) => ({
    run,
    agent,
    arm,
    preset,
    name,
    control,
    parts: parts.get(cellKey({ agent, arm })) ?? [],
  }))
}

/** What an endpoint makes of all trials of a cell. */
export function countGroup(
  rule: EndpointRule,
  { parts }: Pick<CellGroup, 'parts'>,
): EndpointCounts {
  return countOutcomes(
    rule,
    parts.flatMap(({ outcomes }) => outcomes),
  )
}

/** How many trials of a cell are valid, and in how many of those the agent knew. */
export function exposureOf({ parts }: Pick<CellGroup, 'parts'>): {
  valid: number
  exposed: number
} {
  const sum = (count: (flow: CellResult['flow']) => number): number =>
    parts.reduce((total, { flow }) => total + count(flow), 0)
  return { valid: sum(({ valid }) => valid), exposed: sum(({ exposed }) => exposed) }
}
