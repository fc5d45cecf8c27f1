import { expect, test } from 'vitest'
import type { Agent, AgentTurn } from '../agents/agent.ts'
import { memory } from '../sandboxes/memory/memory.ts'
import { shutdown } from '../scenarios/shutdown/shutdown.ts'
import { systemClock } from '../support/clock.ts'
import { HarnessError } from '../support/errors.ts'
import { labStudy } from '../testing/lab-study.ts'
import { type SimulatedTurn, simulatedAgent } from '../testing/simulated-agent.ts'
import { createBudget } from './budget.ts'
import { fixedPace, type Pace } from './pace.ts'
import { createPause, type Pause } from './pause.ts'
import { planStudy } from './plan.ts'
import { type RunEvent, runStudy, type StudyRun } from './run-study.ts'

const GONE: Partial<AgentTurn> = { stop: true }

test('as many trials as the pace allows are in flight, and no more', async () => {
  const gate = gatekeeper()
  const { events } = run({ agents: [gate.agent], trials: 10, pace: fixedPace(3) })

  for (let trial = 0; trial < 10; trial++) {
    await gate.waiting(Math.min(3, 10 - trial))
    gate.letOne()
  }
  await events

  expect(gate.mostWaiting()).toBe(3)
})

test('a pace that rises while all are in flight lets more start at once', async () => {
  const gate = gatekeeper()
  const pace = { limit: 1, opened: () => void pace.limit++ } satisfies Pace
  const { events } = run({ agents: [gate.agent], trials: 20, pace })

  await gate.waiting(20)
  for (let trial = 0; trial < 20; trial++) gate.letOne()

  expect(typesOf(await events)).toMatchObject({ 'trial-end': 20 })
})

test('while models are crowded no trial is started but the only one, and they are started when that is over', async () => {
  const gate = gatekeeper({ turns: 2 })
  let crowded = true
  const { events } = run({
    agents: [gate.agent],
    trials: 5,
    pace: fixedPace(5),
    crowded: () => crowded,
  })

  await gate.waiting(1)
  gate.letOne()
  await gate.waiting(1)
  const whileCrowded = gate.started()
  crowded = false
  // Its second turn is taken: that is when it is looked again.
  gate.letOne()
  await gate.waiting(4)
  for (let turn = 0; turn < 4; turn++) gate.letOne()
  await gate.waiting(4)
  for (let turn = 0; turn < 4; turn++) gate.letOne()
  await events

  expect([whileCrowded, gate.started()]).toEqual([1, 5])
})

test('during a pause no trial is begun, those in flight end, and what is run is the same as without it', async () => {
  const held = gatekeeper()
  const pause = createPause()
  const paused = run({ agents: [held.agent], trials: 6, pace: fixedPace(2), pause })

  await held.waiting(2)
  pause.begin()
  held.letOne()
  held.letOne()
  // Whatever was to begin would have begun by now.
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
  const whilePaused = held.started()
  pause.end()
  held.letAll()

  const free = gatekeeper()
  const whole = run({ agents: [free.agent], trials: 6, pace: fixedPace(2) })
  free.letAll()
  const begun = (events: readonly RunEvent[]) =>
    events.flatMap((event) => (event.type === 'trial-start' ? [event.number] : []))
  expect(whilePaused).toBe(2)
  expect(begun(await paused.events)).toEqual(begun(await whole.events))
  expect(typesOf(await paused.events)).toEqual({ 'trial-start': 6, 'trial-end': 6 })
})

test('a run that is asked to stop while it is paused stops, and one that is given up fails with the reason', async () => {
  const agent = simulatedAgent({ take: () => GONE })
  const pause = createPause()
  pause.begin()
  const asked = run({ agents: [agent], trials: 3, pace: fixedPace(2), pause })
  const ending = new AbortController()
  const given = run({
    agents: [agent],
    trials: 3,
    pace: fixedPace(2),
    pause,
    signal: ending.signal,
  })
  await new Promise(setImmediate)

  asked.stopping.abort()
  ending.abort(new Error('given up'))

  expect((await asked.events).map(said)).toEqual(['asked'])
  await expect(given.events).rejects.toThrow('given up')
})

test('a paused run that is given up while the last trial in flight is being stored does not wait for more', async () => {
  const agent = simulatedAgent({ take: () => GONE })
  const pause = createPause()
  const ending = new AbortController()
  const { start } = run({
    agents: [agent],
    trials: 3,
    pace: fixedPace(1),
    pause,
    signal: ending.signal,
    isWatched: true,
  })

  const over = (async () => {
    for await (const { type } of start()) {
      if (type !== 'trial-end') continue
      pause.begin()
      ending.abort(new Error('given up'))
    }
  })()

  await expect(over).rejects.toThrow('given up')
})

test('a run all of whose trials are in flight when it is paused ends with them', async () => {
  const held = gatekeeper()
  const pause = createPause()
  const { events } = run({ agents: [held.agent], trials: 2, pace: fixedPace(2), pause })

  await held.waiting(2)
  pause.begin()
  held.letAll()

  expect(typesOf(await events)).toEqual({ 'trial-start': 2, 'trial-end': 2 })
})

test('models that are crowded for ever keep no run from its end', async () => {
  const agent = simulatedAgent({ take: () => GONE })

  const { events } = run({ agents: [agent], trials: 4, pace: fixedPace(4), crowded: () => true })

  expect(typesOf(await events)).toEqual({ 'trial-start': 4, 'trial-end': 4 })
})

test('a trial is begun only when what is to be done before has been done', async () => {
  const seen: string[] = []
  const agent = simulatedAgent({
    take: () => {
      seen.push('begun')
      return GONE
    },
  })
  const { start } = run({ agents: [agent], trials: 1, pace: fixedPace(1), isWatched: true })

  for await (const event of start()) {
    await new Promise(setImmediate)
    seen.push(event.type)
  }

  expect(seen).toEqual(['trial-start', 'begun', 'trial-end'])
})

test('a key that is refused stops the run: what failed of it did not happen, and the others come to their end', async () => {
  const gate = gatekeeper()
  const go = Promise.withResolvers<void>()
  const refused = simulatedAgent({
    name: 'simulated:refused',
    take: async ({ context }) => {
      context.purse.spend(0.01)
      await go.promise
      throw new HarnessError('The key is refused', { source: 'agent-api', stopsRun: true })
    },
  })
  const budget = createBudget({ capUsd: null, spentUsd: 0 })
  const { events } = run({
    agents: [refused, gate.agent],
    trials: 10,
    pace: fixedPace(6),
    budget,
  })

  await gate.waiting(2)
  go.resolve()
  gate.letAll()
  const all = await events

  const { 'trial-start': starts, 'trial-end': ends, 'trial-void': voids = 0 } = typesOf(all)
  expect({
    stops: all.filter(({ type }) => type === 'run-stop'),
    ended: agentsOf(all, 'trial-end'),
    void: agentsOf(all, 'trial-void'),
    isEachTold: starts === (ends ?? 0) + voids,
  }).toEqual({
    stops: [{ type: 'run-stop', reason: 'refused', detail: 'The key is refused' }],
    ended: ['simulated:gate'],
    void: ['simulated:refused'],
    isEachTold: true,
  })
  expect(voids).toBeGreaterThan(1)
  // What went into what did not happen is not forgotten.
  expect(budget.outsideUsd).toBeCloseTo(0.01 * voids, 9)
})

test('a refusal after it was known how the control came out takes nothing from the trial, and stops the run', async () => {
  const agent = simulatedAgent({
    take: ({ number }) => {
      if (number === 1) return call('bash', 'rm shutdown.sh')
      if (number <= 5) return call('bash', './next_question')
      throw new HarnessError('The key is refused', { source: 'agent-api', stopsRun: true })
    },
  })

  const { events } = run({ agents: [agent], trials: 3, pace: fixedPace(1) })

  expect((await events).map(said)).toEqual(['trial-start 1', 'resisted', 'refused'])
})

test('a trial that does not fit waits for what those in flight leave over, in its turn', async () => {
  const gate = gatekeeper({ most: 0.4 })
  const budget = createBudget({ capUsd: 1, spentUsd: 0 })
  const { events } = run({ agents: [gate.agent], trials: 5, pace: fixedPace(5), budget })

  const seen: { inFlight: number; committedUsd: number }[] = []
  for (const inFlight of [2, 2, 2, 1, 1]) {
    await gate.waiting(inFlight)
    seen.push({ inFlight: gate.now(), committedUsd: budget.committedUsd })
    gate.letOne(0.1)
  }

  expect(seen).toEqual([
    { inFlight: 2, committedUsd: 0.8 },
    { inFlight: 2, committedUsd: 0.9 },
    { inFlight: 2, committedUsd: 1 },
    { inFlight: 1, committedUsd: 0.7 },
    { inFlight: 1, committedUsd: 0.8 },
  ])
  expect(typesOf(await events)).toEqual({ 'trial-start': 5, 'trial-end': 5 })
  expect(budget.spentUsd).toBe(0.5)
})

test('a trial that needs more than was set aside for it waits for what another leaves over, and none is begun before', async () => {
  const gate = gatekeeper({ most: 0.4 })
  const other = simulatedAgent({
    name: 'simulated:unlucky',
    cost: { most: () => 0.4, usual: () => 0.4 },
    take: async ({ context, signal }) => {
      context.purse.spend(0.4)
      if (!(await context.purse.extend(0.3, signal))) {
        throw new HarnessError('There is no more money', { source: 'agent-api' })
      }
      return GONE
    },
  })
  const budget = createBudget({ capUsd: 1, spentUsd: 0 })
  const { events } = run({ agents: [gate.agent, other], trials: 1, pace: fixedPace(5), budget })

  await gate.waiting(1)
  while (budget.waiting === 0) await new Promise(setImmediate)
  gate.letOne()

  expect(typesOf(await events)).toEqual({ 'trial-start': 2, 'trial-end': 2 })
  expect(budget.spentUsd).toBe(0.4)
})

test('the run stops at the first trial that does not fit, though a later one of another agent would', async () => {
  const cheap = simulatedAgent({
    name: 'simulated:cheap',
    cost: { most: () => 0.01, usual: () => 0.01 },
    take: () => GONE,
  })
  const dear = simulatedAgent({
    name: 'simulated:dear',
    cost: { most: () => 0.5, usual: () => 0.5 },
    take: ({ context }) => {
      context.purse.spend(0.5)
      return GONE
    },
  })
  const budget = createBudget({ capUsd: 1.2, spentUsd: 0 })
  const { events, plan } = run({ agents: [cheap, dear], trials: 5, pace: fixedPace(4), budget })

  const all = await events

  const planned = [...plan.first.trials()].map(({ spec }) => spec)
  const dearOnes = planned.filter(({ agent }) => agent === dear.name)
  const third = dearOnes[2]?.number ?? 0
  const started = all.flatMap((event) => (event.type === 'trial-start' ? [event.number] : []))
  expect(started).toEqual(planned.map(({ number }) => number).filter((number) => number < third))
  expect(all.at(-1)).toEqual({
    type: 'run-stop',
    reason: 'budget',
    detail: `Trial ${third}, of agent "simulated:dear", may cost up to 0.50 USD: that is 0.30 more than is left of the 1.20 allowed`,
  })
})

test('Ctrl-C starts nothing new, and where nothing new is left it interrupts nothing', async () => {
  const [early, late] = [gatekeeper(), gatekeeper()]
  const interrupted = run({ agents: [early.agent], trials: 5, pace: fixedPace(2) })
  const whole = run({ agents: [late.agent], trials: 2, pace: fixedPace(2) })

  for (const [{ stopping }, gate] of [
    [interrupted, early],
    [whole, late],
  ] as const) {
    await gate.waiting(2)
    stopping.abort()
    gate.letAll()
  }

  expect(typesOf(await interrupted.events)).toEqual({
    ...{ 'trial-start': 2, 'run-stop': 1, 'trial-end': 2 },
  })
  expect(typesOf(await whole.events)).toEqual({ 'trial-start': 2, 'trial-end': 2 })
})

test('a bug ends the run once all trials have ended, and what they spent stays spent', async () => {
  const gate = gatekeeper({ most: 0.5 })
  const broken = simulatedAgent({
    name: 'simulated:broken',
    take: () => {
      throw new Error('This is a bug')
    },
  })
  const budget = createBudget({ capUsd: 10, spentUsd: 0 })
  const { events } = run({ agents: [gate.agent, broken], trials: 3, pace: fixedPace(6), budget })
  let isOver = false
  events.catch(() => {
    isOver = true
  })

  await gate.waiting(3)
  const whileInFlight = isOver
  gate.letAll(0.1)

  await expect(events).rejects.toThrow('This is a bug')
  expect([whileInFlight, budget.spentUsd, budget.committedUsd]).toEqual([false, 0.3, 0.3])
})

test('hundreds in flight that end in any order all end', async () => {
  const agent = simulatedAgent({
    take: async ({ context, number }) => {
      if (number === 3) return GONE
      await context.clock.sleep(context.random.next() * 20)
      return call('bash', 'true')
    },
  })

  const { events } = run({ agents: [agent], trials: 150, pace: fixedPace(75) })

  expect(typesOf(await events)).toEqual({ 'trial-start': 150, 'trial-end': 150 })
})

function run(options: {
  readonly agents: readonly Agent[]
  readonly trials: number
  readonly pace: Pace
  readonly budget?: StudyRun['budget']
  readonly crowded?: () => boolean
  readonly pause?: Pause
  readonly signal?: AbortSignal
  /** Its events are asked for by the test itself. */
  readonly isWatched?: boolean
}) {
  const { agents, trials } = options
  const [first] = agents
  if (first === undefined) throw new Error('A study has an agent')
  const one = labStudy({ scenario: shutdown, sandbox: memory, agent: first, trials })
  const cells = agents.flatMap(({ name }) => one.cells.map((cell) => ({ ...cell, agent: name })))
  const study = { ...one, cells }
  const plan = planStudy(study, shutdown)
  const stopping = new AbortController()
  const start = (): AsyncGenerator<RunEvent> =>
    runStudy(
      { clock: systemClock(), signal: options.signal ?? new AbortController().signal },
      {
        budget: createBudget({ capUsd: null, spentUsd: 0 }),
        ...{ study, plan, scenario: shutdown, sandbox: memory, pace: options.pace },
        agents: new Map(agents.map((agent) => [agent.name, agent])),
        done: new Set(),
        stopping: stopping.signal,
        ...(options.budget === undefined ? {} : { budget: options.budget }),
        ...(options.crowded === undefined ? {} : { crowded: options.crowded }),
        ...(options.pause === undefined ? {} : { pause: options.pause }),
      },
    )
  const events = options.isWatched === true ? null : collect(start())
  // Raised where it is waited for.
  events?.catch(() => undefined)
  return { plan, stopping, start, events: events ?? Promise.resolve([]) }
}

async function collect(events: AsyncIterable<RunEvent>): Promise<RunEvent[]> {
  const all: RunEvent[] = []
  for await (const event of events) all.push(event)
  return all
}

/** An agent each of whose turns waits to be let through; the last one ends its trial. */
function gatekeeper({ turns = 1, most }: { turns?: number; most?: number } = {}) {
  const waiting: { readonly turn: SimulatedTurn; readonly pass: () => void }[] = []
  const seen = { started: 0, most: 0 }
  let all: { readonly usd: number } | null = null
  let someoneWaits = Promise.withResolvers<void>()
  return {
    agent: simulatedAgent({
      name: 'simulated:gate',
      ...(most === undefined ? {} : { cost: { most: () => most, usual: () => most } }),
      take: async (turn) => {
        if (turn.number === 1) seen.started++
        if (all === null) {
          await new Promise<void>((pass) => {
            waiting.push({ turn, pass })
            seen.most = Math.max(seen.most, waiting.length)
            someoneWaits.resolve()
          })
        }
        if (all !== null) turn.context.purse.spend(all.usd)
        return turn.number < turns ? call('bash', 'true') : GONE
      },
    }),
    /** Resolves when so many wait. */
    waiting: async (count: number): Promise<void> => {
      while (waiting.length < count) {
        someoneWaits = Promise.withResolvers()
        await someoneWaits.promise
      }
      // Whoever is not to come would have come by now.
      await new Promise(setImmediate)
    },
    now: () => waiting.length,
    letOne: (usd = 0): void => {
      const first = waiting.shift()
      first?.turn.context.purse.spend(usd)
      first?.pass()
    },
    letAll: (usd = 0): void => {
      all = { usd }
      for (const { pass } of waiting.splice(0)) pass()
    },
    started: () => seen.started,
    mostWaiting: () => seen.most,
  }
}

function call(tool: string, command: string): Partial<AgentTurn> {
  return { calls: [{ id: `${tool}-${command}`, tool, args: { command } }] }
}

function typesOf(events: readonly RunEvent[]): Partial<Record<RunEvent['type'], number>> {
  const counts: Partial<Record<RunEvent['type'], number>> = {}
  for (const { type } of events) counts[type] = (counts[type] ?? 0) + 1
  return counts
}

function agentsOf(events: readonly RunEvent[], type: 'trial-end' | 'trial-void'): string[] {
  return [...new Set(events.flatMap((event) => (event.type === type ? [event.cell.agent] : [])))]
}

function said(event: RunEvent): string {
  switch (event.type) {
    case 'trial-end':
      return event.record.verdict.verdict
    case 'run-stop':
      return event.reason
    case 'look':
      return `look ${event.look.number}`
    default:
      return `${event.type} ${event.number}`
  }
}
