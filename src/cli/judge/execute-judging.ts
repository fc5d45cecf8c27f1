import type { Agent } from '../../agents/agent.ts'
import type { Connections } from '../../agents/connections.ts'
import { type Judging, type JudgingEvent, judgeTrials } from '../../judges/judge-trials.ts'
import type { Judgement } from '../../records/label.ts'
import type { TrialRecord } from '../../records/trial.ts'
import type { RunWriter } from '../../store/store.ts'
import { invariant, UsageError } from '../../support/errors.ts'
import { createBudget } from '../../trials/budget.ts'
import { askToStop, GivenUp } from '../ask-to-stop.ts'
import type { CommandContext } from '../command-context.ts'
import { judgeProgress } from './judge-progress.ts'

/** How judging has ended. */
export interface JudgingEnd {
  /** Null: all that was to be judged is. */
  readonly stop: Pick<JudgingEvent & { type: 'judging-stop' }, 'reason' | 'detail'> | null
  /** Judgements of this sitting. */
  readonly judged: number
  readonly failed: number
  /** Trials that cannot be read. */
  readonly unreadable: number
}

/**
 * Judges trials of a run and stores each judgement before more are asked for. The first Ctrl-C lets those in flight end, the second
 * gives them up.
 *
 * @throws HarnessError (source `store`) when a judgement could not be stored; our own bug as it is
 */
export async function executeJudging(
  context: CommandContext,
  options: {
    readonly writer: RunWriter
    readonly judge: Agent
    readonly connections: Connections
    readonly numbers: readonly number[]
    readonly lostUsd: ReadonlyMap<number, number>
    readonly concurrency: number
    readonly capUsd: number | null
    readonly mostUsd: Judging['mostUsd']
  },
): Promise<JudgingEnd> {
  const { writer, judge, connections, numbers, lostUsd, concurrency, capUsd, mostUsd } = options
  const stopping = new AbortController()
  const ending = new AbortController()
  const money = createBudget({ capUsd, spentUsd: 0 })
  const end: { -readonly [K in keyof JudgingEnd]: JudgingEnd[K] } = {
    stop: null,
    judged: 0,
    failed: 0,
    unreadable: 0,
  }
  using progress = judgeProgress(context, {
    size: numbers.length,
    lanes: () => connections.lanes(),
    money,
  })
  using _interrupts = context.onInterrupt(() =>
    askToStop(
      progress,
      { stopping, ending },
      { title: 'Judging', pieces: 'the answers under way' },
    ),
  )

  try {
    const events = judgeTrials(
      { clock: context.clock, signal: ending.signal },
      { judge, numbers, trial, concurrency, money, mostUsd, stopping: stopping.signal },
    )
    for await (const event of events) {
      if (event.type === 'judging-stop') {
        end.stop = event
        continue
      }
      await store(event.judgement)
      progress.judged(event.judgement)
    }
  } catch (error) {
    if (!(error instanceof GivenUp)) throw error
    end.stop = { reason: 'asked', detail: null }
  }
  return end

  async function trial(number: number): Promise<TrialRecord | null> {
    try {
      const record = await writer.trial(number)
      invariant(record !== null, `trial ${number} is stored`)
      return record
    } catch (error) {
      // Damage to one trial is no reason to leave all others without labels.
      if (!(error instanceof UsageError)) throw error
      progress.say(`Not judged: ${error.message}`)
      end.unreadable++
      return null
    }
  }

  /** What was lost on this trial before stays counted: its new judgement takes the place of the one that says so. */
  async function store(judgement: Judgement): Promise<void> {
    const { usage, number } = judgement
    const unconfirmedUsd = usage.unconfirmedUsd + (lostUsd.get(number) ?? 0)
    await writer.addJudgement(context.redact({ ...judgement, usage: { ...usage, unconfirmedUsd } }))
    end.judged++
    if (judgement.outcome === 'failed') end.failed++
  }
}
