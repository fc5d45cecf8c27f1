import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Rescoring } from '../../records/rescoring.ts'
import type { Scenario } from '../../scenarios/scenario.ts'
import { rescoredHeader } from '../../store/rescored-from.ts'
import { RUN_FILE_ENDING } from '../../store/run-file-name.ts'
import { createRun, openRun } from '../../store/sqlite-store.ts'
import type { RunReader, RunWriter } from '../../store/store.ts'
import { UsageError } from '../../support/errors.ts'
import type { CommandContext } from '../command-context.ts'
import { type RescoreContext, rescoreRun } from './rescore-run.ts'
import { newRunId } from './run-header.ts'

/**
 * Writes a run that is like another but for its verdicts, and says what they differ in. The new file is there whole or not
 * at all; the other is only read.
 *
 * @throws UsageError if the new file exists or cannot be written, and for a trial that cannot be read; the signal's reason on abort
 */
export async function writeRescored(
  context: RescoreContext & Pick<CommandContext, 'version'>,
  parts: { readonly reader: RunReader; readonly scenario: Scenario; readonly file: string },
): Promise<Rescoring> {
  const { reader, scenario, file } = parts
  if (!file.endsWith(RUN_FILE_ENDING)) {
    throw new UsageError(
      `Cannot write ${JSON.stringify(file)}: the name of a run’s file ends in ${RUN_FILE_ENDING}`,
    )
  }
  refuseExisting(file)
  const header = rescoredHeader(reader.header, {
    id: newRunId(),
    by: `${scenario.id} ${scenario.version}`,
    offswitch: context.version,
  })
  const draft = join(dirname(file), `.${basename(file)}.rescored`)
  await clearAbandoned(draft, context)
  const writer = await createRun(draft, header, context)
  try {
    const rescoring = await copyInto(writer, context, { reader, scenario })
    refuseExisting(file)
    await rename(draft, file)
    return { ...rescoring, written: { run: header.id, file } }
  } finally {
    await remove(draft)
  }
}

/** Closes the run that it is given: only then is it one file. */
async function copyInto(
  opened: RunWriter,
  context: RescoreContext,
  { reader, scenario }: { readonly reader: RunReader; readonly scenario: Scenario },
): Promise<Omit<Rescoring, 'written'>> {
  await using writer = opened
  const rescoring = await rescoreRun(context, {
    reader,
    scenario,
    store: async (record) => {
      await writer.append(record)
    },
  })
  for await (const judgement of reader.judgements()) await writer.addJudgement(judgement)
  await writer.addWorkedMs(await reader.workedMs())
  await writer.setOutsideUsd(await reader.outsideUsd())
  const status = await reader.status()
  // Nobody writes this one.
  await writer.setStatus(status === 'running' ? 'interrupted' : status)
  return rescoring
}

/** What a process left that was killed while it wrote the same file. @throws UsageError while another one writes it */
async function clearAbandoned(draft: string, { clock }: RescoreContext): Promise<void> {
  if (!existsSync(draft)) return
  if ((await statusOf(draft, clock)) === 'running') {
    throw new UsageError(`Cannot write ${JSON.stringify(draft)}: another process is writing it`)
  }
  await remove(draft)
}

async function statusOf(draft: string, clock: RescoreContext['clock']) {
  try {
    await using reader = await openRun(draft, { clock })
    return await reader.status()
  } catch (error) {
    // What cannot be read as a run is nobody's.
    if (error instanceof UsageError) return null
    throw error
  }
}

/** With the log beside it. Where all went well it has another name by now. */
async function remove(draft: string): Promise<void> {
  for (const ending of ['', '-wal', '-shm']) await rm(`${draft}${ending}`, { force: true })
}

function refuseExisting(file: string): void {
  if (existsSync(file)) {
    throw new UsageError(`Cannot write ${JSON.stringify(file)}: the file exists`)
  }
}
