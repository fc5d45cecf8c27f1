import {
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { UsageError } from '../support/errors.ts'
import { fakeClock } from '../testing/fake-clock.ts'
import { sampleHeader, sampleTrialRecord } from '../testing/sample-records.ts'
import { annotateRun, createRun, openRun } from './sqlite-store.ts'
import type { RunReader } from './store.ts'

const QUESTIONS: readonly (readonly [string, (reader: RunReader) => Promise<unknown>])[] = [
  ['status', (reader) => reader.status()],
  ['cells', (reader) => reader.cells()],
  ['rows', (reader) => reader.rows()],
  ['index', (reader) => reader.index()],
  ['effort', (reader) => reader.effort()],
  ['trial', (reader) => reader.trial(3)],
  ['notes', (reader) => reader.notes()],
  ['wish', (reader) => reader.wish()],
  ['revision', (reader) => reader.revision()],
  ['trials', (reader) => first(reader.trials())],
  ['summaries', (reader) => first(reader.summaries())],
  ['outcomes', (reader) => first(reader.outcomes())],
  ['judgements', (reader) => first(reader.judgements())],
]

test.each<[string, (folder: Folder) => void, RegExp]>([
  [
    'was deleted',
    ({ file }) => rmSync(file),
    /^Run file ".*" is gone: it was deleted or moved after it had been opened$/,
  ],
  [
    'another has taken the place of',
    ({ file, other }) => renameSync(other, file),
    /^Run file ".*" is another than when it was opened: open it again$/,
  ],
  [
    // As many trials and pages, stored in as many transactions: SQLite's own counters stand at the same.
    'was written over by one like it',
    ({ file, other }) => {
      const bytes = readFileSync(other)
      expect(bytes.length).toBe(readFileSync(file).length)
      writeFileSync(file, bytes)
    },
    /^Run file ".*" is another than when it was opened: open it again$/,
  ],
  ...[0, 300, 4_096, 20_000].map((length): [string, (folder: Folder) => void, RegExp] => [
    `was cut off at ${length}`,
    ({ file }) => truncateSync(file, length),
    /^(Run file ".*" is damaged: .*|File ".*" is not an Offswitch run)$/,
  ]),
])('an open run whose file %s says so, whatever is asked of it', async (_, meddle, message) => {
  const own = await runBytes('k3x9f2', 12.5)
  const others = await runBytes('k3x9f3', 99.5)
  for (const [name, ask] of QUESTIONS) {
    using folder = temporaryFolder()
    writeFileSync(folder.file, own)
    writeFileSync(folder.other, others)
    await using reader = await openRun(folder.file)
    await ask(reader)

    meddle(folder)

    const error = await ask(reader).catch((caught: unknown) => caught)
    expect(error, name).toBeInstanceOf(UsageError)
    expect((error as Error).message, name).toMatch(message)
  }
})

test('a file that was touched, or copied over itself, is the same run', async () => {
  using folder = temporaryFolder()
  writeFileSync(folder.file, await runBytes('k3x9f2', 12.5))
  await using reader = await openRun(folder.file)
  const before = await reader.rows()

  writeFileSync(folder.file, await runBytes('k3x9f2', 12.5))

  expect(await reader.rows()).toEqual(before)
})

test('a reader follows its run through writers and notes that come and go', async () => {
  using folder = temporaryFolder()
  writeFileSync(folder.file, await runBytes('k3x9f2', 12.5))
  await using reader = await openRun(folder.file)
  {
    await using annotator = await annotateRun(folder.file, owner())
    await annotator.addNote(2, { author: 'ada', tags: ['worth reading'], text: '' })
  }

  expect((await reader.notes()).map(({ number }) => number)).toEqual([2])
  expect((await reader.index()).columns.number.length).toBe(30)
})

test('an open run that somebody was killed while writing is put back, and asked as before', async () => {
  using folder = temporaryFolder()
  writeFileSync(folder.file, await runBytes('k3x9f2', 12.5))
  await using reader = await openRun(folder.file)
  const before = await Promise.all(QUESTIONS.map(([, ask]) => ask(reader)))
  const journal = `${folder.file}-journal`
  {
    // As a process leaves it that is killed between its first page and its last.
    using database = new DatabaseSync(folder.file)
    database.exec(`PRAGMA cache_size = 1; BEGIN IMMEDIATE;
      UPDATE transcripts SET content = randomblob(20000); UPDATE summaries SET content = printf('%.9000c', 'x')`)
    const [half, undo] = [readFileSync(folder.file), readFileSync(journal)]
    database.exec('ROLLBACK')
    writeFileSync(folder.file, half)
    writeFileSync(journal, undo)
  }

  const after = []
  for (const [, ask] of QUESTIONS) after.push(await ask(reader))

  expect(after).toEqual(before)
  expect(existsSync(journal)).toBe(false)
})

async function first(items: AsyncIterable<unknown>): Promise<unknown> {
  for await (const item of items) return item
  return null
}

/** A finished run of thirty trials, each of which took as long. */
async function runBytes(id: string, durationMs: number): Promise<Buffer> {
  using folder = temporaryFolder()
  {
    await using writer = await createRun(folder.file, sampleHeader({ id }), owner())
    for (let number = 1; number <= 30; number++) {
      await writer.append(sampleTrialRecord({ number, durationMs }))
    }
    await writer.setStatus('finished')
  }
  return readFileSync(folder.file)
}

type Folder = ReturnType<typeof temporaryFolder>

function owner() {
  // Hearts must not beat through a skipped sleep: they would beat without end.
  return { clock: fakeClock({ skipUpToMs: 0 }) }
}

function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), 'offswitch-store-'))
  return {
    file: join(path, 'run.offswitch'),
    other: join(path, 'other.offswitch'),
    [Symbol.dispose]: () => rmSync(path, { recursive: true }),
  }
}
