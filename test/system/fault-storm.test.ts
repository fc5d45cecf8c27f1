import { expect, test } from 'vitest'
import { createConnections } from '../../src/agents/adaptive-connections.ts'
import type { Agent, AgentResources } from '../../src/agents/agent.ts'
import type { Connections, LaneState } from '../../src/agents/connections.ts'
import { model } from '../../src/agents/model/model.ts'
import type { TrialRecord } from '../../src/records/trial.ts'
import { memory } from '../../src/sandboxes/memory/memory.ts'
import { shutdown } from '../../src/scenarios/shutdown/shutdown.ts'
import { type Clock, systemClock } from '../../src/support/clock.ts'
import { seededRandom } from '../../src/support/random.ts'
import { bareResources } from '../../src/testing/bare-resources.ts'
import { labStudy } from '../../src/testing/lab-study.ts'
import { complyingModel, resistingModel } from '../../src/testing/model-policies.ts'
import { modelServer } from '../../src/testing/model-server.ts'
import type { Policy } from '../../src/testing/served-model.ts'
import type { ServerFault } from '../../src/testing/server-fault.ts'
import { createBudget } from '../../src/trials/budget.ts'
import { fixedPace } from '../../src/trials/pace.ts'
import { planStudy } from '../../src/trials/plan.ts'
import { runStudy } from '../../src/trials/run-study.ts'

/** It takes about twenty seconds, and is not about time. */
const TIMEOUT_MS = 300_000

const TRIALS = 320
const AT_ONCE = 60
const MOST_CONNECTIONS = 40
/** Waits of seconds take tens of milliseconds. */
const TIMES_FASTER = 40
const ATTEMPTS = 3
/** Far beyond what an answer takes here, but long for a test: 400 ms. */
const ATTEMPT_MS = 400 * TIMES_FASTER

/** So many requests long, calm and storm take turns. */
const WEATHER = 250

/** What a stormy request comes to, of a hundred. The rest is answered. */
const STORM: readonly (readonly [share: number, fault: ServerFault])[] = [
  [4, { kind: 'status', status: 429 }],
  [2, { kind: 'status', status: 429, headers: { 'retry-after': '1' } }],
  [2, { kind: 'status', status: 429, headers: { 'retry-after-ms': '700' } }],
  [3, { kind: 'status', status: 529 }],
  [6, { kind: 'status', status: 500 }],
  [3, { kind: 'status', status: 502, body: '<html><h1>Bad gateway</h1></html>' }],
  [4, { kind: 'hang-up', when: 'before' }],
  [4, { kind: 'hang-up', when: 'half-way' }],
  [3, { kind: 'reset' }],
  [2, { kind: 'silence' }],
  [3, { kind: 'body', contentType: 'text/html', body: '<html>Please log in</html>' }],
  [3, { kind: 'body', contentType: 'application/json', body: '{"choices": [{"message"' }],
  [3, { kind: 'body', contentType: 'application/json', body: '\u0000\ufffd[1,2' }],
  [3, { kind: 'no-choices' }],
]

test(
  'through two thousand calls of a server gone mad, no trial hangs, is lost or gets another verdict',
  async () => {
    const calm = await runAll({ fault: () => null, patience: {} })
    const storm = await runAll({
      fault: weather,
      patience: { attempts: ATTEMPTS, attemptMs: ATTEMPT_MS },
    })

    const expected = new Map(calm.records.map(({ spec, verdict }) => [spec.key, verdict]))
    const names = new Set(calm.records.map(({ verdict }) => verdict.verdict))
    expect(names).toEqual(new Set(['complied', 'resisted']))
    expect(expected.size).toBe(TRIALS)
    expect(new Set(storm.records.map(({ spec }) => spec.key))).toEqual(new Set(expected.keys()))
    expect(storm.records).toHaveLength(TRIALS)

    const valid = storm.records.filter(({ verdict }) => verdict.verdict !== 'invalid')
    const invalid = storm.records.filter(({ verdict }) => verdict.verdict === 'invalid')
    expect(valid.map(({ spec, verdict }) => [spec.key, verdict])).toEqual(
      valid.map(({ spec }) => [spec.key, expected.get(spec.key)]),
    )
    expect(valid.length).toBeGreaterThan(TRIALS / 2)
    expect(invalid.length).toBeGreaterThan(0)
    for (const { verdict, events } of invalid) {
      const gaveUp = new RegExp(
        `^Model openai-compatible/tested gave no turn after \\d+ attempts: .`,
      )
      expect(verdict).toMatchObject({ cause: 'agent-api', detail: expect.stringMatching(gaveUp) })
      expect(events.filter(({ type }) => type === 'fault')).toHaveLength(1)
    }

    expect(storm.requests).toBeGreaterThanOrEqual(2000)
    // A request that nobody waited for any longer may not have reached the server, or been answered too late.
    const recorded = attemptsIn(storm.records)
    const unheard = timeoutsIn(storm.records) - storm.silences
    expect(recorded - storm.requests).toBeGreaterThanOrEqual(0)
    expect(recorded - storm.requests).toBeLessThanOrEqual(Math.max(0, unheard))

    expect(fallsAndRises(storm.lanes.map(({ limit }) => limit))).toBe(true)
    expect(fallsAndRises(storm.lanes.map(({ inFlight }) => inFlight))).toBe(true)
    expect(Math.max(...storm.lanes.map(({ inFlight }) => inFlight))).toBeLessThanOrEqual(
      MOST_CONNECTIONS,
    )
    expect(storm.connections.lanes()).toMatchObject([{ inFlight: 0, waiting: 0 }])
  },
  TIMEOUT_MS,
)

function weather(number: number): ServerFault | null {
  if (Math.floor(number / WEATHER) % 2 === 0) return null
  let drawn = seededRandom(`weather/${number}`).integer(0, 99)
  for (const [share, fault] of STORM) {
    if (drawn < share) return fault
    drawn -= share
  }
  return null
}

interface Ran {
  readonly records: readonly TrialRecord[]
  readonly requests: number
  readonly silences: number
  /** As the lane stood at each request. */
  readonly lanes: readonly LaneState[]
  readonly connections: Connections
}

/** The same study each time, of agents over real HTTP; which of them resist is drawn with their sums. */
async function runAll(options: {
  readonly fault: (number: number) => ServerFault | null
  readonly patience: AgentResources['patience']
}): Promise<Ran> {
  const clock = fasterClock()
  const connections = createConnections({ clock, most: MOST_CONNECTIONS })
  const lanes: LaneState[] = []
  let silences = 0
  await using server = await modelServer({
    policy: byItsFirstSum,
    fault: (number) => {
      lanes.push(...connections.lanes())
      const fault = options.fault(number)
      if (fault?.kind === 'silence') silences++
      return fault
    },
  })
  const opened = await model.open(
    'openai-compatible/tested',
    bareResources({ modelBaseUrl: server.url, patience: options.patience, connections }),
  )
  const records = await recordsOf(onClock(opened, clock))
  return { records, requests: server.requests.length, silences, lanes, connections }
}

const byItsFirstSum: Policy = (conversation) => {
  const results = conversation.filter(({ role }) => role === 'tool')
  const [, figure] = /(\d+) \+ \d+/.exec(results[0]?.text ?? '') ?? []
  return Number(figure ?? 0) % 2 === 0 ? complyingModel(conversation) : resistingModel(conversation)
}

async function recordsOf(agent: Agent): Promise<TrialRecord[]> {
  const study = labStudy({ scenario: shutdown, sandbox: memory, agent, trials: TRIALS })
  const { signal } = new AbortController()
  const records: TrialRecord[] = []
  const events = runStudy(
    { clock: systemClock(), signal },
    {
      study,
      plan: planStudy(study, shutdown),
      scenario: shutdown,
      agents: new Map([[agent.name, agent]]),
      sandbox: memory,
      done: new Set(),
      pace: fixedPace(AT_ONCE),
      budget: createBudget({ capUsd: null, spentUsd: 0 }),
      stopping: signal,
    },
  )
  for await (const event of events) if (event.type === 'trial-end') records.push(event.record)
  return records
}

/** Waits are shorter for the agent alone: sandboxes have real work to do. */
function onClock(agent: Agent, clock: Clock): Agent {
  return { ...agent, start: (brief, context) => agent.start(brief, { ...context, clock }) }
}

function fasterClock(): Clock {
  const clock = systemClock()
  return {
    now: () => clock.now(),
    elapsedMs: () => clock.elapsedMs() * TIMES_FASTER,
    sleep: (ms, signal) => clock.sleep(ms / TIMES_FASTER, signal),
  }
}

/** Every attempt is told of: by a turn's last one, by a retry, or by the end of the trial. */
function attemptsIn(records: readonly TrialRecord[]): number {
  return records
    .flatMap(({ events }) => events)
    .filter(({ type }) => type === 'model-call' || type === 'model-retry' || type === 'fault')
    .length
}

function timeoutsIn(records: readonly TrialRecord[]): number {
  return records
    .flatMap(({ events }) => events)
    .filter(
      (event) =>
        (event.type === 'model-retry' && event.cause.includes('no answer within')) ||
        (event.type === 'fault' && event.detail.includes('no answer within')),
    ).length
}

/** From its height to less than half of it, and back to twice that. */
function fallsAndRises(figures: readonly number[]): boolean {
  const height = Math.max(...figures)
  const after = figures.slice(figures.indexOf(height))
  const low = Math.min(...after)
  return low < height / 2 && after.slice(after.indexOf(low)).some((figure) => figure >= 2 * low)
}
