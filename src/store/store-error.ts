import { HarnessError, UsageError } from '../support/errors.ts'

/** SQLite's primary result codes that are not our bug (sqlite.org/rescode.html). */
const CODE = {
  error: 1,
  permission: 3,
  busy: 5,
  locked: 6,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notDatabase: 26,
} as const

/** Runs what reads a run file that a user has named. Damage is told as a mistake about the file. */
export function reading<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    const code = sqliteCode(error)
    if (code === CODE.corrupt || code === CODE.error) {
      throw damaged(file, messageOf(error), error)
    }
    if (error instanceof RangeError && 'code' in error && error.code === 'ERR_OUT_OF_RANGE') {
      throw damaged(file, 'it holds a number that is too large', error)
    }
    throw readingError(file, code, error)
  }
}

/** Runs what writes to a run file. `action` begins the message: `Cannot store trial 17 in "x.offswitch"`. */
export function writing<T>(action: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    const reason = writingReason(sqliteCode(error), error)
    if (reason === null) throw error
    throw new HarnessError(`${action}: ${reason}`, { source: 'store', cause: error })
  }
}

/** The file, or one trial of it, does not hold what it should. */
export function damaged(file: string, detail: string, cause?: unknown): UsageError {
  return new UsageError(`Run file ${JSON.stringify(file)} is damaged: ${detail}`, { cause })
}

/** SQLite's primary code of an error, or null if it is none of SQLite's. */
export function sqliteCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error)) return null
  return typeof error.errcode === 'number' ? error.errcode & 0xff : null
}

/** `SQLITE_READONLY_ROLLBACK`: a transaction was cut short, and who may only read cannot put back what it had changed. */
export function isHalfWritten(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === 776
}

function readingError(file: string, code: number | null, error: unknown): unknown {
  const name = JSON.stringify(file)
  switch (code) {
    case CODE.notDatabase:
      return notARun(file, error)
    case CODE.cannotOpen:
    case CODE.readOnly:
    case CODE.permission:
      return new UsageError(`Cannot read run file ${name}: no permission to open it`, {
        cause: error,
      })
    default: {
      const reason = writingReason(code, error)
      if (reason === null) return error
      return new HarnessError(`Cannot read run file ${name}: ${reason}`, {
        source: 'store',
        cause: error,
      })
    }
  }
}

export function notARun(file: string, cause?: unknown): UsageError {
  return new UsageError(`File ${JSON.stringify(file)} is not an Offswitch run`, { cause })
}

/** Of a damaged schema SQLite quotes whole statements, which have many lines. */
function messageOf(error: unknown): string {
  return (error as Error).message.replaceAll(/\s+/g, ' ')
}

/** Null: not the world's failure. */
function writingReason(code: number | null, error: unknown): string | null {
  switch (code) {
    case CODE.full:
      return 'no space left on its disk'
    case CODE.busy:
    case CODE.locked:
      return 'another program has it locked'
    case CODE.readOnly:
    case CODE.cannotOpen:
    case CODE.permission:
      return 'no permission to write there'
    case CODE.ioError:
      return `the disk failed (${messageOf(error)})`
    // Our statements fit every format: what they do not fit has been altered.
    case CODE.error:
    case CODE.corrupt:
    case CODE.notDatabase:
      return `the file is damaged (${messageOf(error)})`
    default:
      return null
  }
}
