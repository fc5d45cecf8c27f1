import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { RunHeader, RunStatus } from '../../src/records/run.ts'
import { runFileName } from '../../src/store/run-file-name.ts'
import { createRun } from '../../src/store/sqlite-store.ts'
import type { RunWriter } from '../../src/store/store.ts'
import { systemClock } from '../../src/support/clock.ts'
import {
  type SampleTrial,
  sampleHeader,
  sampleTrialRecord,
} from '../../src/testing/sample-records.ts'

/** A run that is being written, and what it is called where its folder is shown. */
export interface WrittenRun {
  readonly name: string
  readonly file: string
  readonly writer: RunWriter
}

/** An empty folder for runs, gone when the test is over. */
export async function shownFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'offswitch-shown-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Begins a run of samples in a folder. The caller closes its writer. */
export async function beginSampleRun(
  folder: string,
  {
    trials = [],
    ...header
  }: Parameters<typeof sampleHeader>[0] & { readonly trials?: readonly SampleTrial[] } = {},
): Promise<WrittenRun> {
  const head: RunHeader = sampleHeader(header)
  const file = join(folder, runFileName(head))
  const writer = await createRun(file, head, { clock: systemClock() })
  for (const trial of trials) await writer.append(sampleTrialRecord(trial))
  return { name: runFileName(head).replace('.offswitch', ''), file, writer }
}

/** A run of samples that is over. */
export async function storeSampleRun(
  folder: string,
  {
    status = 'finished',
    ...sample
  }: Parameters<typeof beginSampleRun>[1] & { readonly status?: RunStatus } = {},
): Promise<Omit<WrittenRun, 'writer'>> {
  const { name, file, writer } = await beginSampleRun(folder, sample)
  await writer.setStatus(status)
  await writer[Symbol.asyncDispose]()
  return { name, file }
}
