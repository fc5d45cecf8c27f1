import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fakeClock } from '../testing/fake-clock.ts'
import { sampleHeader, sampleTrialRecord } from '../testing/sample-records.ts'
import { createRun } from './sqlite-store.ts'
import { verificationWork } from './verification-work.ts'

const TRIAL = 4096

test.each([
  ['hardly any', 1],
  ['hundreds of', 300],
  ['a hundred thousand', 100_000],
  ['a million', 1_000_000],
])(
  'verificationWork() reads off a transcript of %s bytes what it unpacks to',
  async (_, length) => {
    const events = [{ seq: 0, atMs: 0, type: 'message', role: 'user', text: 'x'.repeat(length) }]
    await using run = await storedRun([sampleTrialRecord({ events: events as never })])

    expect(verificationWork(run.file)).toBe(TRIAL + JSON.stringify(events).length)
  },
)

test('verificationWork() adds up all trials, and stops where it is too much anyway', async () => {
  const records = [1, 2, 3].map((number) => sampleTrialRecord({ number }))
  await using run = await storedRun(records)
  const whole = records.reduce((sum, { events }) => sum + TRIAL + JSON.stringify(events).length, 0)

  expect(verificationWork(run.file)).toBe(whole)
  expect(verificationWork(run.file, whole)).toBe(whole)
  expect(verificationWork(run.file, 3 * TRIAL - 1)).toBe(3 * TRIAL)
})

test('verificationWork() of a run without a trial is none', async () => {
  await using run = await storedRun([])

  expect(verificationWork(run.file)).toBe(0)
})

async function storedRun(records: readonly ReturnType<typeof sampleTrialRecord>[]) {
  const folder = mkdtempSync(join(tmpdir(), 'offswitch-store-'))
  const file = join(folder, 'run.offswitch')
  {
    await using writer = await createRun(file, sampleHeader(), {
      clock: fakeClock({ skipUpToMs: 0 }),
    })
    for (const record of records) await writer.append(record)
  }
  return {
    file,
    async [Symbol.asyncDispose]() {
      rmSync(folder, { recursive: true })
    },
  }
}
