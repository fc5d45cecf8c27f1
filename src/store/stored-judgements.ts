import type { DatabaseSync } from 'node:sqlite'
import { ZodError } from 'zod'
import { Judgement } from '../records/label.ts'
import { firstIssue } from './first-issue.ts'
import { rowsOf } from './rows.ts'
import { damaged, reading } from './store-error.ts'

/** Long queries would keep a live writer from folding its log, so judgements are read in pages. */
const PAGE = 500

interface JudgementColumns {
  readonly number: number
  readonly position: number
  readonly content: string
}

/** The judgements of an open run, or of one of its trials, in order of trial number, then of storing. */
export function storedJudgements(
  database: DatabaseSync,
  file: string,
): (trial?: number) => Generator<Judgement> {
  const page = database.prepare(`
    SELECT number, position, content FROM judgements
    WHERE (number, position) > (?, ?) ORDER BY number, position LIMIT ${PAGE}`)

  return function* (trial) {
    let after = { number: trial ?? 0, position: 0 }
    while (true) {
      const { number, position } = after
      const rows = reading(file, () => rowsOf<JudgementColumns>(page, number, position))
      for (const row of rows) {
        if (trial !== undefined && row.number !== trial) return
        yield parseJudgement(file, row)
      }
      const last = rows.at(-1)
      if (last === undefined) return
      // A damaged index can lead back to where we were, for ever.
      if (last.number < number || (last.number === number && last.position <= position)) {
        throw damaged(file, 'its judgements are out of order')
      }
      after = last
    }
  }
}

function parseJudgement(file: string, { number, content }: JudgementColumns): Judgement {
  try {
    return Judgement.parse(JSON.parse(content))
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const fault = error instanceof ZodError ? firstIssue(error) : error.message
    throw damaged(file, `a judgement of trial ${number} cannot be read (${fault})`, error)
  }
}
