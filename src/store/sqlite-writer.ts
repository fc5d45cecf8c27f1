import type { DatabaseSync } from 'node:sqlite'
import type { TrialRecord } from '../records/trial.ts'
import { verdictDetail } from '../records/verdict.ts'
import type { Clock } from '../support/clock.ts'
import { invariant } from '../support/errors.ts'
import { hashJson } from '../support/hash.ts'
import { chainHash, chainStart } from './chain-hash.ts'
import { splitSummary } from './record-parts.ts'
import { rowOf } from './rows.ts'
import { foldLog, readHead, transaction } from './run-database.ts'
import { createReader } from './sqlite-reader.ts'
import type { RunWriter } from './store.ts'
import { sqliteCode, writing } from './store-error.ts'
import { packTranscript } from './transcript-codec.ts'
import { keepBeating, release, requireClaim } from './writer-claim.ts'

interface Link {
  readonly position: number
  readonly hash: string
}

/** The writer that holds the claim `held` upon the run; it closes the connection that it is given. */
export function createWriter(
  database: DatabaseSync,
  { file, held, clock }: { file: string; held: number; clock: Clock },
): RunWriter {
  const { header, json } = readHead(file, database)
  const statements = prepare(database)
  const stop = new AbortController()
  const beating = keepBeating(database, { held, clock, signal: stop.signal })

  /** Every change to the run: all or nothing, and only while it is ours. */
  function change<T>(action: string, work: () => T): T {
    return writing(`${action} in ${JSON.stringify(file)}`, () =>
      transaction(database, () => {
        requireClaim(database, file, held)
        return work()
      }),
    )
  }

  function insert(record: TrialRecord): boolean {
    const { events, ...summary } = record
    const { key, number, index } = record.spec
    if (statements.find.get(key) !== undefined) return false
    const taken = rowOf<{ key: string }>(statements.keyOf, number)
    invariant(taken === undefined, `trial ${number} is ${key}, but ${taken?.key} is stored as it`)

    const { cell, description, own } = splitSummary(summary)
    const cellHash = hashJson(cell)
    statements.addCell.run(cellHash, cell.agent, cell.armHash, JSON.stringify(cell))
    const descriptionHash = hashJson(description)
    statements.addDescription.run(descriptionHash, JSON.stringify(description))
    const { verdict, exposed, durationMs, usage } = record
    statements.addTrial.run({
      number,
      key,
      cellHash,
      index,
      verdict: verdict.verdict,
      detail: verdictDetail(verdict),
      exposed: exposed ? 1 : 0,
      durationMs,
      ...usage,
    })
    statements.addSummary.run(number, descriptionHash, JSON.stringify(own))
    statements.addTranscript.run(number, packTranscript(events))
    const last = rowOf<Link>(statements.lastLink) ?? { position: 0, hash: chainStart(json) }
    statements.addLink.run(last.position + 1, number, chainHash(last.hash, record))
    return true
  }

  return {
    ...createReader(database, { file, header, clock }),

    async append(record) {
      return change(`Cannot store trial ${record.spec.number}`, () => insert(record))
    },

    async setStatus(status) {
      change('Cannot store the status', () => statements.setStatus.run(status))
    },

    async addWorkedMs(ms) {
      change('Cannot store the time worked', () => statements.addWorkedMs.run(ms))
    },

    async [Symbol.asyncDispose]() {
      if (!database.isOpen) return
      stop.abort()
      await beating
      try {
        release(database, held)
        foldLog(database)
      } catch (error) {
        // On a full disk the log cannot be folded in. It stays beside the file, whole, for the next who opens the run.
        if (sqliteCode(error) === null) throw error
      } finally {
        database.close()
      }
    },
  }
}

function prepare(database: DatabaseSync) {
  return {
    find: database.prepare('SELECT 1 FROM trials WHERE key = ?'),
    keyOf: database.prepare('SELECT key FROM trials WHERE number = ?'),
    addCell: database.prepare(
      'INSERT INTO cells (hash, agent, arm_hash, content) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
    ),
    addDescription: database.prepare(
      'INSERT INTO descriptions (hash, content) VALUES (?, ?) ON CONFLICT DO NOTHING',
    ),
    addTrial: database.prepare(`
      INSERT INTO trials (number, key, cell, cell_index, verdict, detail, exposed, duration_ms, input_tokens,
        output_tokens, cost_usd)
      VALUES (:number, :key, (SELECT id FROM cells WHERE hash = :cellHash), :index, :verdict, :detail, :exposed,
        :durationMs, :inputTokens, :outputTokens, :costUsd)`),
    addSummary: database.prepare(`
      INSERT INTO summaries (number, description, content)
      VALUES (?, (SELECT id FROM descriptions WHERE hash = ?), ?)`),
    addTranscript: database.prepare('INSERT INTO transcripts (number, content) VALUES (?, ?)'),
    lastLink: database.prepare('SELECT position, hash FROM chain ORDER BY position DESC LIMIT 1'),
    addLink: database.prepare('INSERT INTO chain (position, number, hash) VALUES (?, ?, ?)'),
    setStatus: database.prepare('UPDATE run SET status = ?'),
    addWorkedMs: database.prepare('UPDATE run SET worked_ms = worked_ms + ?'),
  }
}
