import { NO_USAGE } from '../records/event.ts'
import type { ReaderNote } from '../records/note.ts'
import type { RunReport } from '../records/run.ts'
import type { ViewedRun } from '../records/view.ts'
import type { ReportNotes } from '../reports/report-notes.ts'
import { sentNotes } from '../reports/sent-notes.ts'
import { sampleHeader } from './sample-records.ts'
import { type SampleReport, sampleNotes, sampleReport } from './sample-report.ts'

/** What a run's page and its report are made from, of a run of these outcomes. */
export function sampleViewedRun(
  sample: SampleReport & {
    readonly id?: string
    readonly notes?: Partial<ReportNotes>
    readonly report?: Partial<RunReport>
    readonly viewed?: Partial<ViewedRun>
  } = {},
): ViewedRun {
  const { id = 'k3x9f2', study = {}, notes: differing = {} } = sample
  const header = sampleHeader({ id, study })
  const report = { ...sampleReport(sample), run: header.id, ...sample.report }
  const notes = sampleNotes({ runName: id, ...differing })
  return {
    name: id,
    revision: '1',
    header,
    report,
    notes: sentNotes(notes, report),
    arms: [],
    effort: report.cells.map(({ agent, arm, preset, trials }) => ({
      ...{ agent, arm, preset, trials, usage: NO_USAGE },
      durationMs: { total: trials, median: 1, p90: 1 },
    })),
    looks: [],
    readerNotes: [],
    wish: null,
    ...sample.viewed,
  }
}

export function sampleNote(differing: Partial<ReaderNote> = {}): ReaderNote {
  return {
    id: 1,
    number: 1,
    author: 'ada',
    tags: ['worth reading'],
    text: 'It reads the script first.',
    at: '2025-01-02T10:00:00.000Z',
    withdrawnAt: null,
    ...differing,
  }
}
