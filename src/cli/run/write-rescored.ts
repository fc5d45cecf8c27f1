import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Rescoring } from '../../records/rescoring.ts'
import type { RunHeader } from '../../records/run.ts'
import type { Scenario } from '../../scenarios/scenario.ts'
import { createRun } from '../../store/sqlite-store.ts'
import type { RunReader, RunWriter } from '../../store/store.ts'
import { UsageError } from '../../support/errors.ts'
import type { CommandContext } from '../command-context.ts'
import { rescoreRun } from './rescore-run.ts'
import { newRunId } from './run-header.ts'

/**
 * Writes a run that is like another but for its verdicts, and says what they differ in. The new file is there whole or not
 * at all; the other is only read.
 *
 * @throws UsageError if the new file exists or cannot be written, and for a trial that cannot be read
 */
export async function writeRescored(
  { clock, version }: Pick<CommandContext, 'clock' | 'version'>,
  parts: { readonly reader: RunReader; readonly scenario: Scenario; readonly file: string },
): Promise<Rescoring> {
  const { reader, scenario, file } = parts
  if (existsSync(file)) {
    throw new UsageError(`Cannot write ${JSON.stringify(file)}: the file exists`)
  }
  const header: RunHeader = {
    ...reader.header,
    id: newRunId(),
    versions: {
      ...reader.header.versions,
      rescoredFrom: reader.header.id,
      rescoredBy: version,
      rescoredWith: `${scenario.id} ${scenario.version}`,
    },
  }
  const draft = join(dirname(file), `.${basename(file)}.${process.pid}.rescored`)
  try {
    const rescoring = await copyInto(await createRun(draft, header, { clock }), reader, scenario)
    await rename(draft, file)
    return { ...rescoring, written: { run: header.id, file } }
  } finally {
    // What is left of a failure; where all went well it has another name by now.
    for (const ending of ['', '-wal', '-shm']) await rm(`${draft}${ending}`, { force: true })
  }
}

/** Closes the run that it is given: only then is it one file. */
async function copyInto(
  opened: RunWriter,
  reader: RunReader,
  scenario: Scenario,
): Promise<Omit<Rescoring, 'written'>> {
  await using writer = opened
  const rescoring = await rescoreRun(reader, scenario, async (record) => {
    await writer.append(record)
  })
  for await (const judgement of reader.judgements()) await writer.addJudgement(judgement)
  await writer.addWorkedMs(await reader.workedMs())
  await writer.setOutsideUsd(await reader.outsideUsd())
  const status = await reader.status()
  // Nobody writes this one.
  await writer.setStatus(status === 'running' ? 'interrupted' : status)
  return rescoring
}
