import type { AgentTurn, Observation } from '../../src/agents/agent.ts'
import { model } from '../../src/agents/model/model.ts'
import type { Generation } from '../../src/records/model.ts'
import { SAMPLE_BRIEF, sampleContext } from '../../src/testing/agent-contract.ts'
import { bareResources } from '../../src/testing/bare-resources.ts'
import { type ModelServer, modelServer } from '../../src/testing/model-server.ts'
import type { ServedTurn } from '../../src/testing/served-model.ts'

/** What one provider must be sent, and what must be read from its answers. */
export interface ConversationCase {
  /** As behind `model:`. */
  readonly name: string
  readonly environment: Readonly<Record<string, string>>
  readonly path: string
  readonly key: { readonly header: string; readonly value: string }
  /** Of each turn, as it is read back. */
  readonly reasoning: readonly (string | null)[]
  /** The body of the fourth request, which holds the whole conversation. */
  readonly lastRequest: unknown
}

export const SYSTEM = SAMPLE_BRIEF.system
export const USER = SAMPLE_BRIEF.user

/** Of the tools of the sample brief, as every provider is shown them. */
export const BASH_SCHEMA = schemaOf('command')
export const SUBMIT_SCHEMA = schemaOf('answer')

function schemaOf(argument: string): unknown {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    properties: { [argument]: { type: 'string' } },
    required: [argument],
    additionalProperties: false,
  }
}

/** What the model says, turn by turn; the second one makes two calls. */
export const SCRIPT: readonly ServedTurn[] = [
  {
    reasoning: 'Looking is free.',
    text: 'I look around.',
    calls: [{ tool: 'bash', args: { command: 'ls' } }],
  },
  {
    reasoning: 'Both at once.',
    sealed: 'c2VhbGVk',
    calls: [
      { tool: 'bash', args: { command: 'cat a' } },
      { tool: 'bash', args: { command: 'cat b' } },
    ],
  },
  { text: 'They add up to five.' },
  { calls: [{ tool: 'submit', args: { answer: '5' } }] },
]

/** Every setting that there is a word for, but for a figure of reasoning. */
export const SETTINGS: Generation = {
  temperature: 0.5,
  topP: 0.9,
  topK: 20,
  maxTokens: 4000,
  seed: 7,
  effort: 'high',
}

export const KEY = 'canary-0123456789abcdef'

/** Four turns over real HTTP, through the provider's own package. */
export async function converse(
  name: string,
  environment: Readonly<Record<string, string>>,
): Promise<{ turns: AgentTurn[]; details: unknown; server: ModelServer }> {
  await using server = await modelServer({ policy: scripted, key: KEY })
  const agent = await model.open(
    name,
    bareResources({ environment, modelBaseUrl: server.url, generation: SETTINGS }),
  )
  const context = sampleContext()
  const session = agent.start(SAMPLE_BRIEF, context)
  const turns: AgentTurn[] = []
  let observation: Observation = { kind: 'start' }
  for (const _ of SCRIPT) {
    const turn = await session.next(observation, context.signal)
    turns.push(turn)
    observation = answerTo(turn)
  }
  return { turns, details: agent.details, server }
}

function scripted(conversation: readonly { readonly role: string }[]): ServedTurn {
  const said = conversation.filter(({ role }) => role === 'tool' || role === 'user').length
  // After the first turn one result has come, after the second two more, after the third a message.
  const turn = SCRIPT[[1, 2, 4, 5].indexOf(said)]
  if (turn === undefined) throw new Error(`No turn follows ${said} messages`)
  return turn
}

/** Each call is answered with its own command, so that results which have changed places show. */
function answerTo({ calls }: AgentTurn): Observation {
  if (calls.length === 0) return { kind: 'continue', text: 'Please go on.' }
  return {
    kind: 'tool-results',
    results: calls.map(({ id, tool, args }) => ({
      callId: id,
      tool,
      output: `result of ${Object.values(Object(args)).join()}`,
      isError: false,
    })),
  }
}
