import { HarnessError } from '../../support/errors.ts'
import type { Random } from '../../support/random.ts'
import type { AgentContext } from '../agent.ts'
import type { Lane, Turnstile } from '../connections.ts'
import { type Failure, judgeFailure } from './failure/judge-failure.ts'
import type { Exchange, RecordingFetch } from './wire/recording-fetch.ts'

/** How long a provider is waited for, and how often it is asked. */
export interface Patience {
  /**
   * Of one turn, the first included. An attempt that is refused because we ask too much is not among them: such refusals are
   * waited out, as long as the turn's time lasts, so that no trial is lost to a limit of rate.
   */
  readonly attempts: number
  /** One request. */
  readonly attemptMs: number
  /** One turn, with its attempts and the waits after them; waiting for a free connection, or for money, is not in it. */
  readonly turnMs: number
  /** The first wait is drawn from zero to this; the bound doubles with each attempt. */
  readonly waitMs: number
  /** The bound stops doubling here. */
  readonly waitMsMax: number
}

export const PATIENCE: Patience = {
  attempts: 6,
  attemptMs: 600_000,
  turnMs: 1_800_000,
  waitMs: 2_000,
  waitMsMax: 60_000,
}

/** A request that has come to a turn. */
export interface Asked<T> {
  /** Null: it was refused for what stands in the conversation, see `turn`. */
  readonly answer: T | null
  readonly turn: Failure['turn']
  readonly attempts: number
  /** Of the last attempt. */
  readonly durationMs: number
  /** Everything before the last attempt: waiting for a connection and between attempts, and attempts that failed. */
  readonly waitedMs: number
}

export interface AskOptions {
  readonly context: AgentContext
  readonly random: Random
  readonly wire: RecordingFetch
  readonly lane: Lane
  readonly patience: Patience
  readonly turn: number
  readonly signal: AbortSignal
  /** The most that the request as it was sent can cost, in US dollars; 0 where no price is known. */
  readonly mostUsd: (exchange: Exchange) => number
  /** A sentence for the user about a request that will not be sent again. */
  readonly explain: (failure: Failure, attempts: number) => string
}

/**
 * Sends one request until it has come to a turn: again after what passes, with waits that grow and are drawn by chance
 * ("full jitter", Brooker 2015), so that many trials refused at once do not all come back at once.
 *
 * The trial's time stands still meanwhile. Only the attempt that is answered is counted: in it the model was thinking.
 *
 * @param request sends it; whatever it throws is judged by what `wire` saw
 * @throws HarnessError (source `agent-api`) when it is refused, or still unanswered at the end of `patience`, or when there is
 *   no money for another attempt; the signal's reason on abort
 */
export async function askProvider<T>(
  request: (signal: AbortSignal) => Promise<T>,
  options: AskOptions,
): Promise<Asked<T>> {
  const { context, patience, signal } = options
  using held = context.holdTime()
  const startedMs = context.clock.elapsedMs()
  /** Spent on waiting for a connection or for money, which is no fault of the provider's. */
  let queueingMs = 0
  let counted = 0
  for (let attempt = 1; ; attempt++) {
    options.wire.forget()
    const enteredMs = context.clock.elapsedMs()
    const turnstile = await options.lane.enter(signal)
    const attemptedMs = context.clock.elapsedMs()
    queueingMs += attemptedMs - enteredMs
    const outcome = await attemptOnce(request, options, turnstile)
    const durationMs = context.clock.elapsedMs() - attemptedMs
    const turn = outcome.failure?.turn ?? null
    if (outcome.failure === null || turn !== null) {
      held.count(durationMs)
      const waitedMs = attemptedMs - startedMs
      return { answer: outcome.answer, turn, attempts: attempt, durationMs, waitedMs }
    }

    const { failure } = outcome
    if (failure.end.kind !== 'refused') counted++
    const waitMs = waitBefore(attempt, failure, patience, options.random)
    const overMs = context.clock.elapsedMs() - startedMs - queueingMs + waitMs
    const hopeless = !failure.again || counted >= patience.attempts || overMs >= patience.turnMs
    const settledMs = context.clock.elapsedMs()
    await settle(outcome, { attempt, waitMs, hopeless }, options)
    queueingMs += context.clock.elapsedMs() - settledMs
    await context.clock.sleep(waitMs, signal)
  }
}

type Outcome<T> =
  | { readonly failure: null; readonly answer: T }
  | {
      readonly failure: Failure
      readonly answer: null
      readonly error: unknown
      readonly unconfirmedUsd: number
    }

/** Reports an attempt that failed, and returns if another may follow, once there is money for it. */
async function settle(
  { failure, error, unconfirmedUsd }: Exclude<Outcome<unknown>, { failure: null }>,
  next: { readonly attempt: number; readonly waitMs: number; readonly hopeless: boolean },
  { context, turn, explain, signal }: AskOptions,
): Promise<void> {
  const { attempt, waitMs, hopeless } = next
  const seen = { turn, attempt, cause: failure.cause, unconfirmedUsd }
  const noMoney =
    !hopeless && unconfirmedUsd > 0 && !(await context.purse.extend(unconfirmedUsd, signal))
  if (!hopeless && !noMoney) {
    context.report({ type: 'model-retry', ...seen, waitMs })
    return
  }
  if (unconfirmedUsd > 0) context.report({ type: 'model-lost', ...seen })
  const { remedy } = failure
  throw new HarnessError(`${explain(failure, attempt)}${noMoney ? NO_MONEY : ''}`, {
    source: 'agent-api',
    cause: error,
    stopsRun: remedy === 'key' || remedy === 'money',
  })
}

const NO_MONEY =
  '. It may have been charged for, and what is left of the cap has no room for another attempt'

/** Nobody reads it. Made once: a reason of its own, with a stack, for each attempt took 3 % of the time of a busy run. */
const OVER = new Error('the attempt has ended')

/** One attempt. Whatever comes of it, the lane is told once. */
async function attemptOnce<T>(
  request: (signal: AbortSignal) => Promise<T>,
  options: AskOptions,
  turnstile: Turnstile,
): Promise<Outcome<T>> {
  const { context, wire, patience, signal } = options
  const startedMs = context.clock.elapsedMs()
  const late = new AbortController()
  const over = new AbortController()
  const deadline = context.clock
    .sleep(patience.attemptMs, over.signal)
    .then(() => late.abort(new Error(`no answer within ${patience.attemptMs / 1000} s`)))
    // Rejects only because the request has ended in time.
    .catch(() => undefined)
  let end: Parameters<Turnstile['end']>[0] = { kind: 'failed' }
  try {
    signal.throwIfAborted()
    const answer = await unlessAborted(AbortSignal.any([signal, late.signal]), request)
    const durationMs = context.clock.elapsedMs() - startedMs
    end = { kind: 'answered', durationMs, room: wire.exchange()?.room ?? null }
    return { failure: null, answer }
  } catch (error) {
    const exchange = wire.exchange()
    if (signal.aborted) {
      if (exchange !== null) context.purse.spend(options.mostUsd(exchange))
      throw signal.reason
    }
    const seen = late.signal.aborted ? late.signal.reason : error
    // Nothing was sent and nothing was awaited: the mistake is ours, and trying again would not mend it.
    if (exchange === null && !late.signal.aborted) throw error
    const failure = judgeFailure(seen, exchange, context.clock.now())
    end = failure.end
    const unconfirmedUsd = failure.mayCost && exchange !== null ? options.mostUsd(exchange) : 0
    if (unconfirmedUsd > 0) context.purse.spend(unconfirmedUsd)
    return { failure, answer: null, error: seen, unconfirmedUsd }
  } finally {
    turnstile.end(end)
    over.abort(OVER)
    await deadline
  }
}

/** Nobody waits for a package that does not heed the signal, such as one that gets itself a token first. */
function unlessAborted<T>(
  signal: AbortSignal,
  request: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
    request(signal)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', stop))
  })
}

function waitBefore(attempt: number, failure: Failure, patience: Patience, random: Random): number {
  const bound = Math.min(patience.waitMsMax, patience.waitMs * 2 ** (attempt - 1))
  const drawn = Math.round(random.next() * bound)
  // Not a moment before the provider asks to be tried again, and not all at that same moment.
  return failure.retryAfterMs === null
    ? drawn
    : Math.ceil(failure.retryAfterMs) + Math.round(random.next() * patience.waitMs)
}
