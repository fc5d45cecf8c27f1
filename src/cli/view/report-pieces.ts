import type { ReportFormat } from '../../server/view-source.ts'
import type { RunReader } from '../../store/store.ts'
import { giveWay } from '../../support/give-way.ts'
import type { CommandContext } from '../command-context.ts'
import { htmlReport } from '../report/html-report.ts'
import { reportRuns } from '../report/report-runs.ts'

/** The report of a run as `offswitch report` would write it to a file. The reader stays open until all of it is written. */
export async function* reportPieces(
  context: CommandContext,
  reader: RunReader,
  format: ReportFormat,
): AsyncGenerator<string> {
  if (format === 'html') {
    yield* htmlReport(context, [givingWay(reader)])
    return
  }
  // What a check of the file came to stands on the run's page; nobody sits where this server was started.
  const stderr = { ...context.stderr, write: () => undefined }
  const options = { format, output: `report.${format}`, analysis: {}, verify: false }
  yield await reportRuns({ ...context, stderr }, [givingWay(reader)], options)
}

/** Before each question that takes long whoever asks for something else goes first. */
function givingWay(reader: RunReader): RunReader {
  return {
    ...reader,
    cells: () => giveWay().then(() => reader.cells()),
    effort: () => giveWay().then(() => reader.effort()),
    index: (options) => giveWay().then(() => reader.index(options)),
    trial: (number) => giveWay().then(() => reader.trial(number)),
  }
}
