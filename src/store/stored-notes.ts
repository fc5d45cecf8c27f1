import type { DatabaseSync } from 'node:sqlite'
import { type NewNote, ReaderNote } from '../records/note.ts'
import { Wish } from '../records/wish.ts'
import { firstIssue } from './first-issue.ts'
import { rowOf, rowsOf } from './rows.ts'
import { damaged, reading } from './store-error.ts'

/** `content` is what the reader wrote, as JSON: a column of text would lose a null character and half a surrogate pair. */
type NoteColumns = Omit<ReaderNote, keyof NewNote> & { readonly content: string }

const COLUMNS = 'id, number, at, content, withdrawn_at AS withdrawnAt'

/** What readers have written, of an open run or of one of its trials, in the order of storing. @throws UsageError for what is no note. */
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

function parseNote(file: string, { content, ...row }: NoteColumns): ReaderNote {
  const note = ReaderNote.safeParse({ ...objectIn(content), ...row })
  if (note.success) return note.data
  throw damaged(file, `note ${row.id} of a reader cannot be read (${firstIssue(note.error)})`)
}

function objectIn(text: string): object {
  try {
    return Object(JSON.parse(text))
  } catch {
    return {} // What is not JSON lacks all that a note has, and is told as not valid.
  }
}
