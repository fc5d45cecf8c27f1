import type { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../support/clock.ts'
import { HarnessError, UsageError } from '../support/errors.ts'
import { isRunning, type ProcessIdentity, thisProcess } from './process-identity.ts'
import { rowOf } from './rows.ts'

/** Often enough that another machine soon sees a dead writer, seldom enough to cost nothing. */
export const HEARTBEAT_MS = 5_000

/** A writer that cannot be looked at, on another machine or in another container, lives while its last beat is younger than this. */
export const HEARTBEAT_LIMIT_MS = 30_000

/** Who writes a run. */
export interface RunOwner {
  /** Its sleeps must take time: a fake clock that skips them makes the heart beat without end. */
  readonly clock: Clock
  /** @default the calling process */
  readonly identity?: ProcessIdentity
}

/** The writer that lives, or null if there is none or it is gone. */
export function liveWriter(database: DatabaseSync, clock: Clock): ProcessIdentity | null {
  const row = rowOf<ProcessIdentity & { heartbeatAt: string }>(
    database.prepare(
      'SELECT host, pid, started, place, heartbeat_at AS heartbeatAt FROM writer ORDER BY claim DESC LIMIT 1',
    ),
  )
  if (row === undefined) return null
  const ageMs = clock.now().getTime() - Date.parse(row.heartbeatAt)
  return (isRunning(row) ?? Math.abs(ageMs) < HEARTBEAT_LIMIT_MS) ? row : null
}

/**
 * Takes the run. To be called in a transaction. The number that it returns names this claim: no other claim upon the
 * run ever has it.
 *
 * @throws UsageError while another writer lives.
 */
export function claim(database: DatabaseSync, file: string, owner: RunOwner): number {
  const other = liveWriter(database, owner.clock)
  if (other !== null) {
    throw new UsageError(
      `Cannot write run ${JSON.stringify(file)}: process ${other.pid} on host ${JSON.stringify(other.host)} is writing it`,
      {
        hint: 'Wait until it ends, or stop it: Ctrl-C where it runs, or `offswitch signal RUN stop`. One that is paused goes on by `offswitch signal RUN go`.',
      },
    )
  }
  const { host, pid, started, place } = owner.identity ?? thisProcess()
  database.exec('DELETE FROM writer')
  const { lastInsertRowid } = database
    .prepare('INSERT INTO writer (host, pid, started, place, heartbeat_at) VALUES (?, ?, ?, ?, ?)')
    .run(host, pid, started, place, owner.clock.now().toISOString())
  return Number(lastInsertRowid)
}

/** Gives the run back. False: another writer has taken it since. */
export function release(database: DatabaseSync, held: number): boolean {
  return database.prepare('DELETE FROM writer WHERE claim = ?').run(held).changes > 0
}

/**
 * Makes sure that the run is still ours: to another machine, a writer that was suspended for longer than the limit looks dead.
 *
 * @throws HarnessError (source `store`) if another writer has taken it.
 */
export function requireClaim(database: DatabaseSync, file: string, held: number): void {
  const row = rowOf<{ claim: number; host: string; pid: number }>(
    database.prepare('SELECT claim, host, pid FROM writer ORDER BY claim DESC LIMIT 1'),
  )
  if (row?.claim === held) return
  const taker = row === undefined ? 'another writer' : `process ${row.pid} on host "${row.host}"`
  throw new HarnessError(
    `Cannot write run ${JSON.stringify(file)}: ${taker} has taken it over since`,
    { source: 'store' },
  )
}

/** Beats until `signal` is aborted. */
export async function keepBeating(
  database: DatabaseSync,
  { held, clock, signal }: { held: number; clock: Clock; signal: AbortSignal },
): Promise<void> {
  const beat = database.prepare('UPDATE writer SET heartbeat_at = ? WHERE claim = ?')
  while (await slept(clock, signal)) {
    try {
      beat.run(clock.now().toISOString(), held)
    } catch {
      // What keeps a beat from being written keeps the next trial from being stored, and that is reported.
    }
  }
}

async function slept(clock: Clock, signal: AbortSignal): Promise<boolean> {
  try {
    await clock.sleep(HEARTBEAT_MS, signal)
    return !signal.aborted
  } catch {
    // Only the abort ends a sleep early.
    return false
  }
}
