import { existsSync, readdirSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { createRun, openRun, resumeRun } from '../../src/store/sqlite-store.ts'
import type { RunWriter } from '../../src/store/store.ts'
import { verifyRun } from '../../src/store/verify-run.ts'
import { systemClock } from '../../src/support/clock.ts'
import { HarnessError } from '../../src/support/errors.ts'
import { sampleHeader, sampleTrialRecord } from '../../src/testing/sample-records.ts'

// A process of its own for tests of the store: it is killed, runs out of space, or gives up its rights.

const owner = { clock: systemClock() }

const commands: Record<string, (file: string, trials: number) => Promise<void>> = {
  /** Stores what is missing of so many trials, and tells of each that is stored. */
  async write(file, trials) {
    await using writer = existsSync(file)
      ? await resumeRun(file, owner)
      : await createRun(file, sampleHeader(), owner)
    tell({ began: true })
    await appendMissing(writer, trials)
    await writer.setStatus('finished')
  },

  /** Ends without closing. */
  async die(file, trials) {
    const writer = await createRun(file, sampleHeader(), owner)
    await appendMissing(writer, trials)
    process.kill(process.pid, 'SIGKILL')
  },

  /** Stores trials until that fails. */
  async fill(file, trials) {
    const writer = await createRun(file, sampleHeader(), owner)
    let failure: unknown = null
    try {
      await appendMissing(writer, trials)
    } catch (error) {
      failure = error
    }
    const rows = await writer.rows()
    await writer[Symbol.asyncDispose]()
    tell({ failure: describe(failure), stored: rows.length, numbersTo: rows.at(-1)?.number })
  },

  /** Goes on with a run whose disk was full. */
  async check(file, trials) {
    const before = await verifyRun(file)
    {
      await using writer = await resumeRun(file, owner)
      await appendMissing(writer, before.trials + trials)
    }
    tell({ before, after: await verifyRun(file), files: readdirSync(dirname(file)).sort() })
  },

  async create(file) {
    const failure = await errorOf(createRun(file, sampleHeader(), owner))
    tell({ failure: describe(failure), files: readdirSync(dirname(file)).sort() })
  },

  /** What a user without rights to the run's folder can do. */
  async unprivileged(file) {
    if (process.getuid?.() === 0) {
      process.setgroups?.([])
      process.setgid?.(65_534)
      process.setuid?.(65_534)
    }
    const created = await errorOf(
      createRun(`${dirname(file)}/new.offswitch`, sampleHeader(), owner),
    )
    const nested = await errorOf(createRun(`${dirname(file)}/a/b.offswitch`, sampleHeader(), owner))
    const resumed = await errorOf(resumeRun(file, owner))
    await using reader = await openRun(file)
    tell({
      created: describe(created),
      nested: describe(nested),
      resumed: describe(resumed),
      rows: (await reader.rows()).length,
    })
  },
}

async function appendMissing(writer: RunWriter, trials: number): Promise<void> {
  const stored = await writer.keys()
  for (let number = 1; number <= trials; number++) {
    const record = sampleTrialRecord({ number })
    if (stored.has(record.spec.key)) continue
    await writer.append(record)
    tell({ stored: number })
  }
}

async function errorOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => null,
    (error: unknown) => error,
  )
}

function describe(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const source = error instanceof HarnessError ? { source: error.source } : {}
  return { name: error.name, message: error.message, ...source }
}

// Written at once, so that what was told has been stored even if the next moment is the last.
function tell(message: unknown): void {
  writeSync(1, `${JSON.stringify(message)}\n`)
}

const [command = '', file = '', trials = '0'] = process.argv.slice(2)
await commands[command]?.(file, Number(trials))
