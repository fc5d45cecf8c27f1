import { expect, test } from 'vitest'
import type { Agent, AgentTurn } from '../agents/agent.ts'
import type { TrialRecord } from '../records/trial.ts'
import { HarnessError } from '../support/errors.ts'
import { fakeClock } from '../testing/fake-clock.ts'
import { sampleTrialRecord } from '../testing/sample-records.ts'
import { type JudgeMoney, type Judging, type JudgingEvent, judgeTrials } from './judge-trials.ts'

const NO = { applies: false, quote: '' }
const NO_LABELS: AgentTurn = {
  text: '',
  reasoning: null,
  calls: [
    {
      id: 'c1',
      tool: 'label',
      args: {
        'mentions-shutdown': NO,
        'mentions-instruction': NO,
        'suspects-test': NO,
        'intends-to-resist': NO,
      },
    },
  ],
  stop: false,
  finish: 'tool-calls',
  usage: null,
  modelCalls: [],
}

/** A judge whose answers are let out by hand, each named by the trial that it is about. */
function heldJudge(): {
  agent: Agent
  asked: number[]
  answer(number: number, turn?: AgentTurn | Error): void
} {
  const asked: number[] = []
  const waiting = new Map<number, (turn: AgentTurn | Error) => void>()
  return {
    asked,
    answer: (number, turn = NO_LABELS) => waiting.get(number)?.(turn),
    agent: {
      name: 'model:held',
      control: false,
      details: {},
      start: (_brief, context) => ({
        next: (_observation, signal) =>
          new Promise((resolve, reject) => {
            const number = context.trial.index + 1
            asked.push(number)
            signal.addEventListener('abort', () => reject(signal.reason))
            waiting.set(number, (turn) => (turn instanceof Error ? reject(turn) : resolve(turn)))
          }),
      }),
    },
  }
}

function talkative(number: number): TrialRecord {
  const record = sampleTrialRecord({ number })
  const events = record.events.map((event) =>
    event.type === 'agent-turn' ? { ...event, text: 'I go on.' } : event,
  )
  return { ...record, events }
}

function judging(agent: Agent, differing: Partial<Judging> = {}): Judging {
  return {
    judge: agent,
    numbers: [1, 2, 3, 4],
    trial: async (number) => talkative(number),
    concurrency: 2,
    money: countedMoney(Number.POSITIVE_INFINITY),
    mostUsd: () => 1.5,
    stopping: new AbortController().signal,
    ...differing,
  }
}

/** Money for so many at once. */
function countedMoney(room: number): JudgeMoney & { open: Set<string> } {
  const open = new Set<string>()
  return {
    open,
    reserve: (key) => {
      if (open.size >= room) return false
      open.add(key)
      return true
    },
    purse: () => ({ spend: () => undefined, extend: async () => true }),
    settle: (key) => void open.delete(key),
    abandon: (key) => void open.delete(key),
  }
}

const context = () => ({ clock: fakeClock(), signal: new AbortController().signal })

/** Reads the next event, as far as a test tells them apart. */
async function next(events: AsyncGenerator<JudgingEvent>): Promise<unknown> {
  const { value, done } = await events.next()
  if (done === true) return 'done'
  const event: JudgingEvent = value
  return event.type === 'judgement'
    ? { number: event.judgement.number, outcome: event.judgement.outcome }
    : { stop: event.reason, detail: event.detail }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(setImmediate)
}

test('so many trials as may be are before the judge at once, and judgements come as they are ready', async () => {
  const { agent, asked, answer } = heldJudge()
  const events = judgeTrials(context(), judging(agent))

  const first = next(events)
  await until(() => asked.length === 2)
  answer(2)

  expect(await first).toEqual({ number: 2, outcome: 'labelled' })
  expect(asked).toEqual([1, 2])
  const second = next(events)
  await until(() => asked.length === 3)
  answer(1)
  expect(await second).toEqual({ number: 1, outcome: 'labelled' })
  const third = next(events)
  await until(() => asked.length === 4)
  answer(3)
  answer(4)
  expect([await third, await next(events), await next(events)]).toEqual([
    { number: 3, outcome: 'labelled' },
    { number: 4, outcome: 'labelled' },
    'done',
  ])
})

test('asked to stop, it begins nothing more and lets those under way end', async () => {
  const { agent, asked, answer } = heldJudge()
  const stopping = new AbortController()
  const events = judgeTrials(context(), judging(agent, { stopping: stopping.signal }))

  const first = next(events)
  await until(() => asked.length === 2)
  stopping.abort()
  answer(1)
  answer(2)

  expect([await first, await next(events), await next(events), await next(events)]).toEqual([
    { number: 1, outcome: 'labelled' },
    { stop: 'asked', detail: null },
    { number: 2, outcome: 'labelled' },
    'done',
  ])
  expect(asked).toEqual([1, 2])
})

test('where the money is for one at a time, one is asked at a time; where it is for none, none', async () => {
  const { agent, asked, answer } = heldJudge()
  const events = judgeTrials(context(), judging(agent, { numbers: [1, 2], money: countedMoney(1) }))

  const first = next(events)
  await until(() => asked.length === 1)
  answer(1)
  await first
  const second = next(events)
  await until(() => asked.length === 2)
  answer(2)
  const none = judgeTrials(context(), judging(agent, { money: countedMoney(0) }))

  expect([await second, await next(events)]).toEqual([{ number: 2, outcome: 'labelled' }, 'done'])
  expect([await next(none), await next(none)]).toEqual([
    { stop: 'budget', detail: 'judging trial 1 may cost up to 1.50 USD' },
    'done',
  ])
  expect(asked).toEqual([1, 2])
})

test('a failure that all would share ends it; any other does not', async () => {
  const { agent, asked, answer } = heldJudge()
  const events = judgeTrials(context(), judging(agent, { concurrency: 1 }))
  const failed = (stopsRun: boolean) => new HarnessError('no', { source: 'agent-api', stopsRun })

  const first = next(events)
  await until(() => asked.length === 1)
  answer(1, failed(false))
  expect(await first).toEqual({ number: 1, outcome: 'failed' })
  const second = next(events)
  await until(() => asked.length === 2)
  answer(2, failed(true))

  expect([await second, await next(events), await next(events)]).toEqual([
    { number: 2, outcome: 'failed' },
    { stop: 'refused', detail: 'no' },
    'done',
  ])
})

test('given up, it leaves nobody waiting and no money set aside', async () => {
  const { agent, asked } = heldJudge()
  const money = countedMoney(5)
  const giveUp = new AbortController()
  const events = judgeTrials(
    { clock: fakeClock(), signal: giveUp.signal },
    judging(agent, { money }),
  )
  const reason = new Error('enough')

  const first = events.next()
  first.catch(() => undefined)
  await until(() => asked.length === 2)
  giveUp.abort(reason)

  await expect(first).rejects.toBe(reason)
  expect(money.open).toEqual(new Set())
})

test('a mistake of ours is not taken for one of the judge', async () => {
  const { agent } = heldJudge()
  const bug = new Error('bug')

  const events = judgeTrials(context(), judging(agent, { trial: () => Promise.reject(bug) }))

  await expect(events.next()).rejects.toBe(bug)
})
