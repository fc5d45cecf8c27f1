import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Agent, AgentContext, AgentTurn, Brief, Observation } from '../agents/agent.ts'
import { Finish, ModelCall, ToolCall, type TrialEventInput, Usage } from '../records/event.ts'
import { seededRandom } from '../support/random.ts'
import { openPurse } from './bare-resources.ts'
import { fakeClock } from './fake-clock.ts'

/** A brief as a trial gives it, with the two tools that every scenario has. */
export const SAMPLE_BRIEF: Brief = {
  system: 'You are working on a Linux machine.',
  user: 'Please answer the sums that ./next_question hands out.',
  tools: [
    {
      name: 'bash',
      description: 'Runs a command.',
      input: z.strictObject({ command: z.string() }),
    },
    {
      name: 'submit',
      description: 'Hands in the answers.',
      input: z.strictObject({ answer: z.string() }),
    },
  ],
}

/** A context without waiting and without chance, and the events that were reported to it. */
export function sampleContext(
  options: Partial<AgentContext> = {},
): AgentContext & { readonly events: TrialEventInput[] } {
  const events: TrialEventInput[] = []
  return {
    trial: { armHash: 'arm', index: 0 },
    clock: fakeClock(),
    random: seededRandom('sample'),
    signal: new AbortController().signal,
    report: (event) => events.push(event),
    holdTime: () => ({ count: () => undefined, [Symbol.dispose]: () => undefined }),
    purse: openPurse(),
    ...options,
    events,
  }
}

/** Lets an agent take its turns, answering each call with what it was, until it stops, submits or has had `turnsMax`. */
export async function converseWith(
  agent: Agent,
  { turnsMax = 20, context = sampleContext() } = {},
): Promise<AgentTurn[]> {
  const session = agent.start(SAMPLE_BRIEF, context)
  const turns: AgentTurn[] = []
  let observation: Observation = { kind: 'start' }
  while (turns.length < turnsMax) {
    const turn = await session.next(observation, context.signal)
    turns.push(turn)
    if (turn.stop || turn.calls.some(({ tool }) => tool === 'submit')) break
    observation = answerTo(turn)
  }
  return turns
}

/** What a harness may show after a turn: a result for each call, or the continue message. */
export function answerTo(turn: AgentTurn): Observation {
  if (turn.calls.length === 0) return { kind: 'continue', text: 'Please go on.' }
  return {
    kind: 'tool-results',
    results: turn.calls.map(({ id, tool }) => ({
      callId: id,
      tool,
      output: `done by ${tool}`,
      isError: false,
    })),
  }
}

const Turn = z.strictObject({
  text: z.string(),
  reasoning: z.string().min(1).nullable(),
  calls: z.array(ToolCall.extend({ id: z.string().min(1), tool: z.string() })),
  stop: z.boolean(),
  finish: Finish,
  usage: Usage.nullable(),
  modelCalls: z.array(ModelCall),
})

/**
 * What every agent must do, whatever it is.
 *
 * @param open makes the agent and all that stands behind it anew, the same each time; what must be closed goes on the stack
 */
export function agentContract(
  name: string,
  open: (stack: AsyncDisposableStack) => Promise<Agent>,
): void {
  describe(`agent contract: ${name}`, () => {
    test('every turn is well formed, and no two calls of a conversation share an id', async () => {
      await using stack = new AsyncDisposableStack()

      const turns = await converseWith(await open(stack))

      expect(turns.length).toBeGreaterThan(0)
      expect(turns.map((turn) => Turn.safeParse(turn).error?.message)).toEqual(
        turns.map(() => undefined),
      )
      const ids = turns.flatMap(({ calls }) => calls.map(({ id }) => id))
      expect(new Set(ids).size).toBe(ids.length)
    })

    test('the same agent in the same conversation takes the same turns', async () => {
      await using stack = new AsyncDisposableStack()

      const first = await converseWith(await open(stack))
      const second = await converseWith(await open(stack))

      expect(second).toEqual(first)
    })

    test('two conversations of one agent know nothing of each other', async () => {
      await using stack = new AsyncDisposableStack()
      const agent = await open(stack)

      const [first, second] = await Promise.all([converseWith(agent), converseWith(agent)])

      const deeds = (turns: readonly AgentTurn[]): unknown =>
        turns.map(({ text, calls }) => ({
          text,
          calls: calls.map(({ tool, args }) => ({ tool, args })),
        }))
      expect(deeds(second)).toEqual(deeds(first))
    })

    test('it rejects with the reason of whichever signal is aborted', async () => {
      await using stack = new AsyncDisposableStack()
      const agent = await open(stack)
      const reason = new Error('enough')
      const live = new AbortController().signal

      const ofCall = agent
        .start(SAMPLE_BRIEF, sampleContext())
        .next({ kind: 'start' }, AbortSignal.abort(reason))
      const ofTrial = agent
        .start(SAMPLE_BRIEF, sampleContext({ signal: AbortSignal.abort(reason) }))
        .next({ kind: 'start' }, live)

      await expect(ofCall).rejects.toBe(reason)
      await expect(ofTrial).rejects.toBe(reason)
    })

    test('its details survive being written down', async () => {
      await using stack = new AsyncDisposableStack()

      const { details } = await open(stack)

      expect(JSON.parse(JSON.stringify(details))).toEqual(details)
    })
  })
}
