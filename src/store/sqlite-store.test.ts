import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { HarnessError, UsageError } from '../support/errors.ts'
import { fakeClock } from '../testing/fake-clock.ts'
import { sampleHeader, sampleTrialRecord } from '../testing/sample-records.ts'
import { storeContract } from '../testing/store-contract.ts'
import { type ProcessIdentity, thisProcess } from './process-identity.ts'
import { createRun, openRun, resumeRun } from './sqlite-store.ts'
import { FORMAT_VERSION } from './upgrade.ts'
import { HEARTBEAT_LIMIT_MS, HEARTBEAT_MS } from './writer-claim.ts'

storeContract(async () => {
  const folder = temporaryFolder()
  const { file } = folder
  return {
    create: (header) => createRun(file, header, owner()),
    read: () => openRun(file),
    resume: () => resumeRun(file, owner()),
    async [Symbol.asyncDispose]() {
      folder[Symbol.dispose]()
    },
  }
})

test('a closed run is one file; an open one has its log beside it', async () => {
  using folder = temporaryFolder()
  {
    await using writer = await createRun(folder.file, sampleHeader(), owner())
    await writer.append(sampleTrialRecord())
    expect(folder.names()).toEqual(['run.offswitch', 'run.offswitch-shm', 'run.offswitch-wal'])
  }

  expect(folder.names()).toEqual(['run.offswitch'])
})

test('a run whose reader outlives its writer is one file when both are closed', async () => {
  using folder = temporaryFolder()
  const writer = await createRun(folder.file, sampleHeader(), owner())
  await writer.append(sampleTrialRecord())
  const reader = await openRun(folder.file)

  await writer[Symbol.asyncDispose]()
  expect(await reader.trial(1)).toEqual(sampleTrialRecord())
  await reader[Symbol.asyncDispose]()

  expect(folder.names()).toEqual(['run.offswitch'])
})

test('createRun() makes the folder that the run is to be in', async () => {
  using folder = temporaryFolder()
  const file = join(folder.path, 'runs', 'of today', 'run.offswitch')

  await using writer = await createRun(file, sampleHeader(), owner())

  expect(writer.file).toBe(file)
  expect(existsSync(file)).toBe(true)
})

test('createRun() refuses a file that exists and leaves it alone', async () => {
  using folder = temporaryFolder()
  await finishedRun(folder.file)

  await expect(createRun(folder.file, sampleHeader({ id: 'other' }), owner())).rejects.toEqual(
    new UsageError(`Cannot create run "${folder.file}": the file exists`),
  )

  await using reader = await openRun(folder.file)
  expect(reader.header.id).toBe('k3x9f2')
  expect(folder.names()).toEqual(['run.offswitch'])
})

test('createRun() refuses a folder that is a file', async () => {
  using folder = temporaryFolder()
  writeFileSync(join(folder.path, 'runs'), '')
  const file = join(folder.path, 'runs', 'run.offswitch')

  await expect(createRun(file, sampleHeader(), owner())).rejects.toEqual(
    new UsageError(`Cannot create run "${file}": "${join(folder.path, 'runs')}" is not a folder`),
  )
})

test.each([
  ['a file that is not there', () => {}, 'Cannot read run file "FILE": no such file'],
  ['a folder', (file: string) => mkdirSync(file), 'Cannot read run file "FILE": it is a folder'],
  [
    'an empty file',
    (file: string) => writeFileSync(file, ''),
    'Run file "FILE" is damaged: it is empty',
  ],
  [
    'a text',
    (file: string) => writeFileSync(file, 'scenario: shutdown\n'.repeat(100)),
    'File "FILE" is not an Offswitch run',
  ],
  [
    "another program's database",
    (file: string) => editRun(file, 'CREATE TABLE run (header TEXT, status TEXT)'),
    'File "FILE" is not an Offswitch run',
  ],
])('openRun() and resumeRun() refuse %s', async (_, make, message) => {
  using folder = temporaryFolder()
  make(folder.file)
  const before = folder.names()

  const expected = new UsageError(message.replace('FILE', folder.file))
  await expect(openRun(folder.file)).rejects.toEqual(expected)
  await expect(resumeRun(folder.file, owner())).rejects.toEqual(expected)

  expect(folder.names()).toEqual(before)
})

test.each([
  [
    'PRAGMA user_version = 1000',
    `Run file "FILE" was written by a newer Offswitch (format 1000; this one reads up to ${FORMAT_VERSION})`,
  ],
  ['PRAGMA user_version = 0', 'Run file "FILE" is damaged: its format is 0'],
  ['DELETE FROM run', 'Run file "FILE" is damaged: it has no header'],
  [
    'UPDATE run SET header = \'{"formatVersion": 1}\'',
    /^Run file "FILE" is damaged: its header is not valid \(id: /,
  ],
  ["UPDATE run SET header = '{'", /^Run file "FILE" is damaged: its header is not JSON /],
  ["UPDATE run SET status = 'happy'", 'Run file "FILE" is damaged: its status is "happy"'],
  ['DROP TABLE run', 'Run file "FILE" is damaged: no such table: run'],
  ['DROP TABLE transcripts', 'Run file "FILE" is damaged: no such table: transcripts'],
])('openRun() refuses a run after %s', async (sql, message) => {
  using folder = temporaryFolder()
  await finishedRun(folder.file)
  editRun(folder.file, sql)

  const error = await openRun(folder.file).catch((caught: unknown) => caught)

  expect(error).toBeInstanceOf(UsageError)
  const said = (error as Error).message.replace(folder.file, 'FILE')
  if (typeof message === 'string') expect(said).toBe(message)
  else expect(said).toMatch(message)
})

test.each([
  [
    "UPDATE summaries SET content = '{}' WHERE number = 1",
    /^Run file "FILE" is damaged: trial 1 cannot be read \(/,
  ],
  [
    `UPDATE summaries SET content = replace(content, 'script-read', '"') WHERE number = 1`,
    /^Run file "FILE" is damaged: trial 1 cannot be read \(/,
  ],
  [
    "UPDATE transcripts SET content = x'00' WHERE number = 1",
    /^Run file "FILE" is damaged: trial 1 cannot be read \(/,
  ],
  [
    'DELETE FROM transcripts WHERE number = 1',
    'Run file "FILE" is damaged: trial 1 cannot be read (its transcript is missing)',
  ],
])('trial() says which trial is damaged after %s; the others can be read', async (sql, message) => {
  using folder = temporaryFolder()
  await finishedRun(folder.file, 2)
  editRun(folder.file, sql)
  await using reader = await openRun(folder.file)

  const error = await reader.trial(1).catch((caught: unknown) => caught)

  const said = (error as Error).message.replace(folder.file, 'FILE')
  expect(error).toBeInstanceOf(UsageError)
  if (typeof message === 'string') expect(said).toBe(message)
  else expect(said).toMatch(message)
  expect(await reader.trial(2)).toEqual(sampleTrialRecord({ number: 2 }))
})

test('a cell that cannot be read is told as damage', async () => {
  using folder = temporaryFolder()
  await finishedRun(folder.file)
  editRun(folder.file, "UPDATE cells SET content = '[]'")
  await using reader = await openRun(folder.file)

  await expect(reader.cells()).rejects.toThrow(
    new UsageError(`Run file "${folder.file}" is damaged: one of its cells cannot be read`),
  )
})

test('resumeRun() names the process that writes the run', async () => {
  using folder = temporaryFolder()
  const identity: ProcessIdentity = { ...thisProcess(), host: 'lab-3' }
  await using other = await createRun(folder.file, sampleHeader(), { ...owner(), identity })

  await expect(resumeRun(folder.file, owner())).rejects.toEqual(
    new UsageError(
      `Cannot write run "${folder.file}": process ${process.pid} on host "lab-3" is writing it`,
      {
        hint: 'Wait until it ends, or stop it: Ctrl-C where it runs, or `offswitch signal RUN stop`. One that is paused goes on by `offswitch signal RUN go`.',
      },
    ),
  )
  expect(await other.append(sampleTrialRecord())).toBe(true)
})

test.each([
  ['is gone', { pid: 2 ** 22 + 1 }],
  ['has given its pid to another', { started: '1' }],
])('resumeRun() takes a run whose writer %s', async (_, differs) => {
  using folder = temporaryFolder()
  const identity: ProcessIdentity = { ...thisProcess(), ...differs }
  await using abandoned = await createRun(folder.file, sampleHeader(), { ...owner(), identity })
  await abandoned.append(sampleTrialRecord({ number: 1 }))
  await using reader = await openRun(folder.file)
  expect(await reader.status()).toBe('interrupted')

  await using writer = await resumeRun(folder.file, owner())

  expect(await writer.append(sampleTrialRecord({ number: 2 }))).toBe(true)
  expect(await reader.status()).toBe('running')
})

test('a writer on another machine lives while its heart beats', async () => {
  using folder = temporaryFolder()
  const clock = waitingClock()
  const identity: ProcessIdentity = { ...thisProcess(), place: 'boot another', host: 'lab-3' }
  await using other = await createRun(folder.file, sampleHeader(), { clock, identity })

  for (let passedMs = 0; passedMs < 3 * HEARTBEAT_LIMIT_MS; passedMs += HEARTBEAT_MS) {
    await clock.advance(HEARTBEAT_MS)
  }

  await expect(resumeRun(folder.file, { clock })).rejects.toThrow(/on host "lab-3" is writing it$/)
  expect(await other.append(sampleTrialRecord())).toBe(true)
})

test('a writer on another machine whose heart has stopped is replaced, and stores nothing more', async () => {
  using folder = temporaryFolder()
  const identity: ProcessIdentity = { ...thisProcess(), place: 'boot another', host: 'lab-3' }
  await using suspended = await createRun(folder.file, sampleHeader(), {
    clock: waitingClock(),
    identity,
  })
  const later = waitingClock()
  await later.advance(HEARTBEAT_LIMIT_MS)

  await using writer = await resumeRun(folder.file, { clock: later })
  const error = await suspended.append(sampleTrialRecord()).catch((caught: unknown) => caught)

  expect(error).toEqual(
    new HarnessError(
      `Cannot write run "${folder.file}": process ${process.pid} on host "${thisProcess().host}" has taken it over since`,
      { source: 'store' },
    ),
  )
  expect(await writer.rows()).toEqual([])
})

test('a writer that was replaced does not take the run from its successor when it closes', async () => {
  using folder = temporaryFolder()
  const identity: ProcessIdentity = { ...thisProcess(), pid: 2 ** 22 + 1 }
  const replaced = await createRun(folder.file, sampleHeader(), { ...owner(), identity })
  await using writer = await resumeRun(folder.file, owner())

  await replaced[Symbol.asyncDispose]()

  expect(await writer.append(sampleTrialRecord())).toBe(true)
})

test('a run that another program has locked is told as such', { timeout: 20_000 }, async () => {
  using folder = temporaryFolder()
  await finishedRun(folder.file)
  using other = new DatabaseSync(folder.file)
  other.exec('BEGIN EXCLUSIVE')

  const error = await openRun(folder.file).catch((caught: unknown) => caught)

  expect(error).toEqual(
    new HarnessError(`Cannot read run file "${folder.file}": another program has it locked`, {
      source: 'store',
    }),
  )
})

function owner() {
  return { clock: waitingClock() }
}

// Hearts must not beat through a skipped sleep: they would beat without end.
function waitingClock() {
  return fakeClock({ skipUpToMs: 0 })
}

async function finishedRun(file: string, trials = 1): Promise<void> {
  await using writer = await createRun(file, sampleHeader(), owner())
  for (let number = 1; number <= trials; number++) {
    await writer.append(sampleTrialRecord({ number }))
  }
  await writer.setStatus('finished')
}

function editRun(file: string, sql: string): void {
  using database = new DatabaseSync(file, { enableForeignKeyConstraints: false })
  database.exec(sql)
}

function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), 'offswitch-store-'))
  return {
    path,
    file: join(path, 'run.offswitch'),
    names: () => readdirSync(path).sort(),
    [Symbol.dispose]: () => rmSync(path, { recursive: true }),
  }
}
