import type { Agent, Purse } from '../agents/agent.ts'
import type { Judgement } from '../records/label.ts'
import type { TrialRecord } from '../records/trial.ts'
import type { Clock } from '../support/clock.ts'
import { usdText } from '../support/usd-text.ts'
import { type Judged, judgeTrial } from './judge-trial.ts'

/** The money for judging. A trial is only judged if the most that it can cost fits in what is left. */
export interface JudgeMoney {
  /** False: it does not fit, and nothing is set aside. */
  reserve(key: string, mostUsd: number): boolean
  purse(key: string): Purse
  /** It is judged: what that has not cost is free again. `recordedUsd`: what the judgement says, if that should be more. */
  settle(key: string, recordedUsd: number): void
  abandon(key: string): void
}

/** `judging-stop`: no further trial is begun; those in flight still end. `refused`: the judge would fail every trial alike. */
export type JudgingEvent =
  | { readonly type: 'judgement'; readonly judgement: Judgement }
  | {
      readonly type: 'judging-stop'
      readonly reason: 'asked' | 'budget' | 'refused'
      readonly detail: string | null
    }

/** A trial, as far as judging it needs it. */
export type ReadTrial = Pick<TrialRecord, 'spec' | 'events'>

export interface Judging {
  readonly judge: Agent
  /** Numbers of the trials to be judged. */
  readonly numbers: readonly number[]
  /** Reads one, whole; null: it cannot be read, and is left out. */
  readonly trial: (number: number) => Promise<ReadTrial | null>
  /** How many are judged at once. */
  readonly concurrency: number
  readonly money: JudgeMoney
  /** The most that judging a trial can cost, in US dollars; 0 where there is no cap. */
  readonly mostUsd: (trial: ReadTrial) => number
  /** Once aborted, nothing new is begun. */
  readonly stopping: AbortSignal
}

/**
 * Judges trials, several at a time, and yields the judgements as they come. The caller stores each before it asks for more.
 *
 * @throws the context signal's reason on abort; our own bug as it is
 */
export async function* judgeTrials(
  context: { readonly clock: Clock; readonly signal: AbortSignal },
  judging: Judging,
): AsyncGenerator<JudgingEvent> {
  const { numbers, concurrency, money, stopping } = judging
  const leaving = new AbortController()
  const signal = AbortSignal.any([context.signal, leaving.signal])
  const inFlight = new Map<number, Promise<Judged>>()
  let next = 0
  let stopped = false

  try {
    while (inFlight.size > 0 || (next < numbers.length && !stopped)) {
      if (stopping.aborted && !stopped && next < numbers.length) {
        stopped = true
        yield { type: 'judging-stop', reason: 'asked', detail: null }
      }
      while (!stopped && !stopping.aborted && inFlight.size < concurrency) {
        const number = numbers[next]
        if (number === undefined) break
        const trial = await judging.trial(number)
        if (trial === null) {
          next++
          continue
        }
        const mostUsd = judging.mostUsd(trial)
        if (!money.reserve(`${number}`, mostUsd)) {
          // What those in flight do not spend may be enough for it.
          if (inFlight.size > 0) break
          stopped = true
          const detail = `judging trial ${number} may cost up to ${usdText(mostUsd)} USD`
          yield { type: 'judging-stop', reason: 'budget', detail }
          break
        }
        next++
        const purse = money.purse(`${number}`)
        const judged = judgeTrial(trial, judging.judge, { clock: context.clock, signal, purse })
        // Awaited below, but not at once: until then a failure is not yet one that nobody sees.
        judged.catch(() => undefined)
        inFlight.set(number, judged)
      }
      if (inFlight.size === 0) continue
      const { judgement, stopsJudging } = await Promise.race(inFlight.values())
      inFlight.delete(judgement.number)
      yield { type: 'judgement', judgement }
      money.settle(`${judgement.number}`, costOf(judgement))
      if (stopsJudging && !stopped) {
        stopped = true
        yield { type: 'judging-stop', reason: 'refused', detail: judgement.detail }
      }
    }
  } finally {
    // After an abort or a bug, and where the caller asks for no more: nobody is left waiting for an answer.
    leaving.abort(new Error('Judging was given up'))
    await Promise.allSettled(inFlight.values())
    for (const number of inFlight.keys()) money.abandon(`${number}`)
  }
}

function costOf({ usage }: Judgement): number {
  return (usage.costUsd ?? 0) + usage.unconfirmedUsd
}
