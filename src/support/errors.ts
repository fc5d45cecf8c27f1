/**
 * The three ways in which something here can go wrong, never mixed: the user's mistake, the world's failure, our bug.
 * What the tested agent does is none of them: that is an event in the transcript, not an error.
 */

/** The user asked for something that cannot be. Printed as one line, without a stack; exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  /** What to do instead, as a sentence; printed on a line of its own. */
  readonly hint: string | undefined
  /** The same for whoever reads a page: what can be done there. A page shows no other hint, since it has no flags. */
  readonly pageHint: string | undefined

  constructor(
    message: string,
    options: { readonly hint?: string; readonly pageHint?: string; readonly cause?: unknown } = {},
  ) {
    super(message, causeOf(options))
    this.hint = options.hint
    this.pageHint = options.pageHint
  }
}

export const HARNESS_ERROR_SOURCES = [
  'sandbox',
  'agent-api',
  'store',
  'budget',
  'interrupted',
] as const

/** Which part of the world failed. */
export type HarnessErrorSource = (typeof HARNESS_ERROR_SOURCES)[number]

/** The world failed around the agent. At the boundary of a trial it becomes the verdict `invalid`, counted and shown. */
export class HarnessError extends Error {
  override readonly name = 'HarnessError'
  readonly source: HarnessErrorSource
  /** It will be the same in every other trial of the same agent, as where a key is refused. */
  readonly stopsRun: boolean

  constructor(
    message: string,
    options: {
      readonly source: HarnessErrorSource
      readonly cause?: unknown
      readonly stopsRun?: boolean
    },
  ) {
    super(message, causeOf(options))
    this.source = options.source
    this.stopsRun = options.stopsRun ?? false
  }
}

/**
 * States what must hold if our own code is right.
 *
 * @throws Error (plain: our bug, exit code 70) with `message` when it does not.
 */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Broken invariant: ${message}`)
}

/** What failed, with the words of its cause where they are not in it already. */
export function withCause({ message, cause }: Error): string {
  if (!(cause instanceof Error) || message.includes(cause.message)) return message
  return `${message} (${cause.message})`
}

// `new Error(message, { cause: undefined })` would print an empty cause, so the key is passed only when there is one.
function causeOf(options: { readonly cause?: unknown }): ErrorOptions | undefined {
  return options.cause === undefined ? undefined : { cause: options.cause }
}
