import { dirname } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { NewNote } from '../records/note.ts'
import type { Clock } from '../support/clock.ts'
import { UsageError } from '../support/errors.ts'
import { isOnThisMachine } from './process-identity.ts'
import { rowOf } from './rows.ts'
import { connect, foldLog, openToRead, readFormat, transaction } from './run-database.ts'
import { readStatus } from './sqlite-reader.ts'
import type { RunAnnotator } from './store.ts'
import { reading, writing } from './store-error.ts'
import { readNote, readWish } from './stored-notes.ts'
import { FORMAT_VERSION, upgrade } from './upgrade.ts'
import { refuseUnwritable } from './writable.ts'
import { liveWriter } from './writer-claim.ts'

/**
 * Writes what readers have to say into a run's file. It is connected only while it writes: a connection that stays open would keep
 * the run's writer from making it one file when it ends.
 *
 * The journal mode is left as it is found. Where a writer lives that is its log, which one more process may write to; where none
 * does, a rollback journal, which whoever opens the file next plays back if we are killed.
 */
export function createAnnotator(
  file: string,
  { clock }: { readonly clock: Clock },
): Omit<RunAnnotator, typeof Symbol.asyncDispose> {
  const name = JSON.stringify(file)

  /** All or nothing, in a file of the newest format. */
  function change<T>(action: string, work: (database: DatabaseSync) => T): T {
    refuseElsewhere(action)
    refuseUnwritable([file, dirname(file)], action)
    return writing(action, () => {
      const database = connect(file, 'write')
      try {
        // The log is the writer's to fold, as long as it lives.
        database.exec('PRAGMA wal_autocheckpoint = 0')
        const result = transaction(database, () => {
          bringUp(database, action)
          return work(database)
        })
        if (liveWriter(database, clock) === null) foldLog(database)
        return result
      } finally {
        database.close()
      }
    })
  }

  /** A log is kept together by memory that those who use it share: two machines that write to one spoil the file (sqlite.org/wal.html). */
  function refuseElsewhere(action: string): void {
    const database = openToRead(file)
    try {
      const writer = reading(file, () => liveWriter(database, clock))
      if (writer === null || isOnThisMachine(writer)) return
      const hint = 'Do it there, or when the run has ended.'
      throw new UsageError(
        `${action}: process ${writer.pid} is writing it on another machine, host ${JSON.stringify(writer.host)}`,
        { hint, pageHint: hint },
      )
    } finally {
      database.close()
    }
  }

  function bringUp(database: DatabaseSync, action: string): void {
    const format = readFormat(database)
    if (format === FORMAT_VERSION) return
    // What an older version is writing would no longer fit.
    if (liveWriter(database, clock) !== null) {
      const hint = 'Try again when the run has ended.'
      throw new UsageError(
        `${action}: an older version of Offswitch is writing it, in format ${format}`,
        { hint, pageHint: hint },
      )
    }
    upgrade(database, format)
  }

  return {
    async addNote(trial, note) {
      const content = JSON.stringify(NewNote.parse(note))
      const action = `Cannot store a note on trial ${trial} in ${name}`
      return change(action, (database) => {
        const stored = database.prepare('SELECT 1 FROM trials WHERE number = ?').get(trial)
        if (stored === undefined) {
          throw new UsageError(`${action}: the run does not hold that trial`)
        }
        const { lastInsertRowid } = database
          .prepare('INSERT INTO reader_notes (number, at, content) VALUES (?, ?, ?)')
          .run(trial, clock.now().toISOString(), content)
        return requireNote(database, Number(lastInsertRowid), action)
      })
    },

    async withdrawNote(id) {
      const action = `Cannot take back note ${id} in ${name}`
      return change(action, (database) => {
        // Taken back twice, it has been since the first time, where that can be read.
        if (requireNote(database, id, action).withdrawnAt === null) {
          const at = clock.now().toISOString()
          database.prepare('UPDATE reader_notes SET withdrawn_at = ? WHERE id = ?').run(at, id)
        }
        return requireNote(database, id, action)
      })
    },

    async wish(wish) {
      const action = `Cannot ask run ${name} to ${wish}`
      change(action, (database) => {
        if (readStatus(file, database, clock) !== 'running') {
          throw new UsageError(`${action}: it is not running`)
        }
        // It may not have looked yet: what comes after would take the place of what it has to see.
        if (wish !== 'stop' && readWish(database, file) === 'stop') {
          throw new UsageError(`${action}: it has been asked to stop`)
        }
        database
          .prepare(
            'INSERT INTO wishes (only, wish) VALUES (1, ?) ON CONFLICT (only) DO UPDATE SET wish = excluded.wish',
          )
          .run(wish)
      })
    },
  }

  function requireNote(database: DatabaseSync, id: number, action: string) {
    const note = readNote(database, file, id)
    if (note === null) {
      const { notes } = rowOf<{ notes: number }>(
        database.prepare('SELECT count(*) AS notes FROM reader_notes'),
      ) ?? { notes: 0 }
      const valid = notes === 0 ? 'The run has none' : `Valid: 1 to ${notes}`
      throw new UsageError(`${action}: there is no such note. ${valid}`)
    }
    return note
  }
}
