import type { DatabaseSync } from 'node:sqlite'
import type { Look } from '../records/analysis.ts'
import type { Judgement } from '../records/label.ts'
import type { TrialRecord } from '../records/trial.ts'
import { verdictDetail } from '../records/verdict.ts'
import type { Clock } from '../support/clock.ts'
import { invariant } from '../support/errors.ts'
import { hashJson } from '../support/hash.ts'
import { chainHash, chainStart } from './chain-hash.ts'
import { hashModels } from './models-part.ts'
import { outcomeText } from './outcome-part.ts'
import { splitSummary } from './record-parts.ts'
import { rowOf } from './rows.ts'
import { foldLog, readHead, transaction } from './run-database.ts'
import { createReader } from './sqlite-reader.ts'
import type { RunWriter } from './store.ts'
import { sqliteCode, writing } from './store-error.ts'
import { forgetWish } from './stored-notes.ts'
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
    const { verdict, exposed, durationMs, usage, models, startedAt } = record
    const modelsHash = models.length === 0 ? null : hashModels(models)
    if (modelsHash !== null) statements.addModels.run(modelsHash, JSON.stringify(models))
    const outcome = outcomeText(summary)
    statements.addOutcome.run(outcome)
    statements.addTrial.run({
      number,
      key,
      cellHash,
      index,
      verdict: verdict.verdict,
      detail: verdictDetail(verdict),
      exposed: exposed ? 1 : 0,
      durationMs,
      modelsHash,
      startedMs: Date.parse(startedAt),
      outcome,
      ...usage,
    })
    statements.addSummary.run(number, descriptionHash, JSON.stringify(own))
    statements.addTranscript.run(number, packTranscript(events))
    const last = rowOf<Link>(statements.lastLink) ?? { position: 0, hash: chainStart(json) }
    statements.addLink.run(last.position + 1, number, chainHash(last.hash, record))
    return true
  }

  function judge(judgement: Judgement): boolean {
    const { number, judge, rubricHash, labels } = judgement
    invariant(statements.isStored.get(number) !== undefined, `trial ${number} is stored`)
    statements.dropUnlabelled.run({ number, judge, rubricHash })
    const { changes } = statements.addJudgement.run({
      number,
      judge,
      rubricHash,
      labelled: labels === null ? 0 : 1,
      content: JSON.stringify(judgement),
    })
    return changes > 0
  }

  /** Each is bound to those before it and to the run, as trials are. */
  function look(look: Look): void {
    const last = rowOf<{ number: number; hash: string }>(statements.lastLook)
    const { number, hash } = last ?? { number: 0, hash: chainStart(json) }
    invariant(look.number === number + 1, `look ${look.number} comes after look ${number}`)
    statements.addLook.run(look.number, chainHash(hash, look), JSON.stringify(look))
  }

  return {
    // Where the file has been taken away, what is written goes with it: there is nothing else to be read.
    ...createReader(database, { file, header, clock, present: () => undefined }),

    async append(record) {
      return change(`Cannot store trial ${record.spec.number}`, () => insert(record))
    },

    async setStatus(status) {
      change('Cannot store the status', () => statements.setStatus.run(status))
    },

    async addWorkedMs(ms) {
      change('Cannot store the time worked', () => statements.addWorkedMs.run(ms))
    },

    async addLook(taken) {
      change(`Cannot store look ${taken.number}`, () => look(taken))
    },

    async setOutsideUsd(usd) {
      change('Cannot store what was spent', () => statements.setOutsideUsd.run(usd))
    },

    async addJudgement(judgement) {
      return change(`Cannot store a judgement of trial ${judgement.number}`, () => judge(judgement))
    },

    async [Symbol.asyncDispose]() {
      if (!database.isOpen) return
      stop.abort()
      await beating
      try {
        transaction(database, () => {
          // What was asked of it was asked of this sitting.
          if (release(database, held)) forgetWish(database)
        })
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
    addModels: database.prepare(
      'INSERT INTO models (hash, content) VALUES (?, ?) ON CONFLICT DO NOTHING',
    ),
    addOutcome: database.prepare(
      'INSERT INTO outcomes (content) VALUES (?) ON CONFLICT DO NOTHING',
    ),
    addTrial: database.prepare(`
      INSERT INTO trials (number, key, cell, cell_index, verdict, detail, exposed, duration_ms, models, started_ms,
        outcome, input_tokens, cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens, cost_usd,
        unconfirmed_usd)
      VALUES (:number, :key, (SELECT id FROM cells WHERE hash = :cellHash), :index, :verdict, :detail, :exposed,
        :durationMs, (SELECT id FROM models WHERE hash = :modelsHash), :startedMs,
        (SELECT id FROM outcomes WHERE content = :outcome), :inputTokens, :cachedInputTokens, :cacheWriteTokens, :outputTokens, :reasoningTokens, :costUsd,
        :unconfirmedUsd)`),
    addSummary: database.prepare(`
      INSERT INTO summaries (number, description, content)
      VALUES (?, (SELECT id FROM descriptions WHERE hash = ?), ?)`),
    addTranscript: database.prepare('INSERT INTO transcripts (number, content) VALUES (?, ?)'),
    lastLink: database.prepare('SELECT position, hash FROM chain ORDER BY position DESC LIMIT 1'),
    addLink: database.prepare('INSERT INTO chain (position, number, hash) VALUES (?, ?, ?)'),
    lastLook: database.prepare('SELECT number, hash FROM looks ORDER BY number DESC LIMIT 1'),
    addLook: database.prepare('INSERT INTO looks (number, hash, content) VALUES (?, ?, ?)'),
    setStatus: database.prepare('UPDATE run SET status = ?'),
    addWorkedMs: database.prepare('UPDATE run SET worked_ms = worked_ms + ?'),
    setOutsideUsd: database.prepare('UPDATE run SET outside_usd = ?'),
    isStored: database.prepare('SELECT 1 FROM trials WHERE number = ?'),
    // Under a new position: it is stored now, not when the one was whose place it takes.
    dropUnlabelled: database.prepare(
      'DELETE FROM judgements WHERE number = :number AND judge = :judge AND rubric_hash = :rubricHash AND labelled = 0',
    ),
    addJudgement: database.prepare(`
      INSERT INTO judgements (position, number, judge, rubric_hash, labelled, content)
      VALUES ((SELECT coalesce(max(position), 0) + 1 FROM judgements), :number, :judge, :rubricHash, :labelled, :content)
      ON CONFLICT DO NOTHING`),
  }
}
