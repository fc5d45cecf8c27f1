import type { DatabaseSync } from 'node:sqlite'
import { ZodError } from 'zod'
import { TrialRecord, type TrialSummary } from '../records/trial.ts'
import { firstIssue } from './first-issue.ts'
import { CellPart, DescriptionPart, joinSummary, OwnPart } from './record-parts.ts'
import { rowOf, rowsOf } from './rows.ts'
import { damaged, reading } from './store-error.ts'
import { transcriptText, unpackTranscript } from './transcript-codec.ts'

/** Long queries would keep a live writer from folding its log, so summaries are read in pages. */
const SUMMARIES_PAGE = 500

interface SummaryColumns {
  readonly number: number
  readonly cell: number
  readonly description: number
  readonly content: string
}

/** The trials of an open run, put together from their parts. What is not as it should be is told by the trial's number. */
export interface StoredTrials {
  /** @param judged only of those that have a judgement */
  summaries(judged: boolean): Generator<TrialSummary>
  trial(number: number): TrialRecord | null
  /** The JSON of a transcript as it is stored. Null: the trial is not. */
  transcript(number: number): string | null
  /** In order of number. */
  trials(from: number): Generator<TrialRecord>
  /** As it stands in the file, for hashing: nothing is left out and nothing is checked. */
  raw(number: number): unknown
}

export function storedTrials(database: DatabaseSync, file: string): StoredTrials {
  const columns = 'number, cell, description, content FROM summaries JOIN trials USING (number)'
  const pageOf = (condition: string) =>
    database.prepare(
      `SELECT ${columns} WHERE number > ? ${condition} ORDER BY number LIMIT ${SUMMARIES_PAGE}`,
    )
  const page = pageOf('')
  const judgedPage = pageOf('AND number IN (SELECT number FROM judgements)')
  const summary = database.prepare(`SELECT ${columns} WHERE number = ?`)
  const numbers = database.prepare(
    `SELECT number FROM trials WHERE number >= ? ORDER BY number LIMIT ${SUMMARIES_PAGE}`,
  )
  const cell = database.prepare('SELECT content FROM cells WHERE id = ?')
  const description = database.prepare('SELECT content FROM descriptions WHERE id = ?')
  const packedOf = database.prepare('SELECT content FROM transcripts WHERE number = ?')

  function raw(number: number): unknown {
    return readingTrial(file, number, () => {
      const row = rowOf<SummaryColumns>(summary, number)
      if (row === undefined) return null
      const packed = rowOf<{ content: Uint8Array }>(packedOf, number)
      if (packed === undefined) throw new TypeError('its transcript is missing')
      // Parsed, if at all, as a whole record.
      const joined = joinSummary({
        cell: contentOf(cell, row.cell) as CellPart,
        description: contentOf(description, row.description) as DescriptionPart,
        own: JSON.parse(row.content) as OwnPart,
      })
      return { ...joined, events: unpackTranscript(packed.content) }
    })
  }

  function trial(number: number): TrialRecord | null {
    const record = raw(number)
    return record === null ? null : readingTrial(file, number, () => TrialRecord.parse(record))
  }

  function transcript(number: number): string | null {
    return readingTrial(file, number, () => {
      const packed = rowOf<{ content: Uint8Array }>(packedOf, number)
      return packed === undefined ? null : transcriptText(packed.content)
    })
  }

  function* trials(from: number): Generator<TrialRecord> {
    let next = from
    while (true) {
      const page = reading(file, () => rowsOf<{ number: number }>(numbers, next))
      for (const { number } of page) {
        // A damaged index can lead back to where we were, for ever.
        if (number < next) throw damaged(file, 'its trials are out of order')
        next = number + 1
        const record = trial(number)
        if (record === null) throw damaged(file, `trial ${number} cannot be read (it is missing)`)
        yield record
      }
      if (page.length === 0) return
    }
  }

  function* summaries(judged: boolean): Generator<TrialSummary> {
    let after = 0
    while (true) {
      const rows = reading(file, () => rowsOf<SummaryColumns>(judged ? judgedPage : page, after))
      yield* joinPage(rows)
      const last = rows.at(-1)
      if (last === undefined) return
      // A damaged index can lead back to where we were, for ever.
      if (last.number <= after) throw damaged(file, 'its trials are out of order')
      after = last.number
    }
  }

  /** What trials share is parsed once a page; over the whole run the memory would grow with what they do not share. */
  function* joinPage(rows: readonly SummaryColumns[]): Generator<TrialSummary> {
    const cells = remembering((id) => CellPart.parse(contentOf(cell, id)))
    const descriptions = remembering((id) => DescriptionPart.parse(contentOf(description, id)))
    for (const row of rows) {
      yield readingTrial(file, row.number, () =>
        joinSummary({
          cell: cells(row.cell),
          description: descriptions(row.description),
          own: OwnPart.parse(JSON.parse(row.content)),
        }),
      )
    }
  }

  return { summaries, trial, transcript, trials, raw }
}

/** Turns what JSON, zod or the decompressor say of a trial into a sentence that names it. SQLite's errors are told by `reading`. */
function readingTrial<T>(file: string, number: number, read: () => T): T {
  return reading(file, () => {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof Error) || 'errcode' in error) throw error
      const fault = error instanceof ZodError ? firstIssue(error) : error.message
      throw damaged(file, `trial ${number} cannot be read (${fault})`, error)
    }
  })
}

function contentOf(statement: ReturnType<DatabaseSync['prepare']>, id: number): unknown {
  const row = rowOf<{ content: string }>(statement, id)
  if (row === undefined) throw new TypeError('a part of it is missing')
  return JSON.parse(row.content)
}

function remembering<T>(read: (id: number) => T): (id: number) => T {
  const known = new Map<number, T>()
  return (id) => {
    const value = known.get(id) ?? read(id)
    known.set(id, value)
    return value
  }
}
