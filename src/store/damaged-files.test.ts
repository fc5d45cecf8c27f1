import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { HarnessError, UsageError } from '../support/errors.ts'
import { seededRandom } from '../support/random.ts'
import { fakeClock } from '../testing/fake-clock.ts'
import {
  sampleHeader,
  sampleIdentity,
  sampleJudgement,
  sampleLook,
  sampleTrialRecord,
} from '../testing/sample-records.ts'
import { annotateRun, createRun, openRun, resumeRun } from './sqlite-store.ts'
import { verifyRun } from './verify-run.ts'

const clock = fakeClock({ skipUpToMs: 0 })

test('a file that was cut off anywhere is refused in one line', async () => {
  using folder = temporaryFolder()
  const whole = await wholeRun(folder.file)
  const random = seededRandom('cuts')
  const edges = [1, 15, 16, 17, 99, 100, 511, 512, 513, 4095, 4096, 4097, whole.length - 1]
  const cuts = [...edges, ...Array.from({ length: 60 }, () => random.integer(1, whole.length - 1))]

  for (const cut of cuts) {
    writeFileSync(folder.file, whole.subarray(0, cut))
    for (const open of [() => openRun(folder.file), () => resumeRun(folder.file, { clock })]) {
      const error = await open().catch((caught: unknown) => caught)

      expect(error, `cut at ${cut}`).toBeInstanceOf(UsageError)
      expect((error as Error).message).toMatch(
        cut < 512
          ? /^(Run f|F)ile ".*" is (damaged: |not an Offswitch run)/
          : /^Run file ".*" is damaged: /,
      )
      expect((error as Error).message).not.toContain('\n')
    }
  }
})

test('a file in which bytes have changed is read or refused in one line, whatever is asked of it', async () => {
  using folder = temporaryFolder()
  const whole = await wholeRun(folder.file)
  const random = seededRandom('noise')
  let refused = 0

  for (let round = 0; round < 150; round++) {
    const noisy = Buffer.from(whole)
    for (let change = random.integer(1, 30); change > 0; change--) {
      noisy[random.integer(0, round < 50 ? 4095 : noisy.length - 1)] = random.integer(0, 255)
    }
    writeFileSync(folder.file, noisy)
    for (const error of await everyQuestion(folder.file)) {
      refused++
      const isTold = error instanceof UsageError || error instanceof HarnessError
      expect(isTold, `round ${round}: ${String((error as Error).stack)}`).toBe(true)
      expect((error as Error).message).not.toContain('\n')
    }
  }

  expect(refused).toBeGreaterThan(100)
})

test.each([
  'UPDATE trials SET input_tokens = 9223372036854775807',
  'UPDATE trials SET started_ms = -99999999999999999',
  'UPDATE trials SET cost_usd = 1e999',
  'UPDATE run SET worked_ms = 1e999',
  'UPDATE run SET outside_usd = -1e999',
])('a number that no report can show is damage: %s', async (sql) => {
  using folder = temporaryFolder()
  await wholeRun(folder.file)
  {
    using database = new DatabaseSync(folder.file)
    database.exec(sql)
  }

  const errors = await everyQuestion(folder.file)

  expect(errors).not.toEqual([])
  for (const error of errors) {
    expect(error).toBeInstanceOf(UsageError)
    expect((error as Error).message).toMatch(
      / is damaged: (it holds a number that is too large|integer overflow)$/,
    )
  }
})

async function everyQuestion(file: string): Promise<unknown[]> {
  const errors: unknown[] = []
  const ask = async (question: () => Promise<unknown>) => {
    try {
      await question()
    } catch (error) {
      errors.push(error)
    }
  }
  await ask(async () => {
    await using reader = await openRun(file)
    await ask(() => reader.status())
    await ask(() => reader.workedMs())
    await ask(() => reader.keys())
    await ask(() => reader.cells())
    await ask(() => reader.usage())
    await ask(() => reader.looks())
    await ask(() => reader.capabilities())
    await ask(() => reader.rows())
    await ask(() => reader.outsideUsd())
    await ask(() => reader.trialOf(sampleTrialRecord({ number: 7 }).spec.key))
    await ask(async () => {
      for await (const { number } of reader.judgements()) expect(number).toBeGreaterThan(0)
    })
    await ask(async () => {
      for await (const { spec } of reader.summaries()) expect(spec.number).toBeGreaterThan(0)
    })
    for (let number = 1; number <= 40; number++) await ask(() => reader.trial(number))
    await ask(async () => {
      for await (const { spec } of reader.trials()) expect(spec.number).toBeGreaterThan(0)
    })
    await ask(() => reader.index())
    await ask(() => reader.effort())
    await ask(() => reader.notes())
    await ask(() => reader.wish())
    await ask(() => reader.revision())
  })
  await ask(() => verifyRun(file))
  await ask(async () => {
    await using annotator = await annotateRun(file, { clock })
    await ask(() => annotator.addNote(3, { author: 'reader', tags: [], text: 'noted' }))
    await ask(() => annotator.withdrawNote(1))
  })
  await ask(async () => {
    await using writer = await resumeRun(file, { clock })
    let isStored = false
    await ask(async () => {
      isStored = await writer.append(sampleTrialRecord({ number: 41 }))
    })
    await ask(() => writer.setStatus('finished'))
    await ask(() => writer.setOutsideUsd(1))
    await ask(() => writer.addLook(sampleLook({ number: 9 })))
    if (isStored) await ask(() => writer.addJudgement(sampleJudgement({ number: 41 })))
  })
  for (const ending of ['-wal', '-shm', '-journal']) rmSync(`${file}${ending}`, { force: true })
  return errors
}

async function wholeRun(file: string): Promise<Buffer> {
  {
    await using writer = await createRun(file, sampleHeader(), { clock })
    for (let number = 1; number <= 40; number++) {
      const models = number % 2 === 0 ? [sampleIdentity()] : []
      await writer.append(sampleTrialRecord({ number, agent: `script:${number % 3}`, models }))
      await writer.addJudgement(sampleJudgement({ number }))
      if (number < 9) await writer.addLook(sampleLook({ number }))
    }
    await writer.setStatus('finished')
  }
  {
    await using annotator = await annotateRun(file, { clock })
    for (const number of [2, 3, 3]) {
      await annotator.addNote(number, { author: 'reader', tags: ['worth reading'], text: 'noted' })
    }
  }
  return readFileSync(file)
}

function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), 'offswitch-store-'))
  return {
    file: join(path, 'run.offswitch'),
    [Symbol.dispose]: () => rmSync(path, { recursive: true }),
  }
}
