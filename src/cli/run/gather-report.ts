import type { Integrity, RunReport, RunStatus } from '../../records/run.ts'
import { planPart } from '../../reports/planning/plan-part.ts'
import { standingNotes } from '../../reports/reader-notes.ts'
import type { ReportNotes } from '../../reports/report-notes.ts'
import { runReport } from '../../reports/run-report.ts'
import { stoppingReport } from '../../reports/stopping/stopping-report.ts'
import type { Scenario } from '../../scenarios/scenario.ts'
import { rescoredFrom } from '../../store/rescored-from.ts'
import type { RunReader } from '../../store/store.ts'
import type { CommandContext } from '../command-context.ts'
import { declaredComparison } from '../compare/make-comparison.ts'
import { besidePublished } from '../published/beside-published.ts'
import { loadKnownScenario } from '../study/load-scenario.ts'
import { type AskedAnalysis, askedAnalysis } from './asked-analysis.ts'
import { gatherJudges } from './gather-judges.ts'
import { gatherNotes } from './gather-notes.ts'

export interface GatheredReport {
  readonly report: RunReport
  readonly notes: ReportNotes
}

/** What a report takes from somewhere else than the run's file. */
export interface ReportChoice {
  /** Where the run stands, if its file does not say so yet. */
  readonly status?: RunStatus
  readonly analysis?: AskedAnalysis
  /** What a check of the file came to. */
  readonly integrity?: Integrity
}

/** Reads from a run file all that any form of its report says. */
export async function gatherReport(
  { program }: Pick<CommandContext, 'program'>,
  reader: RunReader,
  { status, analysis: asked = {}, integrity }: ReportChoice = {},
): Promise<GatheredReport> {
  const { header, file } = reader
  const analysis = askedAnalysis(header.study, asked)
  const study = { ...header.study, ...analysis }
  const looks = await reader.looks()
  const counted = runReport({
    header,
    file,
    analysis,
    looks,
    status: status ?? (await reader.status()),
    cells: await reader.cells(),
    usage: await reader.usage(),
    durationMs: await reader.workedMs(),
  })
  const scenario = await scenarioOf(counted)
  const notes = await gatherNotes(reader, counted, { scenario, program })
  const judges = await gatherJudges(
    reader,
    counted.cells.reduce((sum, { trials }) => sum + trials, 0),
  )
  const readerNotes = standingNotes(await reader.notes())
  const report = {
    ...besidePublished(counted, scenario),
    ...given('integrity', integrity),
    ...given('judges', judges.length === 0 ? null : judges),
    ...given('rescored', rescoredFrom(header)),
    ...given('comparisons', await declaredComparison({ report: counted, notes, study }, reader)),
    ...given('stopping', stoppingReport(study, looks)),
    ...given('plan', planPart(counted, header)),
    ...given('notes', readerNotes.length === 0 ? null : readerNotes),
  }
  return { report, notes }
}

/** A key of the report, only where there is something to say under it. */
function given<K extends keyof RunReport>(
  key: K,
  value: RunReport[K] | null | undefined,
): { [key in K]?: NonNullable<RunReport[K]> } {
  // The type of a computed key is wider than the key.
  return (value === null || value === undefined ? {} : { [key]: value }) as {
    [key in K]?: NonNullable<RunReport[K]>
  }
}

/** Only one of our own, and only in the version that was run: what a run file names is not executed to print it. */
async function scenarioOf({ scenario }: RunReport): Promise<Scenario | null> {
  const known = await loadKnownScenario(scenario.id)
  return known?.version === scenario.version ? known : null
}
