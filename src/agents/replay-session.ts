import { type EventOf, NO_USAGE, type TrialEvent, type Usage } from '../records/event.ts'
import type { TrialRecord } from '../records/trial.ts'
import { HarnessError } from '../support/errors.ts'
import type { AgentContext, AgentSession, AgentTurn, StoredRun } from './agent.ts'
import { differenceOf } from './replay-difference.ts'

/** One stored trial, played back turn by turn. What it is answered changes nothing of it: where that differs, it says so. */
export function replaySession(run: StoredRun, agent: string, context: AgentContext): AgentSession {
  let stored: TrialRecord | undefined
  let played = 0
  return {
    next: async (observation, signal) => {
      context.signal.throwIfAborted()
      signal.throwIfAborted()
      stored ??= await storedTrial(run, agent, context)
      const { events } = stored
      if (played > 0) {
        const detail = differenceOf(observation, events, played)
        if (detail !== null) context.report({ type: 'replay-diverged', turn: played, detail })
      }
      const turn = turnOf(events, played + 1)
      if (turn === null) return endAsStored(stored, played, context, signal)
      played++
      return turn
    },
  }
}

async function storedTrial(
  { header, trial }: StoredRun,
  agent: string,
  { trial: { armHash, index } }: AgentContext,
): Promise<TrialRecord> {
  const stored = await trial(agent, armHash, index)
  if (stored !== null) return stored
  throw new HarnessError(
    `Run ${header.id} holds no trial ${index + 1} of agent "${agent}" in this arm to play back`,
    { source: 'agent-api' },
  )
}

function turnOf(events: readonly TrialEvent[], number: number): AgentTurn | null {
  const event = events.find(
    (each): each is EventOf<'agent-turn'> => each.type === 'agent-turn' && each.turn === number,
  )
  if (event === undefined) return null
  const { text, reasoning, calls, stop, finish } = event
  return {
    text,
    reasoning: reasoning === '' ? null : reasoning,
    // A copy: what is handed out must not be able to change the record.
    calls: structuredClone(calls),
    stop,
    finish,
    usage: usageOf(events, number),
    // Nobody was asked: the calls of the stored run are not made again, and cost nothing again.
    modelCalls: [],
  }
}

/** So that the limit upon a trial's tokens ends this one where it ended the stored one. */
function usageOf(events: readonly TrialEvent[], number: number): Usage {
  const usages = events.flatMap((event) =>
    event.type === 'model-call' && event.turn === number ? [event.call.usage] : [],
  )
  const sum = (count: (usage: Usage) => number) =>
    usages.reduce((total, usage) => total + count(usage), 0)
  return {
    ...NO_USAGE,
    inputTokens: sum(({ inputTokens }) => inputTokens),
    outputTokens: sum(({ outputTokens }) => outputTokens),
  }
}

/**
 * The stored trial has no further turn. If its time was up, so is this one's. Otherwise nobody knows what the agent would have
 * done next: a turn made up for it, if only to stop, would count as its own.
 *
 * @throws HarnessError (source `agent-api`), or the signal's reason when the time is up
 */
function endAsStored(
  { events, spec }: TrialRecord,
  played: number,
  context: AgentContext,
  signal: AbortSignal,
): never {
  const fault = events.find((event) => event.type === 'fault')
  const timedOut = events.some((event) => event.type === 'limit-reached' && event.limit === 'time')
  if (timedOut) {
    using held = context.holdTime()
    held.count(spec.limits.trialMs)
    context.signal.throwIfAborted()
    signal.throwIfAborted()
  }
  const why =
    fault === undefined
      ? 'which ended there'
      : `which failed there (${fault.source}): ${fault.detail}`
  throw new HarnessError(`There is no turn ${played + 1} in the stored trial, ${why}`, {
    source: 'agent-api',
  })
}
