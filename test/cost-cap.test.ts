import { expect, test } from 'vitest'
import type { Agent, AgentTurn } from '../src/agents/agent.ts'
import { model } from '../src/agents/model/model.ts'
import { executeRun } from '../src/cli/run/execute-run.ts'
import { newRunHeader } from '../src/cli/run/run-header.ts'
import type { KnownModel } from '../src/records/model.ts'
import type { TrialRecord } from '../src/records/trial.ts'
import { memory } from '../src/sandboxes/memory/memory.ts'
import { shutdown } from '../src/scenarios/shutdown/shutdown.ts'
import { createRun, openRun, resumeRun } from '../src/store/sqlite-store.ts'
import type { RunReader, RunWriter } from '../src/store/store.ts'
import { HarnessError } from '../src/support/errors.ts'
import { bareResources } from '../src/testing/bare-resources.ts'
import { fakeClock } from '../src/testing/fake-clock.ts'
import { labStudy } from '../src/testing/lab-study.ts'
import { complyingModel } from '../src/testing/model-policies.ts'
import { modelServer } from '../src/testing/model-server.ts'
import {
  type SimulatedTurn,
  simulatedAgent,
  simulatedModelCall,
} from '../src/testing/simulated-agent.ts'
import { createBudget } from '../src/trials/budget.ts'
import { fixedPace } from '../src/trials/pace.ts'
import { planStudy } from '../src/trials/plan.ts'
import { runStudy, type StudyRun } from '../src/trials/run-study.ts'
import { type CapturedContext, capturedContext } from './cli/captured-context.ts'
import { newPlace, type Place } from './new-place.ts'

const CAP_USD = 1
/** Of money that is summed as fractions: far below what anybody is charged. */
const ROUNDING_USD = 1e-9
const SEEDS = Array.from({ length: 50 }, (_, index) => index + 1)
const TURNS_MAX = 5

/** What one call costs at most, what it does cost, and how often an attempt fails that may be charged for. */
interface Shape {
  readonly callUsd: number
  readonly turns: (draw: number) => number
  readonly answerUsd: (draw: number) => number | null
  readonly faults: number
}

const anyTurns = (draw: number): number => 1 + Math.floor(draw * TURNS_MAX)
const SHAPES: Readonly<Record<string, Shape>> = {
  cheap: { callUsd: 0.05, turns: anyTurns, answerUsd: (draw) => 0.04 * draw, faults: 0 },
  dear: { callUsd: 0.03, turns: anyTurns, answerUsd: (draw) => 0.03 * (1 - draw / 4), faults: 0 },
  'at their very worst': {
    callUsd: 0.025,
    turns: () => TURNS_MAX,
    answerUsd: () => 0.025,
    faults: 0,
  },
  'so dear that one fits': { callUsd: 0.2, turns: anyTurns, answerUsd: () => 0.2, faults: 0 },
  'without figures now and then': {
    callUsd: 0.04,
    turns: anyTurns,
    answerUsd: (draw) => (draw < 0.3 ? null : 0.04 * draw),
    faults: 0,
  },
  'after attempts that may have been charged for': {
    callUsd: 0.03,
    turns: anyTurns,
    answerUsd: (draw) => 0.03 * draw,
    faults: 0.3,
  },
}

test.each(Object.entries(SHAPES))(
  'with answers that are %s, no run passes its cap, and none of its trials is ended by it',
  async (_, shape) => {
    let givenUp = 0
    for (const seed of SEEDS) {
      const agent = pricedAgent(shape)
      const { records, voids, budget, stop } = await runWith({
        ...{ agent, seed, trials: 100, atOnce: 6 },
      })

      const toldUsd = records.reduce((sum, record) => sum + costOf(record), 0)
      expect(toldUsd).toBeLessThanOrEqual(CAP_USD + ROUNDING_USD)
      expect(budget.spentUsd).toBeLessThanOrEqual(CAP_USD)
      expect(Math.abs(budget.spentUsd - toldUsd - budget.outsideUsd)).toBeLessThan(1e-6)
      expect([budget.overUsd, stop]).toEqual([0, 'budget'])
      // A trial was stopped because the next one might have been too dear, not because one was.
      const mostUsd = shape.callUsd * TURNS_MAX
      expect(budget.spentUsd).toBeGreaterThan(CAP_USD - mostUsd - ROUNDING_USD)
      // They are the plan's first ones, but for what did not happen, and each is as long as its agent meant it to be.
      const numbers = new Set([...numbersOf(records), ...voids])
      expect([...numbers].sort((a, b) => a - b)).toEqual(
        [...numbers.keys()].map((__, at) => at + 1),
      )
      expect(records.filter(isCutShort)).toEqual([])
      givenUp += voids.length
    }
    // Only where an attempt fails does a trial cost more than was set aside for it.
    expect(givenUp > 0).toBe(shape.faults > 0)
  },
)

test('over HTTP, with attempts that fail after they may have been charged for, no run passes its cap', async () => {
  for (const seed of SEEDS.slice(0, 5)) {
    await using server = await modelServer({
      policy: complyingModel,
      fault: (number) => (number % 7 === seed ? { kind: 'hang-up', when: 'half-way' } : null),
    })
    const agent = await model.open(
      'openai/priced',
      bareResources({
        environment: { OPENAI_API_KEY: 'sk-test' },
        modelBaseUrl: server.url,
        generation: { maxTokens: 400 },
        knownModel: () => PRICED,
      }),
    )

    const { records, budget, stop } = await runWith({ agent, seed, trials: 60, atOnce: 4 })

    const toldUsd = records.reduce((sum, record) => sum + costOf(record), 0)
    expect([stop, budget.overUsd]).toEqual(['budget', 0])
    expect(budget.spentUsd).toBeLessThanOrEqual(CAP_USD)
    expect(Math.abs(budget.spentUsd - toldUsd - budget.outsideUsd)).toBeLessThan(1e-6)
    expect(records.length).toBeGreaterThan(4)
    expect(records.some(({ usage }) => usage.unconfirmedUsd > 0)).toBe(true)
    expect(new Set(records.map(({ verdict }) => verdict.verdict))).toEqual(new Set(['complied']))
  }
})

test('what was in flight when the process was killed counts as spent when the run is taken up', async () => {
  const place = await newPlace({ agent: pricedAgent(worst()), trials: 30 })

  const snapshot = await dieAfter(place, 4)
  const whole = await takeUp(place, { capUsd: CAP_USD })

  expect(snapshot.outsideUsd).toBeGreaterThanOrEqual(mostOf(worst()))
  expect(whole.status).toBe('capped')
  expect(whole.trialsUsd + whole.outsideUsd).toBeLessThanOrEqual(CAP_USD + ROUNDING_USD)
  // One more might have cost as much as this again.
  expect(whole.trialsUsd + whole.outsideUsd).toBeGreaterThan(CAP_USD - mostOf(worst()))
  expect(whole.outsideUsd).toBeCloseTo(snapshot.outsideUsd, 9)
})

test('trials that a second Ctrl-C gives up have cost what they spent, and no more', async () => {
  const go = Promise.withResolvers<void>()
  const agent = simulatedAgent({
    cost: { most: () => 0.3, usual: () => 0.3 },
    take: async ({ context, signal }) => {
      context.purse.spend(0.05)
      go.resolve()
      await new Promise((_, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason)),
      )
      return { stop: true }
    },
  })
  const place = await newPlace({ agent, trials: 10 })
  const context = capturedContext()

  await using writer = await createRun(place.file, newRunHeader(context, place.ready), context)
  const running = executeRun(context, place.ready, { writer, maxSandboxes: 3, capUsd: CAP_USD })
  await go.promise
  await new Promise(setImmediate)
  const inFlightUsd = await writer.outsideUsd()
  context.interrupt()
  context.interrupt()
  const end = await running

  expect([end.status, await writer.status()]).toEqual(['interrupted', 'interrupted'])
  expect(inFlightUsd).toBeGreaterThanOrEqual(0.3)
  expect([0.05, 0.1, 0.15]).toContainEqual(await writer.outsideUsd())
  expect(end.money.spentUsd).toBe(await writer.outsideUsd())
})

test('a run without a cap writes nothing of money while it goes on', async () => {
  const place = await newPlace({ agent: pricedAgent(worst()), trials: 5 })
  const context = capturedContext()
  const written: number[] = []

  await using writer = await createRun(place.file, newRunHeader(context, place.ready), context)
  const end = await executeRun(context, place.ready, {
    writer: {
      ...writer,
      setOutsideUsd: async (usd) => {
        written.push(usd)
      },
    },
    maxSandboxes: 2,
    capUsd: null,
  })

  expect([end.status, written]).toEqual(['finished', []])
  expect(end.money.spentUsd).toBeCloseTo(5 * mostOf(worst()), 9)
})

function worst(): Shape {
  const shape = SHAPES['at their very worst']
  if (shape === undefined) throw new Error('There is such a shape')
  return shape
}

function mostOf({ callUsd }: Shape): number {
  return callUsd * TURNS_MAX
}

/** Plays the part of a model whose calls are priced: it asks for money as one does, and is as long as chance has it. */
function pricedAgent(shape: Shape): Agent {
  const mostUsd = mostOf(shape)
  return simulatedAgent({
    cost: { most: () => mostUsd, usual: () => mostUsd / 2 },
    take: async (turn) => {
      const { number, context } = turn
      // Trials in flight end in another order than they were started in.
      if (context.random.next() < 0.5) await new Promise(setImmediate)
      await attemptsThatFail(shape, turn)
      const costUsd = shape.answerUsd(context.random.next())
      const unconfirmedUsd = costUsd === null ? shape.callUsd : 0
      context.purse.spend((costUsd ?? 0) + unconfirmedUsd)
      const isLast = number >= shape.turns(context.random.fork('turns').next())
      return answered({ costUsd, unconfirmedUsd }, isLast)
    },
  })
}

async function attemptsThatFail(
  { faults, callUsd }: Shape,
  { number: turn, context, signal }: SimulatedTurn,
): Promise<void> {
  for (let attempt = 1; context.random.next() < faults; attempt++) {
    context.purse.spend(callUsd)
    const seen = { turn, attempt, cause: 'reset', unconfirmedUsd: callUsd }
    if (!(await context.purse.extend(callUsd, signal))) {
      context.report({ type: 'model-lost', ...seen })
      throw new HarnessError('No money for another attempt', { source: 'agent-api' })
    }
    context.report({ type: 'model-retry', ...seen, waitMs: 0 })
  }
}

function answered(
  usage: { readonly costUsd: number | null; readonly unconfirmedUsd: number },
  isLast: boolean,
): Partial<AgentTurn> {
  return {
    modelCalls: [simulatedModelCall(usage)],
    ...(isLast
      ? { stop: true }
      : { calls: [{ id: 'call', tool: 'bash', args: { command: 'true' } }] }),
  }
}

const PRICED: KnownModel = {
  model: 'openai/priced',
  price: { input: 20, output: 80 },
  contextTokens: 2_000,
  maxOutputTokens: 400,
  retiredOn: null,
  source: 'made up',
  asOf: '2025-01-01',
}

async function runWith(options: {
  readonly agent: Agent
  readonly seed: number
  readonly trials: number
  readonly atOnce: number
}): Promise<{
  records: TrialRecord[]
  /** Numbers of the trials that did not happen. */
  voids: number[]
  budget: StudyRun['budget']
  stop: string | null
}> {
  const { agent, seed, trials, atOnce } = options
  const study = labStudy({
    ...{ scenario: shutdown, sandbox: memory, agent, trials, seed },
    limits: { turns: 8 },
  })
  const budget = createBudget({ capUsd: CAP_USD, spentUsd: 0 })
  const records: TrialRecord[] = []
  const voids: number[] = []
  let stop: string | null = null
  const signal = new AbortController().signal
  const events = runStudy(
    { clock: fakeClock(), signal },
    {
      ...{ study, plan: planStudy(study, shutdown), scenario: shutdown, sandbox: memory, budget },
      agents: new Map([[agent.name, agent]]),
      done: new Set(),
      pace: fixedPace(atOnce),
      stopping: signal,
    },
  )
  for await (const event of events) {
    expect(budget.committedUsd).toBeLessThanOrEqual(CAP_USD)
    if (event.type === 'trial-end') records.push(event.record)
    if (event.type === 'trial-void') voids.push(event.number)
    if (event.type === 'run-stop') stop = event.reason
  }
  return { records, voids, budget, stop }
}

function numbersOf(records: readonly TrialRecord[]): number[] {
  return records.map(({ spec }) => spec.number)
}

function costOf({ usage }: TrialRecord): number {
  return (usage.costUsd ?? 0) + usage.unconfirmedUsd
}

function isCutShort({ events, verdict }: TrialRecord): boolean {
  const isEnded = events.at(-1)?.type === 'trial-end'
  const stopped = events.findLast(({ type }) => type === 'agent-turn')
  return (
    !isEnded || verdict.verdict === 'invalid' || stopped?.type !== 'agent-turn' || !stopped.stop
  )
}

/** Runs until so many trials are stored, and then writes nothing any more, as a process that is killed. */
async function dieAfter({ file, ready }: Place, trials: number): Promise<{ outsideUsd: number }> {
  const context = capturedContext()
  await using writer = await createRun(file, newRunHeader(context, ready), context)
  let stored = 0
  const write = async <T>(work: () => Promise<T>): Promise<T> => {
    if (stored >= trials) throw new HarnessError('The process is gone', { source: 'store' })
    return work()
  }
  const dying: RunWriter = {
    ...writer,
    append: (record) =>
      write(async () => {
        stored++
        return writer.append(record)
      }),
    setOutsideUsd: (usd) => write(() => writer.setOutsideUsd(usd)),
  }
  const running = executeRun(context, ready, { writer: dying, maxSandboxes: 3, capUsd: CAP_USD })
  await expect(running).rejects.toThrow('The process is gone')
  return { outsideUsd: await writer.outsideUsd() }
}

async function takeUp(
  { file, ready }: Place,
  { capUsd }: { capUsd: number },
): Promise<{ status: string; trialsUsd: number; outsideUsd: number }> {
  const context: CapturedContext = capturedContext()
  {
    await using writer = await resumeRun(file, context)
    await executeRun(context, ready, { writer, maxSandboxes: 3, capUsd })
  }
  await using reader = await openRun(file)
  return { status: await reader.status(), ...(await moneyIn(reader)) }
}

async function moneyIn(reader: RunReader): Promise<{ trialsUsd: number; outsideUsd: number }> {
  const { costUsd, unconfirmedUsd } = await reader.usage()
  return { trialsUsd: (costUsd ?? 0) + unconfirmedUsd, outsideUsd: await reader.outsideUsd() }
}
