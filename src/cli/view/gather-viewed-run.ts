import type { RunReport } from '../../records/run.ts'
import type { ViewedRun } from '../../records/view.ts'
import { sentNotes } from '../../reports/sent-notes.ts'
import type { RunReader } from '../../store/store.ts'
import type { CommandContext } from '../command-context.ts'
import { gatherReport, type ReportChoice } from '../run/gather-report.ts'
import { gatherArmTexts } from './gather-arm-texts.ts'

/**
 * All that the page of a run and its report show, read from its file. No transcript is read for it, but one for each arm whose texts
 * cannot be rendered anew.
 *
 * @param name what the run is called in addresses
 */
export async function gatherViewedRun(
  context: Pick<CommandContext, 'program' | 'redact'>,
  reader: RunReader,
  name: string,
  choice: ReportChoice = {},
): Promise<ViewedRun> {
  const revision = await reader.revision()
  const { report, notes } = await gatherReport(context, reader, choice)
  return context.redact({
    name,
    revision,
    header: reader.header,
    report,
    notes: sentNotes(notes, report),
    arms: await gatherArmTexts(reader, report),
    effort: await reader.effort(),
    looks: await reader.looks(),
    readerNotes: await reader.notes(),
    wish: await wishOf(reader, report),
  })
}

/** Of a run that nobody writes any more, whatever was wished has come to pass or never will. */
async function wishOf(reader: RunReader, { status }: RunReport): Promise<ViewedRun['wish']> {
  return status === 'running' ? reader.wish() : null
}
