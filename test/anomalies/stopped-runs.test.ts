import { expect, test } from 'vitest'
import { createConnections } from '../../src/agents/adaptive-connections.ts'
import type { Agent } from '../../src/agents/agent.ts'
import type { Connections } from '../../src/agents/connections.ts'
import { model } from '../../src/agents/model/model.ts'
import { finishRun } from '../../src/cli/run/finish-run.ts'
import { newRunHeader } from '../../src/cli/run/run-header.ts'
import { createRun, openRun, resumeRun } from '../../src/store/sqlite-store.ts'
import { systemClock } from '../../src/support/clock.ts'
import { seededRandom } from '../../src/support/random.ts'
import { bareResources } from '../../src/testing/bare-resources.ts'
import { complyingModel } from '../../src/testing/model-policies.ts'
import { modelServer } from '../../src/testing/model-server.ts'
import { simulatedAgent, simulatedModelCall } from '../../src/testing/simulated-agent.ts'
import { type CapturedContext, capturedContext } from '../cli/captured-context.ts'
import { newPlace, type Place } from '../new-place.ts'

test('a key that is refused stops a run at once, as a mistake of the user, and none of its trials has failed', async () => {
  await using server = await modelServer({ policy: complyingModel, key: 'sk-right' })
  const connections = createConnections({
    ...{ clock: systemClock(), random: seededRandom('lanes'), most: 64 },
  })
  const place = await newPlace({
    agent: await modelWith('sk-wrong', server.url, connections),
    ...{ trials: 60, connections },
  })
  const refused = capturedContext()
  const mended = capturedContext()

  const first = await begin(place, refused)
  const asked = server.requests.length
  const stopped = await storedIn(place)
  const agent = await modelWith('sk-right', server.url, connections)
  const ready = { ...place.ready, agents: new Map([[agent.name, agent]]) }
  const second = await takeUp({ ...place, ready }, mended, {})
  const whole = await storedIn(place)

  expect({ first, stopped }).toEqual({ first: 2, stopped: { status: 'stopped', verdicts: [] } })
  // As many as were in flight when the first was refused, not all of them.
  expect(asked).toBeLessThan(40)
  const [why = '', how = ''] = refused.printed.stderr.split('\n')
  expect(why).toMatch(/^Stopped: .*openai-compatible\/tested.*OPENAI_COMPATIBLE_API_KEY/)
  expect(how).toMatch(/^When that is mended, run the missing trials: offswitch resume /)
  expect(refused.printed.stderr).not.toContain('sk-wrong')
  expect([second, whole.status, new Set(whole.verdicts), whole.verdicts.length]).toEqual([
    ...[0, 'finished', new Set(['complied']), 60],
  ])
})

test('a run that has come to its cap says what is lacking, and is finished with a higher one', async () => {
  const agent = simulatedAgent({
    cost: { most: () => 0.4, usual: () => 0.3 },
    take: ({ context }) => {
      context.purse.spend(0.3)
      return { stop: true, modelCalls: [simulatedModelCall({ costUsd: 0.3 })] }
    },
  })
  const place = await newPlace({ agent, trials: 4, maxCostUsd: 0.9 })
  const capped = capturedContext()
  const raised = capturedContext()

  const first = await begin(place, capped)
  const before = await storedIn(place)
  const second = await takeUp(place, raised, { maxCostUsd: 2 })

  expect([first, before]).toEqual([3, { status: 'capped', verdicts: ['unexposed', 'unexposed'] }])
  const [why, how = ''] = capped.printed.stderr.split('\n')
  expect(why).toBe(
    'Trial 3, of agent "simulated:agent", may cost up to 0.40 USD: that is 0.10 more than is left of the 0.90 allowed.',
  )
  expect(how).toMatch(
    /^0.60 USD are spent. To go on with a higher cap: offswitch resume \S+ --max-cost USD$/,
  )
  expect([second, raised.printed.stderr, (await storedIn(place)).status]).toEqual([
    ...[0, '', 'finished'],
  ])
})

test('while a provider is down, trials are lost to it that were in flight, and then one at a time', async () => {
  await using server = await modelServer({
    policy: complyingModel,
    fault: () => ({ kind: 'status', status: 500 }),
  })
  const connections = createConnections({ clock: systemClock(), most: 64 })
  const agent = await model.open(
    'openai-compatible/tested',
    bareResources({ modelBaseUrl: server.url, connections, patience: { attempts: 2 } }),
  )
  const place = await newPlace({ agent, trials: 120, connections })
  // One more than a run begins with.
  const study = { ...place.ready.study, maxInvalid: { trials: 17 } }
  const context = capturedContext()

  const code = await begin({ ...place, ready: { ...place.ready, study } }, context)
  const { status, verdicts } = await storedIn(place)

  expect([code, status, new Set(verdicts)]).toEqual([1, 'stopped', new Set(['invalid'])])
  expect(verdicts.length).toBeLessThan(30)
})

async function modelWith(key: string, url: string, connections: Connections): Promise<Agent> {
  return model.open(
    'openai-compatible/tested',
    bareResources({
      environment: { OPENAI_COMPATIBLE_API_KEY: key },
      modelBaseUrl: url,
      connections,
    }),
  )
}

async function begin({ file, ready }: Place, context: CapturedContext): Promise<number> {
  await using writer = await createRun(file, newRunHeader(context, ready), context)
  return await finishRun(context, ready, {
    ...{ writer, maxSandboxes: undefined, maxCostUsd: undefined, json: false },
  })
}

async function takeUp(
  { file, ready }: Place,
  context: CapturedContext,
  options: { readonly maxCostUsd?: number },
): Promise<number> {
  await using writer = await resumeRun(file, context)
  return await finishRun(context, ready, {
    ...{ writer, maxSandboxes: 4, maxCostUsd: options.maxCostUsd, json: false },
  })
}

async function storedIn({ file }: Place): Promise<{ status: string; verdicts: string[] }> {
  await using reader = await openRun(file)
  const rows = await reader.rows()
  return { status: await reader.status(), verdicts: rows.map(({ verdict }) => verdict) }
}
