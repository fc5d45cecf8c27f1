import type { DatabaseSync } from 'node:sqlite'
import type { TrialKey } from '../records/ids.ts'
import type { RunHeader } from '../records/run.ts'
import type { Clock } from '../support/clock.ts'
import { countCells } from './count-cells.ts'
import { readLooks } from './looks-part.ts'
import { parseModels } from './models-part.ts'
import { readOutcomes } from './outcome-part.ts'
import { DescriptionPart } from './record-parts.ts'
import { rowOf, rowsOf } from './rows.ts'
import { readHead, snapshot } from './run-database.ts'
import { runRevision } from './run-revision.ts'
import type { CapabilityCount, RunReader, TrialRow } from './store.ts'
import { damaged, reading } from './store-error.ts'
import { readStoredCells } from './stored-cells.ts'
import { requireFinite, storedEffort, totalUsage } from './stored-effort.ts'
import { storedIndex } from './stored-index.ts'
import { storedJudgements } from './stored-judgements.ts'
import { readNotes, readWish } from './stored-notes.ts'
import { storedTrials } from './stored-trials.ts'
import { trialOutcomes } from './trial-outcomes.ts'
import { type Tally, trialTally } from './trial-tally.ts'
import { liveWriter } from './writer-claim.ts'

type TrialColumns = Omit<TrialRow, 'exposed'> & { readonly exposed: 0 | 1 }

/** What several trials share, as it is stored. */
interface Part {
  readonly id: number
  readonly content: string
}

interface DescriptionCount {
  readonly description: number
  readonly trials: number
}

/**
 * Every question to an open run. Whoever opened the connection closes it.
 *
 * @param parts.present makes sure, before each question, that the file is still the one that was opened
 */
export function createReader(
  database: DatabaseSync,
  parts: { file: string; header: RunHeader; clock: Clock; present: () => void },
): Omit<RunReader, typeof Symbol.asyncDispose> {
  const { file, header, clock, present } = parts
  const { statements, tallies, trials, outcomes, judgements, index, effort, revision } = reading(
    file,
    () => questions(database, { file, header }),
  )
  const ask = <T>(question: () => T): T =>
    reading(file, () => {
      present()
      return question()
    })

  return {
    file,
    header,

    async status() {
      return ask(() => readStatus(file, database, clock))
    },

    async workedMs() {
      const row = ask(() => rowOf<{ ms: number }>(statements.workedMs))
      return requireFinite(file, row ?? { ms: 0 }).ms
    },

    async keys() {
      const rows = ask(() => rowsOf<{ key: TrialKey }>(statements.keys))
      return new Set(rows.map((row) => row.key))
    },

    async cells() {
      return ask(() =>
        snapshot(database, () => {
          const models = rowsOf<Part>(statements.models)
          const outcomes = readOutcomes(database, file)
          return countCells(
            readStoredCells(database, file),
            new Map(models.map(({ id, content }) => [id, parseModels(file, content)])),
            tallies().map((tally) => {
              const outcome = outcomes.get(tally.outcome)
              if (outcome === undefined) throw damaged(file, 'what a trial came to is missing')
              return { ...requireTimes(file, tally), outcome }
            }),
          )
        }),
      )
    },

    async usage() {
      return totalUsage(file, ask(tallies))
    },

    async looks() {
      return ask(() => readLooks(database, file))
    },

    async capabilities() {
      const told = ask(() => rowsOf<Part>(statements.descriptions))
      const named = told.map(({ id, content }) => ({ id, ...parseDescription(file, content) }))
      // Almost always all are alike: then nothing but the trials need be counted, which is far less to read.
      const isOne = new Set(named.map(nameOf)).size === 1
      const counts = reading(file, () =>
        rowsOf<DescriptionCount>(isOne ? statements.all : statements.described),
      )
      return sumCapabilities(named, counts)
    },

    async rows({ after = 0, limit = Number.MAX_SAFE_INTEGER } = {}) {
      const rows = ask(() => rowsOf<TrialColumns>(statements.rows, after, limit))
      return rows.map((row) => ({ ...row, exposed: row.exposed === 1 }))
    },

    async *outcomes() {
      ask(() => undefined)
      yield* outcomes()
    },

    async *summaries({ judged = false } = {}) {
      ask(() => undefined)
      yield* trials.summaries(judged)
    },

    async trial(number) {
      return ask(() => trials.trial(number))
    },

    async transcript(number) {
      return ask(() => trials.transcript(number))
    },

    async trialOf(key) {
      const row = ask(() => rowOf<{ number: number }>(statements.numberOf, key))
      return row === undefined ? null : trials.trial(row.number)
    },

    async *trials({ from = 1 } = {}) {
      ask(() => undefined)
      yield* trials.trials(from)
    },

    async outsideUsd() {
      const row = ask(() => rowOf<{ usd: number }>(statements.outsideUsd))
      return requireFinite(file, row ?? { usd: 0 }).usd
    },

    async *judgements(trial) {
      ask(() => undefined)
      yield* judgements(trial)
    },

    async index({ after = 0 } = {}) {
      return ask(() => snapshot(database, () => index(after)))
    },

    async effort() {
      return ask(() => snapshot(database, effort))
    },

    async notes(trial) {
      return ask(() => readNotes(database, file, trial))
    },

    async wish() {
      return ask(() => readWish(database, file))
    },

    async revision() {
      return ask(() => snapshot(database, () => revision(readStatus(file, database, clock))))
    },
  }
}

/** Where a run stands. Its file says `running` for as long as nobody has said otherwise, also when its writer is gone. */
export function readStatus(file: string, database: DatabaseSync, clock: Clock) {
  const { status } = readHead(file, database)
  if (status !== 'running') return status
  return reading(file, () => liveWriter(database, clock)) === null ? 'interrupted' : 'running'
}

function questions(
  database: DatabaseSync,
  { file, header }: { readonly file: string; readonly header: RunHeader },
) {
  const tallies = trialTally(database)
  return {
    statements: prepare(database),
    tallies,
    trials: storedTrials(database, file),
    outcomes: trialOutcomes(database, file),
    judgements: storedJudgements(database, file),
    index: storedIndex(database, { file, header }),
    effort: storedEffort(database, { file, header, tallies }),
    revision: runRevision(database, { header }),
  }
}

function prepare(database: DatabaseSync) {
  return {
    workedMs: database.prepare('SELECT worked_ms AS ms FROM run'),
    keys: database.prepare('SELECT key FROM trials'),
    models: database.prepare('SELECT id, content FROM models'),
    numberOf: database.prepare('SELECT number FROM trials WHERE key = ?'),
    outsideUsd: database.prepare('SELECT outside_usd AS usd FROM run'),
    descriptions: database.prepare('SELECT id, content FROM descriptions ORDER BY id'),
    described: database.prepare(
      'SELECT description, count(*) AS trials FROM summaries GROUP BY description',
    ),
    all: database.prepare(
      'SELECT min(id) AS description, (SELECT count(*) FROM trials) AS trials FROM descriptions',
    ),
    rows: database.prepare(`
      SELECT number, key, agent, arm_hash AS armHash, cell_index AS "index", verdict, detail, exposed,
        duration_ms AS durationMs
      FROM trials JOIN cells ON cells.id = trials.cell
      WHERE number > ? ORDER BY number LIMIT ?`),
  }
}

type Capable = Pick<CapabilityCount, 'capabilities'>

function nameOf({ capabilities }: Capable): string {
  return JSON.stringify(Object.entries(capabilities).toSorted())
}

/** The same backend with other agents is one. */
function sumCapabilities(
  named: readonly (Capable & { readonly id: number })[],
  counts: readonly DescriptionCount[],
): CapabilityCount[] {
  const trialsOf = new Map(counts.map(({ description, trials }) => [description, trials]))
  const sums = new Map<string, CapabilityCount>()
  for (const { id, capabilities } of named) {
    if (Object.keys(capabilities).length === 0) continue
    const name = nameOf({ capabilities })
    const before = sums.get(name)?.trials ?? 0
    sums.set(name, { capabilities, trials: before + (trialsOf.get(id) ?? 0) })
  }
  return [...sums.values()]
}

/** Beyond this, before and after 1970, there is no date (ECMA-262, 21.4.1.1). */
const TIME_MAX_MS = 8.64e15

function requireTimes<T extends Pick<Tally, 'fromMs' | 'toMs'>>(file: string, count: T): T {
  if ([count.fromMs, count.toMs].every((ms) => Math.abs(ms) <= TIME_MAX_MS)) return count
  throw damaged(file, 'the times of its trials are no times')
}

function parseDescription(file: string, content: string): DescriptionPart {
  try {
    return DescriptionPart.parse(JSON.parse(content))
  } catch (error) {
    throw damaged(file, 'what one of its sandboxes says of itself cannot be read', error)
  }
}
