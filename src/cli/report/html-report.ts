import type { ComparisonReport } from '../../records/comparison.ts'
import type { ViewedRun } from '../../records/view.ts'
import { chooseTranscripts, type TranscriptChoice } from '../../reports/choose-transcripts.ts'
import type { ComparedRun } from '../../reports/comparison/cell-group.ts'
import { comparisonFigures } from '../../reports/figures/comparison-figures.ts'
import { runFigures } from '../../reports/figures/run-figures.ts'
import {
  type ComparedRuns,
  type ReportedRun,
  reportDocument,
} from '../../reports/html/report-document.ts'
import { runPage } from '../../reports/html/run-page.ts'
import { transcriptId } from '../../reports/html/transcript-markup.ts'
import { standingNotes } from '../../reports/reader-notes.ts'
import type { RunReader } from '../../store/store.ts'
import { UsageError } from '../../support/errors.ts'
import type { CommandContext } from '../command-context.ts'
import { gatherComparison } from '../compare/gather-comparison.ts'
import type { AskedAnalysis } from '../run/asked-analysis.ts'
import { checkIntegrity } from '../run/check-integrity.ts'
import { gatherViewedRun } from '../view/gather-viewed-run.ts'
import { readViewedTrial } from '../view/read-viewed-trial.ts'
import { reportStyle } from './report-style.ts'

export interface HtmlReportOptions {
  readonly transcripts: TranscriptChoice
  /** Bytes of HTML that the transcripts of all runs take together, at most. */
  readonly sizeMax: number
  readonly analysis: AskedAnalysis
  /** Check every record, also where that takes long. */
  readonly verify: boolean
}

/** What a report holds where nothing else is said. */
export const HTML_REPORT_DEFAULTS: HtmlReportOptions = {
  transcripts: 'chosen',
  sizeMax: 10_000_000,
  analysis: {},
  verify: false,
}

/** The runs as one page that opens anywhere. The readers stay open until all of it is written. @throws UsageError */
export async function* htmlReport(
  context: CommandContext,
  readers: readonly RunReader[],
  options: HtmlReportOptions = HTML_REPORT_DEFAULTS,
): AsyncGenerator<string> {
  const runs: ReportedRun[] = []
  for (const reader of readers) {
    const idPrefix = readers.length === 1 ? '' : `run-${reader.header.id}-`
    const sizeMax = options.sizeMax / readers.length
    runs.push(await reportedRun(context, reader, { ...options, sizeMax, idPrefix }))
  }
  yield* reportDocument({
    runs,
    compared: await comparedRuns(context, readers, options),
    style: reportStyle(),
    offswitch: context.version,
  })
}

async function reportedRun(
  context: CommandContext,
  reader: RunReader,
  options: HtmlReportOptions & Pick<ReportedRun, 'idPrefix'>,
): Promise<ReportedRun> {
  const { analysis, transcripts: choice, sizeMax, idPrefix } = options
  const integrity = await checkIntegrity(reader, { always: options.verify })
  const viewed = await gatherViewedRun(context, reader, reader.header.id, { analysis, integrity })
  const numbers = await chosenNumbers(reader, viewed, choice)
  const shown = new Set(numbers)
  const links = {
    trial: (number: number) => (shown.has(number) ? `#${transcriptId(idPrefix, number)}` : null),
    trials: () => null,
  }
  const { name } = viewed
  return {
    page: runPage(viewed, links),
    figures: runFigures(viewed),
    idPrefix,
    transcripts: {
      choice,
      numbers,
      sizeMax,
      trial: (number) => readViewedTrial(reader, number, { name, redact: context.redact }),
    },
  }
}

async function chosenNumbers(
  reader: RunReader,
  { readerNotes }: ViewedRun,
  choice: TranscriptChoice,
): Promise<number[]> {
  if (choice === 'none') return []
  const noted = standingNotes(readerNotes).map(({ number }) => number)
  return chooseTranscripts(await reader.index(), { choice, noted })
}

/** Runs of one scenario are set against the first of them. */
async function comparedRuns(
  context: CommandContext,
  readers: readonly RunReader[],
  { analysis }: HtmlReportOptions,
): Promise<ComparedRuns[]> {
  const groups = [...Map.groupBy(readers, ({ header }) => header.study.scenario.id).values()]
  const compared: ComparedRuns[] = []
  for (const group of groups) {
    if (group.length < 2) continue
    try {
      const asked = { ...analysis, verify: 'never' as const }
      const { comparison, runs } = await gatherComparison(context, group, asked)
      const byId = context.redact(calledByIds(comparison, runs))
      const key = `compared-${compared.length + 1}-figure`
      compared.push({ comparison: byId, figures: comparisonFigures(byId, key) })
    } catch (error) {
      // Where no cells go together there is nothing to set against each other: the report says so.
      if (!(error instanceof UsageError)) throw error
      compared.push({ problem: error.message })
    }
  }
  return compared
}

/** On a page runs are called by their ids, whatever a command would have to call them. */
function calledByIds(
  comparison: ComparisonReport,
  runs: readonly Pick<ComparedRun, 'notes' | 'report'>[],
): ComparisonReport {
  const named = (text: string): string =>
    runs.reduce((all, { notes, report }) => all.replaceAll(notes.runName, report.run), text)
  const results = comparison.results.map((result) => ({
    ...result,
    label: named(result.label),
    cautions: result.cautions.map(named),
  }))
  return { ...comparison, results }
}
