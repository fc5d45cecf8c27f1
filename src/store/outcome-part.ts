import type { DatabaseSync } from 'node:sqlite'
import { outcomeOf } from '../endpoints/outcome-of.ts'
import { Outcome } from '../records/outcome.ts'
import type { TrialSummary } from '../records/trial.ts'
import { UsageError } from '../support/errors.ts'
import { hashJson } from '../support/hash.ts'
import { rowsOf } from './rows.ts'
import { damaged } from './store-error.ts'

/** Names a row of `outcomes`. In a file of an older format it is the outcome's text. Null: a trial that says it has none. */
export type OutcomeId = number | string | null

interface OutcomeColumns {
  readonly id: OutcomeId
  readonly content: string
}

/** What is stored of the outcome of a trial: the same text for the same outcome. */
export function outcomeText(trial: TrialSummary): string {
  return JSON.stringify(outcomeOf(trial))
}

/** @throws UsageError if one of them is not an outcome. */
export function readOutcomes(database: DatabaseSync, file: string): Map<OutcomeId, Outcome> {
  return new Map(
    outcomeRows(database).map(({ id, content }) => [id, parseOutcome(file, content)] as const),
  )
}

/** The hash of each that can be read, and what is wrong with the others. */
export function storedOutcomes(
  database: DatabaseSync,
  file: string,
): { hashes: ReadonlyMap<OutcomeId, string>; problems: string[] } {
  const hashes = new Map<OutcomeId, string>()
  const problems: string[] = []
  for (const { id, content } of outcomeRows(database)) {
    try {
      hashes.set(id, hashJson(parseOutcome(file, content)))
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      problems.push(error.message)
    }
  }
  return { hashes, problems }
}

function outcomeRows(database: DatabaseSync): OutcomeColumns[] {
  return rowsOf<OutcomeColumns>(database.prepare('SELECT id, content FROM outcomes'))
}

function parseOutcome(file: string, content: string): Outcome {
  try {
    return Outcome.parse(JSON.parse(content))
  } catch (error) {
    throw damaged(file, 'what some of its trials came to cannot be read', error)
  }
}
