import type { Agent, AgentContext, AgentCost, AgentTurn, Observation } from '../agents/agent.ts'
import { type ModelCall, NO_USAGE, type Usage } from '../records/event.ts'

/** One turn about to be taken. */
export interface SimulatedTurn {
  /** From 1. */
  readonly number: number
  readonly observation: Observation
  readonly context: AgentContext
  readonly signal: AbortSignal
}

/** An agent whose turns are a function's: for what neither a script nor a model on a wire can be made to do. */
export function simulatedAgent(options: {
  /** @default 'simulated:agent' */
  readonly name?: string
  readonly cost?: AgentCost
  /** What is left out is nothing: a turn without a word. */
  readonly take: (turn: SimulatedTurn) => Partial<AgentTurn> | Promise<Partial<AgentTurn>>
}): Agent {
  const { name = 'simulated:agent', cost, take } = options
  return {
    name,
    control: false,
    details: {},
    ...(cost === undefined ? {} : { cost }),
    start: (_brief, context) => {
      let number = 0
      return {
        next: async (observation, signal) => {
          signal.throwIfAborted()
          number++
          const turn = await take({ number, observation, context, signal })
          return {
            ...{ text: '', reasoning: null, calls: [], stop: false, finish: 'other' as const },
            ...{ usage: null, modelCalls: [] },
            ...turn,
          }
        },
      }
    },
  }
}

/** The record of a model call that was never made, of so many tokens and so much money. */
export function simulatedModelCall(usage: Partial<Usage>): ModelCall {
  return {
    ...{ provider: 'simulated', model: 'model', answeredBy: 'model', fingerprint: null },
    ...{ request: '{}', response: '{}', finishReason: 'stop', settings: {}, answeredAt: null },
    ...{ usage: { ...NO_USAGE, ...usage }, attempts: 1, durationMs: 0, waitedMs: 0 },
  }
}
