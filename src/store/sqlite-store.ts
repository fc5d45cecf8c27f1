import { existsSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { RunHeader } from '../records/run.ts'
import { type Clock, systemClock } from '../support/clock.ts'
import { UsageError } from '../support/errors.ts'
import { presence } from './presence.ts'
import {
  connect,
  foldAbandonedLog,
  openToRead,
  openToWrite,
  readFormat,
  readHead,
  transaction,
} from './run-database.ts'
import { createAnnotator } from './sqlite-annotator.ts'
import { createReader } from './sqlite-reader.ts'
import { createWriter } from './sqlite-writer.ts'
import type { RunAnnotator, RunReader, RunWriter } from './store.ts'
import { reading, writing } from './store-error.ts'
import { forgetWish } from './stored-notes.ts'
import { upgrade } from './upgrade.ts'
import { makeFolder, refuseUnwritable } from './writable.ts'
import { claim, type RunOwner } from './writer-claim.ts'

/**
 * Begins a run in a new file, which its folder is made for. Either the file is there with its header and its writer or
 * it is not there at all. The caller closes the writer.
 *
 * @throws UsageError if the file exists or its folder cannot be written; HarnessError (source `store`) if the disk fails.
 */
export async function createRun(
  file: string,
  header: RunHeader,
  owner: RunOwner,
): Promise<RunWriter> {
  const action = `Cannot create run ${JSON.stringify(file)}`
  makeFolder(dirname(file), action)
  refuseExisting(file, action)
  const draft = join(dirname(file), `.${basename(file)}.new`)
  let held: number
  try {
    held = writing(action, () => writeDraft(draft, file, header, owner))
    refuseExisting(file, action)
    renameSync(draft, file)
  } finally {
    removeDraft(draft)
  }
  return openClaimed(file, owner, () => held)
}

/**
 * Opens a run for reading, also while it is being written. Where its writer was killed, what that left beside the file is
 * folded into it. The caller closes the reader.
 *
 * @throws UsageError if the file is not a run, is damaged, or is from a newer version.
 */
export async function openRun(
  file: string,
  { clock = systemClock() }: { readonly clock?: Clock } = {},
): Promise<RunReader> {
  // Before anything is written to it, the file must be known to be a run.
  openToRead(file).close()
  foldAbandonedLog(file, clock)
  const database = openToRead(file)
  try {
    const { header } = readHead(file, database)
    return {
      ...createReader(database, { file, header, clock, present: presence(database, file) }),
      async [Symbol.asyncDispose]() {
        if (!database.isOpen) return
        database.close()
        // A writer that closed before us could not fold its log while we were connected.
        foldAbandonedLog(file, clock)
      },
    }
  } catch (error) {
    database.close()
    throw error
  }
}

/**
 * Takes up a run that was begun before. Its status stays what it was until the caller sets another. The caller closes
 * the writer.
 *
 * @throws UsageError while another writer lives, if the file is not a run, or cannot be written; HarnessError (source `store`) if the disk fails.
 */
export async function resumeRun(file: string, owner: RunOwner): Promise<RunWriter> {
  const database = openToRead(file)
  try {
    readHead(file, database)
  } finally {
    database.close()
  }
  refuseUnwritable([file, dirname(file)], `Cannot resume run ${JSON.stringify(file)}`)
  return openClaimed(file, owner, (opened) =>
    transaction(opened, () => {
      const taken = claim(opened, file, owner)
      upgrade(opened, readFormat(opened))
      forgetWish(opened)
      return taken
    }),
  )
}

/**
 * Opens a run to write beside its writer, or where there is none: what readers say, and what they want of it. The caller closes it;
 * however long it stays open, the file is touched only while something is written.
 *
 * @throws UsageError if the file is not a run, is damaged, or is from a newer version.
 */
export async function annotateRun(
  file: string,
  { clock = systemClock() }: { readonly clock?: Clock } = {},
): Promise<RunAnnotator> {
  openToRead(file).close()
  return {
    ...createAnnotator(file, { clock }),
    // Nothing is held between two changes.
    async [Symbol.asyncDispose]() {},
  }
}

function openClaimed(
  file: string,
  owner: RunOwner,
  take: (database: DatabaseSync) => number,
): RunWriter {
  const action = `Cannot open run ${JSON.stringify(file)}`
  const database = writing(action, () => openToWrite(file))
  try {
    const held = writing(action, () => take(database))
    return reading(file, () => createWriter(database, { file, held, clock: owner.clock }))
  } catch (error) {
    database.close()
    throw error
  }
}

/** The draft is an ordinary database, so that it is one file when it gets its name. */
function writeDraft(draft: string, file: string, header: RunHeader, owner: RunOwner): number {
  removeDraft(draft)
  const database = connect(draft, 'create')
  try {
    return transaction(database, () => {
      upgrade(database, 0)
      database
        .prepare("INSERT INTO run (only, header, status, worked_ms) VALUES (1, ?, 'running', 0)")
        // A header that could not be read back must not begin a run.
        .run(JSON.stringify(RunHeader.parse(header)))
      return claim(database, file, owner)
    })
  } finally {
    database.close()
  }
}

/** Also one that a process left when it was killed. */
function removeDraft(draft: string): void {
  for (const path of [draft, `${draft}-journal`]) rmSync(path, { force: true })
}

function refuseExisting(file: string, action: string): void {
  if (existsSync(file)) throw new UsageError(`${action}: the file exists`)
}
