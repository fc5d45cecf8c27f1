import type { DatabaseSync } from 'node:sqlite'
import { outcomeOf } from '../endpoints/outcome-of.ts'
import { TrialRecord } from '../records/trial.ts'
import { verdictDetail } from '../records/verdict.ts'
import { UsageError } from '../support/errors.ts'
import { hashJson, sha256 } from '../support/hash.ts'
import { chainHash, chainStart } from './chain-hash.ts'
import { firstIssue } from './first-issue.ts'
import { checkLooks } from './looks-part.ts'
import { hashModels } from './models-part.ts'
import { type OutcomeId, storedOutcomes } from './outcome-part.ts'
import { judgementProblems, modelsProblems } from './part-problems.ts'
import { rowOf, rowsOf } from './rows.ts'
import { openToRead, readHead } from './run-database.ts'
import { reading } from './store-error.ts'
import { type StoredTrials, storedTrials } from './stored-trials.ts'

/** What a check of a whole run file came to. */
export interface RunVerification {
  readonly trials: number
  /**
   * The chain's last hash, and where there are looks one over that and the last of theirs. Published, it binds every record
   * of the run. Without a trial, the hash of the header.
   */
  readonly chainHead: string
  /** One line each; none: the file is what was written, as far as can be told from itself. */
  readonly problems: readonly string[]
}

interface Link {
  readonly position: number
  readonly number: number
  readonly hash: string
}

interface Columns {
  readonly number: number
  readonly key: string
  readonly armHash: string
  readonly agent: string
  readonly index: number
  readonly verdict: string
  readonly detail: string
  readonly exposed: number
  readonly durationMs: number
  readonly models: string | null
  readonly outcome: string | null
  readonly startedMs: number
  readonly inputTokens: number
  readonly cachedInputTokens: number
  readonly cacheWriteTokens: number
  readonly outputTokens: number
  readonly reasoningTokens: number
  readonly costUsd: number | null
  readonly unconfirmedUsd: number
}

/** As they stand in the file, where the outcome is named by its row. */
type CountedColumns = Omit<Columns, 'outcome'> & { readonly outcome: OutcomeId }

/**
 * Reads every record of a run: whether the database is sound, each record is as it was hashed when it was stored, and the
 * counted columns say what the records say.
 *
 * @throws UsageError if the file cannot be opened as a run at all.
 */
export async function verifyRun(file: string): Promise<RunVerification> {
  const database = openToRead(file)
  try {
    const { json } = readHead(file, database)
    return reading(file, () => verify(database, file, chainStart(json)))
  } finally {
    database.close()
  }
}

/**
 * What is wrong with one trial of a run: whether it is as it was hashed after the trial that was stored before it.
 *
 * @throws UsageError if the file cannot be opened as a run at all.
 */
export async function verifyTrial(file: string, number: number): Promise<string[]> {
  const database = openToRead(file)
  try {
    const { json } = readHead(file, database)
    return reading(file, () => {
      const link = rowOf<Link>(
        database.prepare('SELECT position, number, hash FROM chain WHERE number = ?'),
        number,
      )
      if (link === undefined) return [`Trial ${number} is stored and not in the chain`]
      const before = rowOf<Link>(
        database.prepare(
          'SELECT position, number, hash FROM chain WHERE position < ? ORDER BY position DESC LIMIT 1',
        ),
        link.position,
      )
      const columns = countedColumns(database, storedOutcomes(database, file).hashes)(number)
      const previous = before?.hash ?? chainStart(json)
      return trialProblems(storedTrials(database, file), columns, link, previous)
    })
  } finally {
    database.close()
  }
}

/** Reads what is counted of a trial. */
function countedColumns(
  database: DatabaseSync,
  outcomes: ReadonlyMap<OutcomeId, string>,
): (number: number) => Columns | undefined {
  const columnsOf = database.prepare(`
    SELECT number, key, agent, arm_hash AS armHash, cell_index AS "index", verdict, detail, exposed,
      duration_ms AS durationMs, models.hash AS models, outcome, started_ms AS startedMs, input_tokens AS inputTokens,
      cached_input_tokens AS cachedInputTokens, cache_write_tokens AS cacheWriteTokens, output_tokens AS outputTokens,
      reasoning_tokens AS reasoningTokens, cost_usd AS costUsd, unconfirmed_usd AS unconfirmedUsd
    FROM trials JOIN cells ON cells.id = trials.cell LEFT JOIN models ON models.id = trials.models
    WHERE number = ?`)
  return (number) => {
    const row = rowOf<CountedColumns>(columnsOf, number)
    return row && { ...row, outcome: outcomes.get(row.outcome) ?? null }
  }
}

function verify(database: DatabaseSync, file: string, start: string): RunVerification {
  const problems = integrityProblems(database)
  const trials = storedTrials(database, file)
  const outcomes = storedOutcomes(database, file)
  problems.push(...outcomes.problems)
  const columnsOf = countedColumns(database, outcomes.hashes)
  const next = database.prepare(
    'SELECT position, number, hash FROM chain WHERE position > ? ORDER BY position LIMIT 1',
  )

  let previous: Link = { position: 0, number: 0, hash: start }
  for (
    let link = rowOf<Link>(next, 0);
    link !== undefined;
    link = rowOf<Link>(next, link.position)
  ) {
    if (link.position <= previous.position) {
      // A damaged index can lead back to where we were, for ever.
      problems.push('The chain is out of order')
      break
    }
    if (link.position !== previous.position + 1) {
      problems.push(`The chain has a gap between ${previous.position} and ${link.position}`)
    }
    problems.push(...trialProblems(trials, columnsOf(link.number), link, previous.hash))
    // Each record is checked against the hash that stands before it, so that one that was altered is named alone.
    previous = link
  }
  problems.push(...unlinkedProblems(database))
  problems.push(...modelsProblems(database, file))
  problems.push(...judgementProblems(database))
  const looks = checkLooks(database, file, start)
  problems.push(...looks.problems)
  const { trials: count } = rowOf<{ trials: number }>(
    database.prepare('SELECT count(*) AS trials FROM trials'),
  ) ?? { trials: 0 }
  const chainHead = looks.head === null ? previous.hash : sha256(previous.hash + looks.head)
  return { trials: count, chainHead, problems }
}

function integrityProblems(database: DatabaseSync): string[] {
  const rows = rowsOf<{ integrity_check: string }>(database.prepare('PRAGMA integrity_check(10)'))
  return rows
    .map((row) => row.integrity_check)
    .filter((line) => line !== 'ok')
    .map((line) => `The database is damaged: ${line}`)
}

function trialProblems(
  trials: StoredTrials,
  columns: Columns | undefined,
  link: Link,
  previous: string,
): string[] {
  const trial = `Trial ${link.number}`
  let record: unknown
  try {
    record = trials.raw(link.number)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    return [error.message]
  }
  if (record === null || columns === undefined) return [`${trial} is in the chain and not stored`]
  const problems: string[] = []
  if (chainHash(previous, record) !== link.hash) {
    problems.push(`${trial} is not what was stored: its hash differs`)
  }
  const parsed = TrialRecord.safeParse(record)
  if (!parsed.success) return [...problems, `${trial} is not valid (${firstIssue(parsed.error)})`]
  const expected = columnsFrom(parsed.data)
  const differing = Object.entries(columns).filter(
    ([name, value]) => expected[name as keyof Columns] !== value,
  )
  if (differing.length > 0) {
    const names = differing.map(([name]) => name).join(', ')
    problems.push(`${trial} is counted as what it is not: its record differs in ${names}`)
  }
  return problems
}

function columnsFrom(record: TrialRecord): Columns {
  const { spec, verdict, exposed, durationMs, usage, models, startedAt } = record
  return {
    number: spec.number,
    key: spec.key,
    armHash: spec.armHash,
    agent: spec.agent,
    index: spec.index,
    verdict: verdict.verdict,
    detail: verdictDetail(verdict),
    exposed: exposed ? 1 : 0,
    durationMs,
    models: models.length === 0 ? null : hashModels(models),
    outcome: hashJson(outcomeOf(record)),
    startedMs: Date.parse(startedAt),
    ...usage,
  }
}

function unlinkedProblems(database: DatabaseSync): string[] {
  const rows = rowsOf<{ number: number }>(
    database.prepare('SELECT number FROM trials WHERE number NOT IN (SELECT number FROM chain)'),
  )
  return rows.map(({ number }) => `Trial ${number} is stored and not in the chain`)
}
