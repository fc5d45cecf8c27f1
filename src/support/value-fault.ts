import { UsageError } from './errors.ts'

/** The way to a value inside of another: keys, and places in lists. */
export type ValuePath = readonly (string | number)[]

/**
 * Something is wrong with a value that a user wrote, and that only turns out when it is put to use. Whoever knows where the
 * value was written says so in its place ({@link placing}); until then the way to it stands for that.
 */
export class ValueFault extends UsageError {
  readonly path: ValuePath
  /** Whether the key at the end of the path is at fault, or what stands behind it. */
  readonly at: 'key' | 'value'
  readonly reason: string

  constructor(path: ValuePath, reason: string, at: 'key' | 'value' = 'value') {
    super(`Cannot use this study: ${pathText(path)}: ${reason}`)
    this.path = path
    this.at = at
    this.reason = reason
  }
}

/** Knows where values were written. */
export interface Places {
  /** The error that tells what is wrong, with the place of it; null: it was not written here. */
  fault(fault: Pick<ValueFault, 'path' | 'at' | 'reason'>): UsageError | null
}

/** Does something with values that a user wrote; what turns out to be wrong is told with its place. */
export function placing<T>(places: Places | undefined, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof ValueFault)) throw error
    throw places?.fault(error) ?? error
  }
}

/** The same for what a value names: a file that is not there, an agent that cannot be. The hint of the error is kept. */
export async function placingAt<T>(
  places: Places | undefined,
  path: ValuePath,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    const placed = places?.fault({ path, at: 'value', reason: error.message })
    if (placed === undefined || placed === null) throw error
    const { hint, pageHint } = error
    throw new UsageError(placed.message, {
      ...(hint === undefined ? {} : { hint }),
      ...(pageHint === undefined ? {} : { pageHint }),
      cause: error,
    })
  }
}

/** `comparisons[0].first.arm` */
export function pathText(path: ValuePath): string {
  if (path.length === 0) return 'the file'
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    if (!/^[A-Za-z_$][\w$]*$/.test(step)) return `${text}[${JSON.stringify(step)}]`
    return text === '' ? step : `${text}.${step}`
  }, '')
}
