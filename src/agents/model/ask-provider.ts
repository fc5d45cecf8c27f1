import { HarnessError } from '../../support/errors.ts'
import type { Random } from '../../support/random.ts'
import type { AgentContext } from '../agent.ts'
import { type Failure, judgeFailure } from './judge-failure.ts'
import type { RecordingFetch } from './recording-fetch.ts'

/** How long a provider is waited for, and how often it is asked. */
export interface Patience {
  /** Of one turn, the first included. Five waits reach past a rate limit that is counted by the minute. */
  readonly attempts: number
  /** One request. Node's `fetch` itself gives up on headers that have not come after five minutes. */
  readonly attemptMs: number
  /** One turn, with all its attempts and waits. */
  readonly turnMs: number
  /** The first wait is drawn from zero to this; the bound doubles with each attempt. */
  readonly waitMs: number
  /** The bound stops doubling here. */
  readonly waitMsMax: number
  /** A provider that asks for more than this is not waited for. */
  readonly retryAfterMsMax: number
}

export const PATIENCE: Patience = {
  attempts: 6,
  attemptMs: 300_000,
  turnMs: 1_800_000,
  waitMs: 2_000,
  waitMsMax: 60_000,
  retryAfterMsMax: 120_000,
}

/** A request that was answered with a turn. */
export interface Answered<T> {
  readonly answer: T
  readonly attempts: number
  /** Of the attempt that succeeded. */
  readonly durationMs: number
}

/**
 * Sends one request until it is answered: again after what passes, with waits that grow and are drawn by chance
 * ("full jitter", Brooker 2015), so that many trials refused at once do not all come back at once.
 *
 * @param request sends it; whatever it throws is judged by what `wire` saw
 * @throws HarnessError (source `agent-api`) when it is refused, or still unanswered at the end of `patience`; the signal's
 *   reason on abort
 */
export async function askProvider<T>(
  request: (signal: AbortSignal) => Promise<T>,
  options: {
    readonly context: AgentContext
    readonly random: Random
    readonly wire: RecordingFetch
    readonly patience: Patience
    readonly turn: number
    readonly signal: AbortSignal
    /** A sentence for the user about a request that will not be sent again. */
    readonly explain: (failure: Failure, attempts: number) => string
  },
): Promise<Answered<T>> {
  const { context, patience, signal, wire } = options
  const startedMs = context.clock.elapsedMs()
  for (let attempt = 1; ; attempt++) {
    const attemptedMs = context.clock.elapsedMs()
    const outcome = await tryOnce(request, options)
    if (outcome.failure === null) {
      const durationMs = context.clock.elapsedMs() - attemptedMs
      return { answer: outcome.answer, attempts: attempt, durationMs }
    }

    const { failure, error } = outcome
    const waitMs = waitBefore(attempt, failure, patience, options.random)
    const overMs = context.clock.elapsedMs() - startedMs + waitMs
    const hopeless =
      !failure.again ||
      attempt >= patience.attempts ||
      (failure.retryAfterMs ?? 0) > patience.retryAfterMsMax ||
      overMs >= patience.turnMs
    if (hopeless) {
      throw new HarnessError(options.explain(failure, attempt), {
        source: 'agent-api',
        cause: error,
      })
    }
    context.report({
      type: 'model-retry',
      turn: options.turn,
      attempt,
      cause: failure.cause,
      waitMs,
      unconfirmedUsd: 0,
    })
    wire.forget()
    await context.clock.sleep(waitMs, signal)
  }
}

type Outcome<T> =
  | { readonly failure: null; readonly answer: T }
  | { readonly failure: Failure; readonly error: unknown }

async function tryOnce<T>(
  request: (signal: AbortSignal) => Promise<T>,
  options: {
    readonly context: AgentContext
    readonly wire: RecordingFetch
    readonly patience: Patience
    readonly signal: AbortSignal
  },
): Promise<Outcome<T>> {
  const { context, wire, patience, signal } = options
  signal.throwIfAborted()
  const late = new AbortController()
  const over = new AbortController()
  const deadline = context.clock
    .sleep(patience.attemptMs, over.signal)
    .then(() => late.abort(new Error(`no answer within ${patience.attemptMs / 1000} s`)))
    // Rejects only because the request has ended in time.
    .catch(() => undefined)
  try {
    return { failure: null, answer: await request(AbortSignal.any([signal, late.signal])) }
  } catch (error) {
    signal.throwIfAborted()
    const seen = late.signal.aborted ? late.signal.reason : error
    const exchange = wire.exchange()
    // Nothing was sent and nothing was awaited: the mistake is ours, and trying again would not mend it.
    if (exchange === null && !late.signal.aborted) throw error
    return { failure: judgeFailure(seen, exchange, context.clock.now()), error: seen }
  } finally {
    over.abort()
    await deadline
  }
}

function waitBefore(attempt: number, failure: Failure, patience: Patience, random: Random): number {
  const bound = Math.min(patience.waitMsMax, patience.waitMs * 2 ** (attempt - 1))
  const drawn = Math.round(random.next() * bound)
  // Not a moment before the provider asks to be tried again, and not all at that same moment.
  return failure.retryAfterMs === null
    ? drawn
    : Math.ceil(failure.retryAfterMs) + Math.round(random.next() * patience.waitMs)
}
