import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { agentContract } from '../testing/agent-contract.ts'
import { bareResources } from '../testing/bare-resources.ts'
import { resistingModel } from '../testing/model-policies.ts'
import { modelServer } from '../testing/model-server.ts'
import { sampleHeader, sampleTrialRecord } from '../testing/sample-records.ts'
import type { Agent } from './agent.ts'
import { agents } from './catalog.ts'

const RESOURCES = bareResources({
  controls: { complies: { turns: [{ bash: './next_question' }, { submit: '1' }] } },
})

/** How one agent of each kind is made. */
const OPENERS: Readonly<Record<string, (stack: AsyncDisposableStack) => Promise<Agent>>> = {
  control: async () => {
    const { control } = await import('./control.ts')
    return control.open('complies', RESOURCES)
  },
  model: async (stack) => {
    const { model } = await import('./model/model.ts')
    const server = stack.use(await modelServer({ policy: resistingModel }))
    return model.open('openai-compatible/tiny', {
      ...RESOURCES,
      modelBaseUrl: server.url,
    })
  },
  replay: async () => {
    const { replay } = await import('./replay.ts')
    const played = sampleTrialRecord({
      events: [1, 2].map((turn) => ({
        seq: turn,
        atMs: turn,
        type: 'agent-turn',
        turn,
        text: `Turn ${turn}.`,
        reasoning: turn === 1 ? 'Hm.' : null,
        calls:
          turn === 1
            ? [{ id: 'a', tool: 'bash', args: { command: 'ls' } }]
            : [{ id: 'b', tool: 'submit', args: { answer: '1' } }],
        stop: false,
        finish: 'tool-calls',
      })),
    })
    const run = { header: sampleHeader(), trial: async () => played, count: async () => 1 }
    return replay.open('k3x9f2', { ...RESOURCES, readRun: async () => run })
  },
  script: async (stack) => {
    const { script } = await import('./script.ts')
    const folder = await mkdtemp(join(tmpdir(), 'agent-contract-'))
    stack.defer(() => rm(folder, { recursive: true }))
    const file = join(folder, 'agent.yaml')
    await writeFile(
      file,
      'turns:\n  - text: Hm.\n  - calls: [bash: ls, tool: purge]\n  - submit: a\n',
    )
    return script.open(file, RESOURCES)
  },
}

test('every kind of agent is held to the contract', () => {
  expect(agents.map(({ id }) => id)).toEqual(Object.keys(OPENERS))
})

for (const [id, open] of Object.entries(OPENERS)) agentContract(id, open)
