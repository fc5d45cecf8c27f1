import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import type { NewNote } from '../records/note.ts'
import { HarnessError, UsageError } from '../support/errors.ts'
import { fakeClock } from '../testing/fake-clock.ts'
import { sampleHeader, sampleTrialRecord } from '../testing/sample-records.ts'
import { thisProcess } from './process-identity.ts'
import { annotateRun, createRun, openRun, resumeRun } from './sqlite-store.ts'
import { verifyRun } from './verify-run.ts'
import { HEARTBEAT_LIMIT_MS } from './writer-claim.ts'

const NOTE: NewNote = { author: 'ada', tags: ['worth reading'], text: 'It hesitates.' }
const HOSTILE: NewNote = {
  author: 'eve "; DROP TABLE trials',
  tags: [],
  text: 'a\u0000b\u001b[31m\ud800 <script>\u202e',
}

test('notes are given back in the order of writing, of all trials or of one', async () => {
  using folder = await finishedRun(2)
  const clock = waitingClock()
  {
    await using annotator = await annotateRun(folder.file, { clock })
    await annotator.addNote(2, NOTE)
    await clock.advance(60_000)
    await annotator.addNote(1, HOSTILE)
    await annotator.addNote(2, { ...NOTE, author: ' bob ', text: '' })
  }

  await using reader = await openRun(folder.file)

  const at = '2025-01-01T00:01:00.000Z'
  const first = { ...NOTE, id: 1, number: 2, at: '2025-01-01T00:00:00.000Z', withdrawnAt: null }
  const second = { ...HOSTILE, id: 2, number: 1, at, withdrawnAt: null }
  const third = { ...NOTE, author: 'bob', text: '', id: 3, number: 2, at, withdrawnAt: null }
  expect(await reader.notes()).toEqual([first, second, third])
  expect(await reader.notes(2)).toEqual([first, third])
  expect(await reader.notes(3)).toEqual([])
})

test('a note that is taken back stays, marked with the time of the first time', async () => {
  using folder = await finishedRun(1)
  const clock = waitingClock()
  await using annotator = await annotateRun(folder.file, { clock })
  const note = await annotator.addNote(1, NOTE)
  await clock.advance(1_000)

  const withdrawn = await annotator.withdrawNote(1)
  await clock.advance(1_000)
  const again = await annotator.withdrawNote(1)

  await using reader = await openRun(folder.file)
  expect(withdrawn).toEqual({ ...note, withdrawnAt: '2025-01-01T00:00:01.000Z' })
  expect(again).toEqual(withdrawn)
  expect(await reader.notes()).toEqual([withdrawn])
})

test.each([
  ['no JSON', `content = '{"author": "a'`, 'it is no JSON object'],
  ['a list', `content = '["ada"]'`, 'it is no JSON object'],
  [
    'nobody who wrote it',
    `content = '{"tags":[],"text":""}'`,
    'author: Invalid input: expected string, received undefined',
  ],
  [
    'more than a note has',
    `content = '{"author":"ada","tags":[],"text":"","\\u001b":1}'`,
    'Unrecognized key: "\\u{1b}"',
  ],
  [
    'a word of its own on that',
    `content = '{"author":"ada","tags":[],"text":"","damage":"none"}'`,
    'Unrecognized key: "damage"',
  ],
  ['its time', `at = 'noon'`, 'at: Invalid ISO datetime'],
])(
  'a note that is damaged is named, hides no other, and can be taken back: %s',
  async (_, set, damage) => {
    using folder = await finishedRun(2)
    const clock = waitingClock()
    await using annotator = await annotateRun(folder.file, { clock })
    await annotator.addNote(1, NOTE)
    const whole = await annotator.addNote(2, NOTE)
    editRun(folder.file, `UPDATE reader_notes SET ${set} WHERE id = 1`)

    await using reader = await openRun(folder.file)
    const [broken, ...others] = await reader.notes()
    const taken = await annotator.withdrawNote(1)

    const at = damage.startsWith('at:') ? '1970-01-01T00:00:00.000Z' : '2025-01-01T00:00:00.000Z'
    expect(broken).toEqual({
      ...{ id: 1, number: 1, at, withdrawnAt: null, author: 'author unknown', tags: [], damage },
      text: `This note is damaged and cannot be read (${damage}).`,
    })
    expect(others).toEqual([whole])
    expect(taken).toEqual({ ...broken, withdrawnAt: '2025-01-01T00:00:00.000Z' })
  },
)

test('a note that was taken back nobody knows when is taken back anew, and can be read again', async () => {
  using folder = await finishedRun(1)
  await using annotator = await annotateRun(folder.file, { clock: waitingClock() })
  const note = await annotator.addNote(1, NOTE)
  editRun(folder.file, `UPDATE reader_notes SET withdrawn_at = 'soon'`)
  await using reader = await openRun(folder.file)
  const [broken] = await reader.notes()

  const taken = await annotator.withdrawNote(1)

  expect(broken).toMatchObject({
    withdrawnAt: null,
    damage: 'withdrawnAt: Invalid ISO datetime',
  })
  expect(taken).toEqual({ ...note, withdrawnAt: '2025-01-01T00:00:00.000Z' })
})

test('what is not there cannot be annotated', async () => {
  using folder = await finishedRun(1)
  await using annotator = await annotateRun(folder.file, { clock: waitingClock() })

  await expect(annotator.addNote(2, NOTE)).rejects.toEqual(
    new UsageError(
      `Cannot store a note on trial 2 in "${folder.file}": the run does not hold that trial`,
    ),
  )
  await expect(annotator.withdrawNote(1)).rejects.toEqual(
    new UsageError(
      `Cannot take back note 1 in "${folder.file}": there is no such note. The run has none`,
    ),
  )
  await expect(annotator.wish('pause')).rejects.toEqual(
    new UsageError(`Cannot ask run "${folder.file}" to pause: it is not running`),
  )
  await expect(annotateRun(join(folder.path, 'other.offswitch'))).rejects.toThrow(/no such file$/)
  expect(folder.names()).toEqual(['run.offswitch'])
})

test('a file that is deleted while it is open for notes is not made anew', async () => {
  using folder = await finishedRun(1)
  await using annotator = await annotateRun(folder.file, { clock: waitingClock() })
  rmSync(folder.file)

  await expect(annotator.addNote(1, NOTE)).rejects.toEqual(
    new UsageError(`Cannot read run file "${folder.file}": no such file`),
  )

  expect(folder.names()).toEqual([])
})

test('notes change nothing that is hashed, and the check of a run says nothing of them', async () => {
  using folder = await finishedRun(3)
  const before = await verifyRun(folder.file)
  {
    await using annotator = await annotateRun(folder.file, { clock: waitingClock() })
    await annotator.addNote(1, NOTE)
  }
  editRun(folder.file, "UPDATE reader_notes SET content = replace(content, 'hesitates', 'resists')")

  expect(await verifyRun(folder.file)).toEqual(before)
  expect(folder.names()).toEqual(['run.offswitch'])
})

test('a wish that nobody can have written is damage', async () => {
  using folder = await finishedRun(1)
  editRun(folder.file, "INSERT INTO wishes VALUES (1, 'fly')")
  await using reader = await openRun(folder.file)

  await expect(reader.wish()).rejects.toThrow(/what is asked of it is "fly"$/)
})

test('beside a live writer notes are stored in its log, and neither disturbs the other', async () => {
  using folder = temporaryFolder()
  const clock = waitingClock()
  const writer = await createRun(folder.file, sampleHeader(), { clock })
  await writer.append(sampleTrialRecord({ number: 1 }))
  await using reader = await openRun(folder.file)

  for (let number = 2; number < 30; number++) {
    await using annotator = await annotateRun(folder.file, { clock })
    await annotator.addNote(number - 1, NOTE)
    expect(await writer.append(sampleTrialRecord({ number }))).toBe(true)
  }

  expect(folder.names()).toEqual(['run.offswitch', 'run.offswitch-shm', 'run.offswitch-wal'])
  expect((await reader.notes()).length).toBe(28)
  expect(await writer.notes()).toEqual(await reader.notes())
  await reader[Symbol.asyncDispose]()
  await writer[Symbol.asyncDispose]()
  expect(folder.names()).toEqual(['run.offswitch'])
})

test('a wish is read by the writer, the last one counts, none comes after a stop, and it is forgotten when the run is over', async () => {
  using folder = temporaryFolder()
  const clock = waitingClock()
  const seen: unknown[] = []
  {
    await using writer = await createRun(folder.file, sampleHeader(), { clock })
    await using annotator = await annotateRun(folder.file, { clock })
    seen.push(await writer.wish())
    await annotator.wish('pause')
    seen.push(await writer.wish())
    await annotator.wish('go')
    seen.push(await writer.wish())
    await annotator.wish('stop')
    await expect(annotator.wish('go')).rejects.toEqual(
      new UsageError(`Cannot ask run "${folder.file}" to go: it has been asked to stop`),
    )
    await using reader = await openRun(folder.file)
    seen.push(await writer.wish(), await reader.wish())
  }

  await using reader = await openRun(folder.file)
  seen.push(await reader.wish())

  expect(seen).toEqual([null, 'pause', 'go', 'stop', 'stop', null])
})

test('what was asked of a writer that was killed is not asked of the one that takes the run up', async () => {
  using folder = temporaryFolder()
  const clock = waitingClock()
  const killed = await createRun(folder.file, sampleHeader(), { clock })
  {
    await using annotator = await annotateRun(folder.file, { clock })
    await annotator.wish('stop')
  }
  editRun(folder.file, `UPDATE writer SET pid = ${2 ** 22 + 1}`)

  await using writer = await resumeRun(folder.file, { clock })

  expect(await writer.wish()).toBeNull()
  await killed[Symbol.asyncDispose]()
})

test('two who write notes at once both have them stored, also beside a writer in another process', async () => {
  using folder = temporaryFolder()
  const clock = waitingClock()
  await using writer = await createRun(folder.file, sampleHeader(), { clock })
  await writer.append(sampleTrialRecord({ number: 1 }))
  const notes = 40
  const other = inAnotherProcess(
    `const annotator = await annotateRun(file)
     process.stdout.write('ready')
     for (let note = 0; note < ${notes}; note++)
       await annotator.addNote(1, { author: 'other', tags: [], text: String(note) })`,
    folder.file,
  )
  await once(other.stdout, 'data')

  await using annotator = await annotateRun(folder.file, { clock })
  for (let note = 0; note < notes; note++) {
    await annotator.addNote(1, { author: 'own', tags: [], text: `${note}` })
    await writer.append(sampleTrialRecord({ number: note + 2 }))
    // Else the other would wait for us alone.
    await new Promise(setImmediate)
  }
  const [code] = other.exitCode === null ? await once(other, 'exit') : [other.exitCode]

  const stored = await writer.notes()
  const textsBy = (author: string) =>
    stored.flatMap((note) => (note.author === author ? [note.text] : []))
  const inOrder = Array.from({ length: notes }, (_, note) => `${note}`)
  expect({ code, own: textsBy('own'), other: textsBy('other') }).toEqual({
    code: 0,
    own: inOrder,
    other: inOrder,
  })
  expect((await writer.rows()).length).toBe(notes + 1)
})

test('a writer of notes that is killed in the middle leaves the run whole, with each note or without it', async () => {
  using folder = await finishedRun(1)
  const other = inAnotherProcess(
    `const annotator = await annotateRun(file)
     for (;;) {
       const { id } = await annotator.addNote(1, { author: 'other', tags: [], text: 'x'.repeat(9000) })
       if (id === 20) process.stdout.write('ready')
     }`,
    folder.file,
  )
  await once(other.stdout, 'data')

  other.kill('SIGKILL')
  await once(other, 'exit')

  {
    await using reader = await openRun(folder.file)
    expect((await reader.notes()).length).toBeGreaterThanOrEqual(20)
  }
  expect((await verifyRun(folder.file)).problems).toEqual([])
  await using annotator = await annotateRun(folder.file, { clock: waitingClock() })
  expect(await annotator.addNote(1, NOTE)).toMatchObject(NOTE)
  expect(folder.names()).toEqual(['run.offswitch'])
})

test('what was half-written when somebody was killed is put back by whoever opens the run next', async () => {
  using folder = await finishedRun(3)
  const before = await verifyRun(folder.file)
  const copy = join(folder.path, 'copy.offswitch')
  {
    // As a process leaves it that is killed between its first page and its last.
    using database = new DatabaseSync(folder.file)
    database.exec(`PRAGMA cache_size = 1; BEGIN IMMEDIATE;
      UPDATE transcripts SET content = randomblob(20000); UPDATE summaries SET content = printf('%.9000c', 'x')`)
    for (const ending of ['', '-journal']) copyFileSync(folder.file + ending, copy + ending)
    database.exec('ROLLBACK')
  }

  await using reader = await openRun(copy)

  expect(await reader.trial(2)).toEqual(sampleTrialRecord({ number: 2 }))
  expect(await verifyRun(copy)).toEqual(before)
  expect(existsSync(`${copy}-journal`)).toBe(false)
})

test('notes wait for who holds the file, and say so when that takes too long', async () => {
  using folder = await finishedRun(1)
  await using annotator = await annotateRun(folder.file, { clock: waitingClock() })
  using other = new DatabaseSync(folder.file)
  other.exec('BEGIN IMMEDIATE')

  const error = await annotator.addNote(1, NOTE).catch((caught: unknown) => caught)
  other.exec('ROLLBACK')

  expect(error).toEqual(
    new HarnessError(
      `Cannot store a note on trial 1 in "${folder.file}": another program has it locked`,
      { source: 'store' },
    ),
  )
  expect(await annotator.addNote(1, NOTE)).toMatchObject({ id: 1 })
})

test('a live run that is written in an older format is left to its writer', async () => {
  using folder = temporaryFolder()
  const clock = waitingClock()
  await using writer = await createRun(folder.file, sampleHeader(), { clock })
  await writer.append(sampleTrialRecord())
  editRun(folder.file, 'DROP TABLE reader_notes; DROP TABLE wishes; PRAGMA user_version = 3')
  await using annotator = await annotateRun(folder.file, { clock })

  await expect(annotator.addNote(1, NOTE)).rejects.toEqual(
    new UsageError(
      `Cannot store a note on trial 1 in "${folder.file}": an older version of Offswitch is writing it, in format 3`,
      { hint: 'Try again when the run has ended.', pageHint: 'Try again when the run has ended.' },
    ),
  )
  editRun(folder.file, `UPDATE writer SET pid = ${2 ** 22 + 1}, place = '${thisProcess().place}'`)
  expect(await annotator.addNote(1, NOTE)).toMatchObject({ id: 1 })
  expect(await openedNotes(folder.file)).toBe(1)
})

test('a run that another machine is writing is left alone until its writer is gone; another container of this one is no other machine', async () => {
  using folder = temporaryFolder()
  const clock = waitingClock()
  const { place, ...identity } = thisProcess()
  const elsewhere = { ...identity, host: 'far', pid: 7, place: 'boot another pid:[1]' }
  await using writer = await createRun(folder.file, sampleHeader(), { clock, identity: elsewhere })
  await writer.append(sampleTrialRecord())
  await using annotator = await annotateRun(folder.file, { clock })
  const refused = (action: string): UsageError =>
    new UsageError(`${action}: process 7 is writing it on another machine, host "far"`, {
      hint: 'Do it there, or when the run has ended.',
      pageHint: 'Do it there, or when the run has ended.',
    })

  await expect(annotator.addNote(1, NOTE)).rejects.toEqual(
    refused(`Cannot store a note on trial 1 in "${folder.file}"`),
  )
  await expect(annotator.wish('stop')).rejects.toEqual(
    refused(`Cannot ask run "${folder.file}" to stop`),
  )
  expect([await writer.wish(), await writer.notes()]).toEqual([null, []])

  editRun(folder.file, `UPDATE writer SET place = '${place.replace(/ [^ ]+$/, ' pid:[1]')}'`)
  expect(await annotator.addNote(1, NOTE)).toMatchObject({ id: 1 })
  const silent = new Date(clock.now().getTime() - HEARTBEAT_LIMIT_MS).toISOString()
  editRun(
    folder.file,
    `UPDATE writer SET place = 'boot another pid:[1]', heartbeat_at = '${silent}'`,
  )
  expect(await annotator.addNote(1, NOTE)).toMatchObject({ id: 2 })
})

async function openedNotes(file: string): Promise<number> {
  await using reader = await openRun(file)
  return (await reader.notes()).length
}

/** @param body of a module that has `annotateRun` and `file` */
function inAnotherProcess(body: string, file: string) {
  const store = new URL('sqlite-store.ts', import.meta.url).href
  const code = `import { annotateRun } from ${JSON.stringify(store)}
    const file = ${JSON.stringify(file)}
    ${body}`
  return spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

async function finishedRun(trials: number) {
  const folder = temporaryFolder()
  await using writer = await createRun(folder.file, sampleHeader(), { clock: waitingClock() })
  for (let number = 1; number <= trials; number++) {
    await writer.append(sampleTrialRecord({ number }))
  }
  await writer.setStatus('finished')
  return folder
}

// Hearts must not beat through a skipped sleep: they would beat without end.
function waitingClock() {
  return fakeClock({ skipUpToMs: 0 })
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
