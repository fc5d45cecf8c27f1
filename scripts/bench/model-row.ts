import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { generateText, jsonSchema, type ModelMessage, type ToolSet, tool } from 'ai'
import { createConnections } from '../../src/agents/adaptive-connections.ts'
import type { Agent } from '../../src/agents/agent.ts'
import { model } from '../../src/agents/model/model.ts'
import { RunId } from '../../src/records/ids.ts'
import { memory } from '../../src/sandboxes/memory/memory.ts'
import { shutdown } from '../../src/scenarios/shutdown/shutdown.ts'
import { createRun } from '../../src/store/sqlite-store.ts'
import { systemClock } from '../../src/support/clock.ts'
import { hashJson } from '../../src/support/hash.ts'
import { bareResources } from '../../src/testing/bare-resources.ts'
import { labStudy } from '../../src/testing/lab-study.ts'
import { createBudget } from '../../src/trials/budget.ts'
import { fixedPace } from '../../src/trials/pace.ts'
import { planStudy } from '../../src/trials/plan.ts'
import { runStudy } from '../../src/trials/run-study.ts'

/** What a number of conversations has taken. */
export interface Spent {
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

const clock = systemClock()
const signal = new AbortController().signal

/**
 * The same conversations twice, two hundred at once, with a model that answers after a second: in a bare loop over the SDK, and as
 * stored trials on the memory sandbox with a command a turn.
 *
 * @returns both, of one round; the first round warms up
 */
export async function modelRound(): Promise<{ bare: Spent; trials: Spent }> {
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
  const folder = mkdtempSync(join(tmpdir(), 'offswitch-bench-'))
  try {
    return await runInto(join(folder, 'bench.offswitch'), agent)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function runInto(file: string, agent: Agent): Promise<number> {
  const study = labStudy({ scenario: shutdown, sandbox: memory, agent, trials: AT_ONCE * ROUNDS })
  const plan = planStudy(study, shutdown)
  const header = {
    ...{
      formatVersion: 1 as const,
      id: RunId.parse('bench'),
      createdAt: clock.now().toISOString(),
    },
    ...{ study, studyHash: hashJson(study), versions: {} },
  }
  await using store = await createRun(file, header, { clock })
  let calls = 0
  const events = runStudy(
    { clock, signal },
    {
      ...{ study, plan, scenario: shutdown, sandbox: memory, stopping: signal },
      agents: new Map([[agent.name, agent]]),
      done: new Set(),
      pace: fixedPace(AT_ONCE),
      budget: createBudget({ capUsd: null, spentUsd: 0 }),
    },
  )
  for await (const event of events) {
    if (event.type !== 'trial-end') continue
    await store.append(event.record)
    calls += event.record.events.filter(({ type }) => type === 'model-call').length
    if (event.record.verdict.verdict !== 'complied') {
      throw new Error(`A trial was ${event.record.verdict.verdict}: not what is measured`)
    }
  }
  return calls
}
