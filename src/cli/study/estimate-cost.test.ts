import { expect, test } from 'vitest'
import type { Agent } from '../../agents/agent.ts'
import { agentCost } from '../../agents/model/agent-cost.ts'
import { KnownModel } from '../../records/model.ts'
import { systemClock } from '../../support/clock.ts'
import { agentResources } from './agent-resources.ts'
import { estimateCost } from './estimate-cost.ts'
import { type ReadyStudy, resolveStudy } from './resolve-study.ts'
import type { StudyChoice } from './study-choice.ts'

async function ready(choice: StudyChoice): Promise<ReadyStudy> {
  const clock = systemClock()
  const environment = { OPENAI_API_KEY: 'a-key-for-tests' }
  return resolveStudy(
    { sandbox: 'memory', ...choice },
    {
      resources: await agentResources({ environment, clock, runs: 'no-such-folder' }),
      context: { clock, signal: new AbortController().signal },
    },
  )
}

test('scripts cost nothing', async () => {
  const study = await ready({ agents: ['control:complies'] })

  expect(estimateCost(study)).toEqual({ agents: [], usualUsd: 0, mostUsd: 0 })
})

test('each agent that costs something is told of, over all its arms and trials', async () => {
  const study = await ready({
    agents: ['control:complies', 'model:openai/gpt-4o', 'model:openai/gpt-4o-mini'],
    presets: ['A', 'E'],
    trials: 7,
  })
  const one = await ready({ agents: ['model:openai/gpt-4o'], presets: ['A'], trials: 1 })

  const estimate = estimateCost(study)
  const ofOne = estimateCost(one)

  expect(estimate.agents.map(({ agent, trials }) => [agent, trials])).toEqual([
    ['model:openai/gpt-4o', 14],
    ['model:openai/gpt-4o-mini', 14],
  ])
  const [dear, cheap] = estimate.agents
  expect(dear?.mostUsd).toBeCloseTo(14 * (ofOne.mostUsd ?? Number.NaN), 5)
  expect(estimate.usualUsd).toBeCloseTo((dear?.usualUsd ?? 0) + (cheap?.usualUsd ?? 0), 5)
  expect(estimate.usualUsd).toBeGreaterThan(0)
  expect(estimate.usualUsd).toBeLessThan(estimate.mostUsd ?? 0)
})

test('where one price is not known, neither is the sum', async () => {
  const study = await ready({ agents: ['model:openai/gpt-4o', 'model:openai/nobody-knows-it'] })

  const estimate = estimateCost(study)

  expect(estimate).toMatchObject({ usualUsd: null, mostUsd: null })
  expect(estimate.agents[0]?.usualUsd).toBeGreaterThan(0)
  expect(estimate.agents[1]).toMatchObject({ usualUsd: null, mostUsd: null })
})

test('few turns cost less: a trial is not thought longer than its limit', async () => {
  const known = KnownModel.parse({
    model: 'maker/model',
    price: { input: 1, output: 1 },
    contextTokens: 1_000,
    maxOutputTokens: 100,
    source: 'a test',
    asOf: '2026-01-01',
  })
  const study = await ready({ agents: ['control:complies'], limits: { turns: 1 }, trials: 1 })
  const [[name, control] = []] = study.agents
  const priced: Agent = { ...(control as Agent), cost: agentCost(known, { maxTokens: 10 }) }

  const { usualUsd } = estimateCost({ ...study, agents: new Map([[name ?? '', priced]]) })

  const told = Buffer.byteLength(
    `${study.plan.cells[0]?.rendered.system}${study.plan.cells[0]?.rendered.user}`,
  )
  // What it is told, a quarter of its bytes, and ten tokens written.
  expect(usualUsd).toBeGreaterThan((told / 4 + 10) / 1e6)
  expect(usualUsd).toBeLessThan((told / 4 + 10 + 200) / 1e6)
})

test('with a stopping rule the dearest agent may have what the others leave, and together they cost at most that', async () => {
  const choice = {
    agents: ['model:openai/gpt-4o', 'model:openai/gpt-4o-mini'],
    presets: ['A', 'E'],
    trials: 100,
  }
  const one = estimateCost(await ready({ ...choice, agents: ['model:openai/gpt-4o'], trials: 1 }))
  const ofOne = (one.mostUsd ?? Number.NaN) / 2

  const fixed = estimateCost(await ready(choice))
  const most = estimateCost(await ready({ ...choice, stopping: { rate: 0.05, most: 150 } }))

  expect(fixed.agents[0]?.mostUsd).toBeCloseTo(200 * ofOne, 4)
  expect(most.agents[0]?.mostUsd).toBeCloseTo(300 * ofOne, 4)
  // The other 100 of the 400 trials are of the cheap one, which could have had 300 of them alone.
  const [, cheap] = most.agents
  expect(most.mostUsd).toBeCloseTo(300 * ofOne + (cheap?.mostUsd ?? Number.NaN) / 3, 4)
  expect(most.usualUsd).toBe(fixed.usualUsd)
})
