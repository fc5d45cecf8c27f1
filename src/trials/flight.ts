import type { Purse } from '../agents/agent.ts'
import type { TrialRecord } from '../records/trial.ts'
import { invariant } from '../support/errors.ts'
import type { RunContext } from './context.ts'
import { createInbox } from './inbox.ts'
import type { StudyRun } from './run-study.ts'
import { runTrial } from './run-trial.ts'
import type { PlannedTrial } from './trial-spec.ts'

/** The trials of a run that have been started and whose end has not been taken note of. */
export interface Flight {
  readonly size: number
  /** Whether one more may be started now. */
  hasRoom(): boolean
  /** Starts a trial that money has been set aside for. */
  start(planned: PlannedTrial): void
  /**
   * The next one that has ended; null: there may be room now, or a reason to start no more. @throws what it failed with; where none
   * is in flight, the run signal's reason on abort
   */
  next(): Promise<EndedTrial | null>
  /** Waits until all have ended, and takes note of none: what they have spent stays spent. */
  giveUp(): Promise<void>
}

export interface EndedTrial {
  readonly planned: PlannedTrial
  readonly record: TrialRecord
  /** It asked for more money than there was, beside what was set aside for others. */
  readonly ranShort: boolean
}

type Ended = EndedTrial | { readonly planned: PlannedTrial; readonly error: unknown }

export function createFlight(context: RunContext, run: StudyRun): Flight {
  const { pace, budget, pause, crowded = () => false } = run
  const inFlight = new Map<PlannedTrial, Promise<void>>()
  const inbox = createInbox<Ended>()
  const short = new Set<PlannedTrial>()
  /** The last time that it was asked for, there was no room for want of models that are free. */
  let heldBack = false
  const over = new AbortController()
  pause?.onEnd(() => inbox.knock())
  for (const signal of [run.stopping, context.signal]) {
    signal.addEventListener('abort', knockIfNoneEnds, { signal: over.signal })
  }

  return {
    get size() {
      return inFlight.size
    },
    hasRoom: () => {
      // Alone, a trial waits for nobody: something must be going on that can end the crowding.
      heldBack = inFlight.size > 0 && crowded()
      return inFlight.size < Math.max(1, pace.limit) && !heldBack && pause?.isOn !== true
    },
    start: (planned) => {
      const trial = play(planned).then(
        (record) => inbox.put({ planned, record, ranShort: short.delete(planned) }),
        (error: unknown) => inbox.put({ planned, error }),
      )
      inFlight.set(planned, trial)
    },
    next: async () => {
      throwIfGivenUp()
      const ended = await inbox.take()
      if (ended === null) {
        throwIfGivenUp()
        return null
      }
      inFlight.delete(ended.planned)
      if ('record' in ended) return ended
      budget.abandon(ended.planned.spec.key)
      throw ended.error
    },
    giveUp: async () => {
      over.abort()
      await Promise.all(inFlight.values())
      for (const { spec } of inFlight.keys()) budget.abandon(spec.key)
      inFlight.clear()
    },
  }

  /** Also before waiting: whoever was given up while nobody waited has knocked in vain, and nothing in flight would tell. */
  function throwIfGivenUp(): void {
    if (inFlight.size === 0) context.signal.throwIfAborted()
  }

  /** Where trials are in flight, the next that ends is soon enough. */
  function knockIfNoneEnds(): void {
    if (inFlight.size === 0) inbox.knock()
  }

  async function play(planned: PlannedTrial): Promise<TrialRecord> {
    const { spec, cell } = planned
    const agent = run.agents.get(spec.agent)
    invariant(agent !== undefined, `agent "${spec.agent}" of the plan is open`)
    return runTrial(
      context,
      {
        spec,
        scenario: run.scenario,
        agent,
        sandbox: run.sandbox,
        rendered: cell.rendered,
        texts: cell.texts,
      },
      {
        purse: purseOf(planned),
        onOpening: (opening) => {
          pace.opened({ ...opening, inFlight: inFlight.size })
          if (inFlight.size < pace.limit) inbox.knock()
        },
        onTurn: () => {
          if (heldBack) inbox.knock()
        },
      },
    )
  }

  function purseOf(planned: PlannedTrial): Purse {
    const purse = budget.purse(planned.spec.key)
    return {
      spend: purse.spend,
      extend: async (usd, signal) => {
        const isGiven = await purse.extend(usd, signal)
        if (!isGiven) short.add(planned)
        return isGiven
      },
    }
  }
}
