import type { DatabaseSync } from 'node:sqlite'
import { Judgement } from '../records/label.ts'
import { UsageError } from '../support/errors.ts'
import { firstIssue } from './first-issue.ts'
import { hashModels, parseModels } from './models-part.ts'
import { rowOf, rowsOf } from './rows.ts'

interface JudgementColumns {
  readonly position: number
  readonly number: number
  readonly judge: string
  readonly rubricHash: string
  readonly labelled: number
  readonly content: string
  readonly judged: 0 | 1
}

/** A list is shared by trials and stands in no chain: its hash is what ties it to their records. */
export function modelsProblems(database: DatabaseSync, file: string): string[] {
  const rows = rowsOf<{ hash: string; content: string }>(
    database.prepare('SELECT hash, content FROM models ORDER BY id'),
  )
  return rows.flatMap(({ hash, content }) => {
    try {
      const isSame = hashModels(parseModels(file, content)) === hash
      return isSame ? [] : ['A list of who has answered is not what was stored: its hash differs']
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      return [error.message]
    }
  })
}

/** Judgements are added later, by whoever asks a judge, so no chain binds them: each must be one, of a trial that is here. */
export function judgementProblems(database: DatabaseSync): string[] {
  const problems: string[] = []
  const next = database.prepare(`
    SELECT position, judgements.number, judge, rubric_hash AS rubricHash, labelled, judgements.content,
      trials.number IS NOT NULL AS judged
    FROM judgements LEFT JOIN trials ON trials.number = judgements.number
    WHERE position > ? ORDER BY position LIMIT 1`)
  let after = 0
  for (
    let row = rowOf<JudgementColumns>(next, 0);
    row !== undefined;
    row = rowOf<JudgementColumns>(next, row.position)
  ) {
    if (row.position <= after) {
      // A damaged index can lead back to where we were, for ever.
      problems.push('The judgements are out of order')
      break
    }
    after = row.position
    const problem = judgementProblem(row)
    if (problem !== null) problems.push(problem)
  }
  return problems
}

function judgementProblem(row: JudgementColumns): string | null {
  const name = `Judgement ${row.position}, of trial ${row.number},`
  if (row.judged === 0) return `${name} is of a trial that is not stored`
  const parsed = Judgement.safeParse(jsonOrNull(row.content))
  if (!parsed.success) return `${name} is not valid (${firstIssue(parsed.error)})`
  const { number, judge, rubricHash, labels } = parsed.data
  const isSame =
    number === row.number &&
    judge === row.judge &&
    rubricHash === row.rubricHash &&
    (labels === null ? 0 : 1) === row.labelled
  return isSame ? null : `${name} is kept as what it is not`
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // No judgement is null: what is not JSON is told as not valid.
    return null
  }
}
