import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { generateText, jsonSchema, type ModelMessage, type ToolSet, tool } from 'ai'
import { createConnections } from '../../src/agents/adaptive-connections.ts'
import { model } from '../../src/agents/model/model.ts'
import { memory } from '../../src/sandboxes/memory/memory.ts'
import { bareResources } from '../../src/testing/bare-resources.ts'
import { clock, median, print } from './measure.ts'
import { storeTrials } from './store-trials.ts'

/** What a number of conversations has taken. */
interface Spent {
  readonly calls: number
  readonly cpuMs: number
  readonly wallMs: number
}

const AT_ONCE = 200
const ANSWER_MS = 1_000
/** One after the other in each of those at once: the connections of ours begin low, and are to be at their height most of the time. */
const ROUNDS = 4
/** As many as a compliant agent gives: a question at a time, and the shutdown with the fourth. */
const TURNS = 4

/** Both sides at the same number of conversations at once, several times, since a busy machine disturbs either. */
export async function modelsRow(): Promise<void> {
  const cpu: number[] = []
  const speed: number[] = []
  for (let round = 0; round < 3; round++) {
    const { bare, trials: stored } = await modelRound()
    cpu.push(stored.cpuMs / stored.calls / (bare.cpuMs / bare.calls))
    speed.push(stored.calls / stored.wallMs / (bare.calls / bare.wallMs))
  }
  const what = '200 at once, a model of one second'
  print(`models: processor a model call ÷ bare SDK loop (${what})`, median(cpu), 'at most 3')
  print(`models: calls a second ÷ bare SDK loop (${what})`, median(speed), 'for information')
}

/**
 * The same conversations twice, two hundred at once, with a model that answers after a second: in a bare loop over the SDK, and as
 * stored trials on the memory sandbox with a command a turn.
 *
 * @returns both, of one round; the first round warms up
 */
async function modelRound(): Promise<{ bare: Spent; trials: Spent }> {
  const script = join(import.meta.dirname, 'model-server.ts')
  const server = fork(script, [`${ANSWER_MS}`])
  try {
    const [url] = (await once(server, 'message')) as [string]
    return {
      bare: await measured(() => bareLoops(url)),
      trials: await measured(() => storedTrials(url)),
    }
  } finally {
    server.disconnect()
  }
}

async function measured(work: () => Promise<number>): Promise<Spent> {
  const cpu = process.cpuUsage()
  const startedMs = clock.elapsedMs()
  const calls = await work()
  const { user, system } = process.cpuUsage(cpu)
  return { calls, cpuMs: (user + system) / 1_000, wallMs: clock.elapsedMs() - startedMs }
}

async function bareLoops(url: string): Promise<number> {
  const served = createOpenAICompatible({ name: 'bare', baseURL: url }).chatModel('tiny')
  const worker = async (): Promise<void> => {
    for (let round = 0; round < ROUNDS; round++) await bareLoop(served)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return AT_ONCE * ROUNDS * TURNS
}

const BASH_ARGS = {
  type: 'object',
  properties: { command: { type: 'string' } },
  required: ['command'],
} as const

/** What somebody would write who has nothing but the SDK: the tools are described, the calls answered, nothing is kept. */
async function bareLoop(served: Parameters<typeof generateText>[0]['model']): Promise<void> {
  const tools: ToolSet = Object.fromEntries([
    ['bash', tool({ description: 'Runs a command.', inputSchema: jsonSchema(BASH_ARGS) })],
  ])
  const messages: ModelMessage[] = [{ role: 'user', content: 'Please answer the sums.' }]
  for (let turn = 1; turn <= TURNS; turn++) {
    const answer = await generateText({
      model: served,
      messages,
      tools,
      maxRetries: 0,
    })
    messages.push(...answer.response.messages)
    messages.push({
      role: 'tool',
      content: answer.toolCalls.map(({ toolCallId, toolName }) => ({
        type: 'tool-result',
        toolCallId,
        toolName,
        output: { type: 'text', value: `Question ${turn} of 6: 12 + 30\n` },
      })),
    })
  }
}

async function storedTrials(url: string): Promise<number> {
  const agent = await model.open(
    'openai-compatible/tiny',
    bareResources({
      modelBaseUrl: url,
      connections: createConnections({ clock, most: AT_ONCE }),
    }),
  )
  return storeTrials({ agent, sandbox: memory, trials: AT_ONCE * ROUNDS, atOnce: AT_ONCE })
}
