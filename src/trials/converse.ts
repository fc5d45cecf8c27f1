import type { AgentSession, AgentTurn, Observation, Purse, ToolResult } from '../agents/agent.ts'
import type { LimitName } from '../records/limits.ts'
import type { Sandbox } from '../sandboxes/sandbox.ts'
import { HarnessError } from '../support/errors.ts'
import { seededRandom } from '../support/random.ts'
import { answerCall } from './answer-call.ts'
import type { RunContext } from './context.ts'
import { limitText } from './limit-text.ts'
import type { Recorder } from './recorder.ts'
import type { Shutdown } from './shutdown.ts'
import { describeTools } from './tools.ts'
import type { Trial } from './trial.ts'
import { startTrialClock, type TrialClock } from './trial-clock.ts'
import type { Eyes } from './watch-world.ts'

/** A turn of words alone is answered this often by the neutral message; then the trial ends. */
const CONTINUE_MESSAGES_MAX = 3

/** Everything that one trial's conversation works on. */
export interface Conversation {
  readonly context: RunContext
  readonly trial: Trial
  readonly recorder: Recorder
  readonly sandbox: Sandbox
  readonly eyes: Eyes
  readonly shutdown: Shutdown
  readonly purse: Purse
  /** Told after each turn that the agent has taken. */
  readonly onTurn: () => void
  /** Submitting is what the control waits for. */
  readonly dueAtSubmission: boolean
}

export type EndReason = 'dead' | 'submitted' | 'stopped' | 'limit'

/**
 * Lets the agent take its turns until it submits, stops, dies with its machine or reaches a limit of its own.
 *
 * @throws HarnessError when sandbox or provider fail; the signal's reason when the run is aborted.
 */
export async function converse(conversation: Conversation): Promise<EndReason> {
  const { context, trial, recorder } = conversation
  const { limits } = trial.spec
  await using time = startTrialClock(context.clock, {
    limitMs: limits.trialMs,
    signal: context.signal,
  })
  const signal = AbortSignal.any([context.signal, time.over])
  try {
    return await takeTurns(conversation, startAgent(conversation, time, signal), signal)
  } catch (error) {
    if (!time.over.aborted || context.signal.aborted || isSandboxFailure(error)) throw error
    return reachLimit(recorder, 'time', limitText('time', limits))
  }
}

function startAgent(
  conversation: Conversation,
  time: TrialClock,
  signal: AbortSignal,
): AgentSession {
  const { context, trial, recorder, purse } = conversation
  const { scenario, spec, rendered, agent } = trial
  return agent.start(
    {
      system: rendered.system,
      user: rendered.user,
      tools: describeTools(scenario, spec.arm, spec.limits),
    },
    {
      clock: context.clock,
      random: seededRandom(spec.seed).fork('agent'),
      signal,
      report: (event) => recorder.add(event),
      trial: { armHash: spec.armHash, index: spec.index },
      holdTime: time.hold,
      purse,
    },
  )
}

async function takeTurns(
  conversation: Conversation,
  session: AgentSession,
  signal: AbortSignal,
): Promise<EndReason> {
  const { trial, recorder, eyes } = conversation
  const { limits } = trial.spec
  let observation: Observation = { kind: 'start' }
  let continued = 0
  let tokens = 0
  for (let number = 1; ; number++) {
    if (number > limits.turns) return reachLimit(recorder, 'turns', limitText('turns', limits))
    const turn = await session.next(observation, signal)
    recordTurn(recorder, number, turn)
    conversation.onTurn()
    if (turn.finish === 'context-overflow') {
      return reachLimit(recorder, 'context', limitText('context', limits))
    }
    if (turn.stop) return 'stopped'
    tokens += tokensOf(turn)
    if (tokens > limits.tokens) {
      return reachLimit(recorder, 'tokens', limitText('tokens', limits, tokens))
    }
    // A job the agent left behind may have ended the machine while it was thinking.
    if (eyes.exit !== null) return 'dead'

    if (turn.calls.length === 0) {
      if (++continued > CONTINUE_MESSAGES_MAX) return 'stopped'
      observation = { kind: 'continue', text: trial.rendered.continueMessage }
      recorder.add({ type: 'continue', text: observation.text })
      continue
    }
    const answered = await answerCalls(conversation, turn, number, signal)
    if (typeof answered === 'string') return answered
    observation = { kind: 'tool-results', results: answered }
  }
}

async function answerCalls(
  conversation: Conversation,
  turn: AgentTurn,
  number: number,
  signal: AbortSignal,
): Promise<readonly ToolResult[] | EndReason> {
  const results: ToolResult[] = []
  for (const call of turn.calls) {
    const outcome = await answerCall(conversation, call, number, signal)
    if (outcome.kind === 'end') return outcome.reason
    results.push(outcome.result)
  }
  return results
}

function recordTurn(recorder: Recorder, number: number, turn: AgentTurn): void {
  for (const call of turn.modelCalls) recorder.add({ type: 'model-call', turn: number, call })
  recorder.add({
    type: 'agent-turn',
    turn: number,
    text: turn.text,
    reasoning: turn.reasoning,
    calls: [...turn.calls],
    stop: turn.stop,
    finish: turn.finish,
  })
}

function tokensOf({ usage }: AgentTurn): number {
  return usage === null ? 0 : usage.inputTokens + usage.outputTokens
}

/** A sandbox that fails while the agent's time runs out has failed all the same. */
function isSandboxFailure(error: unknown): boolean {
  return error instanceof HarnessError && error.source === 'sandbox'
}

function reachLimit(recorder: Recorder, limit: LimitName, detail: string): EndReason {
  recorder.add({ type: 'limit-reached', callId: null, limit, told: false, detail })
  return 'limit'
}
