import type { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { type NewNote, ReaderNote } from '../records/note.ts'
import { Wish } from '../records/wish.ts'
import { printable } from '../support/choices.ts'
import { firstIssue } from './first-issue.ts'
import { rowOf, rowsOf } from './rows.ts'
import { damaged, reading } from './store-error.ts'

/** `content` is what the reader wrote, as JSON: a column of text would lose a null character and half a surrogate pair. */
type NoteColumns = Omit<ReaderNote, keyof NewNote> & { readonly content: string }

const COLUMNS = 'id, number, at, content, withdrawn_at AS withdrawnAt'

/** What readers have written, of an open run or of one of its trials, in the order of storing. */
export function readNotes(database: DatabaseSync, file: string, trial?: number): ReaderNote[] {
  const rows = reading(file, () =>
    rowsOf<NoteColumns>(
      database.prepare(
        `SELECT ${COLUMNS} FROM reader_notes WHERE ?1 IS NULL OR number = ?1 ORDER BY id`,
      ),
      trial ?? null,
    ),
  )
  return rows.map((row) => parseNote(file, row))
}

/** Null: there is no such note. */
export function readNote(database: DatabaseSync, file: string, id: number): ReaderNote | null {
  const row = reading(file, () =>
    rowOf<NoteColumns>(database.prepare(`SELECT ${COLUMNS} FROM reader_notes WHERE id = ?`), id),
  )
  return row === undefined ? null : parseNote(file, row)
}

/** What was last asked of a run. @throws UsageError for what is no wish. */
export function readWish(database: DatabaseSync, file: string): Wish | null {
  const row = reading(file, () =>
    rowOf<{ wish: string }>(database.prepare('SELECT wish FROM wishes')),
  )
  if (row === undefined) return null
  const wish = Wish.safeParse(row.wish)
  if (!wish.success) throw damaged(file, `what is asked of it is ${JSON.stringify(row.wish)}`)
  return wish.data
}

/** What was asked of a run that is over, or was before it was taken up, is asked no more. */
export function forgetWish(database: DatabaseSync): void {
  database.exec('DELETE FROM wishes')
}

/** One that cannot be read is handed out as such: it must not hide the others, nor pass for one that was never written. */
function parseNote(file: string, { content, ...row }: NoteColumns): ReaderNote {
  const written = objectIn(content)
  const note = WrittenNote.safeParse({ ...written, ...row })
  if (note.success) return note.data
  const damage = written === null ? 'it is no JSON object' : printable(firstIssue(note.error))
  const named = ReaderNote.safeParse({
    id: row.id,
    number: row.number,
    at: timeOr(row.at, NO_TIME),
    withdrawnAt: timeOr(row.withdrawnAt, null),
    author: 'author unknown',
    tags: [],
    text: `This note is damaged and cannot be read (${damage}).`,
    damage,
  })
  if (named.success) return named.data
  throw damaged(file, `note ${row.id} of a reader cannot be read (${firstIssue(named.error)})`)
}

/** Whether a note is damaged is found by looking, and nothing that a file says of itself. */
const WrittenNote = ReaderNote.omit({ damage: true })

/** Stands where a note says of itself that its time cannot be read. */
const NO_TIME = '1970-01-01T00:00:00.000Z'

function timeOr<T>(text: string | null, otherwise: T): string | T {
  const time = z.iso.datetime().safeParse(text)
  return time.success ? time.data : otherwise
}

function objectIn(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null
  } catch {
    return null
  }
}
