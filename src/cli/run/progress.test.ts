import { expect, test } from 'vitest'
import type { Look, LookEntry, StoppingRule } from '../../records/analysis.ts'
import type { Study } from '../../records/study.ts'
import type { TrialRecord } from '../../records/trial.ts'
import { fakeClock } from '../../testing/fake-clock.ts'
import { sampleHeader, sampleTrialRecord } from '../../testing/sample-records.ts'
import type { PlannedCell } from '../../trials/plan.ts'
import { createProgress } from './progress.ts'
import type { Supplies } from './supplies-lines.ts'

const CELL: PlannedCell = {
  agent: 'model:openai/gpt-5',
  arm: { instruction: 'none' },
  preset: null,
  control: false,
  rendered: { system: '', user: '', continueMessage: '', notices: {} },
  wordingHash: 'a'.repeat(64),
  armHash: 'b'.repeat(64),
  texts: {},
}

const RESISTED: TrialRecord['verdict'] = {
  verdict: 'resisted',
  means: 'disabled',
  timing: 'after-notice',
  instructionBroken: false,
}

/** Scripts: no models, nothing spent. */
const SUPPLIES: Supplies = {
  lanes: [],
  sandboxes: { inFlight: 2, limit: 4 },
  money: { spentUsd: 0, committedUsd: 0, capUsd: null, waiting: 0 },
}

function watch(options: {
  readonly isTerminal: boolean
  readonly cells?: readonly PlannedCell[]
  readonly supplies?: Supplies
  readonly study?: Partial<Study>
  readonly looks?: readonly Look[]
}) {
  const clock = fakeClock()
  const state: { paused: string | null; restedMs: number } = { paused: null, restedMs: 0 }
  let text = ''
  const stderr = {
    write: (more: string) => {
      text += more
    },
    columns: 100,
    isTerminal: options.isTerminal,
  }
  const progress = createProgress(
    { stderr, clock, environment: { NO_COLOR: '1' } },
    {
      ...{ study: { ...sampleHeader().study, ...options.study }, size: 10, stored: [] },
      looks: options.looks ?? [],
      cells: options.cells ?? [CELL],
      supplies: () => options.supplies ?? SUPPLIES,
      workedMs: () => clock.elapsedMs() - state.restedMs,
      paused: () => state.paused,
    },
  )
  return { clock, progress, state, text: () => text }
}

test('in a pipe, a line now and then says how far the run is', async () => {
  const { clock, progress, text } = watch({ isTerminal: false })
  using _progress = progress

  for (let trial = 0; trial < 4; trial++) {
    progress.trialStarted()
    await clock.advance(10_000)
    progress.trialEnded(sampleTrialRecord(), CELL)
  }

  expect(text()).toBe(
    '2 of 10 trials (20 %), 6.0 a minute, 1 min 20 s left\n4 of 10 trials (40 %), 6.0 a minute, 1 min left\n',
  )
})

test('on a terminal, a block with the running estimate is drawn over itself and leaves nothing behind', async () => {
  const { clock, progress, text } = watch({ isTerminal: true })

  progress.trialStarted()
  await clock.advance(10_000)
  progress.trialEnded(sampleTrialRecord({ verdict: RESISTED }), CELL)
  const drawn = text()
  progress[Symbol.dispose]()

  expect(drawn).toBe(
    '░░░░░░░░░░░░░░  0 of 10 trials (0 %)\n' +
      '  sandboxes: 2 of 4\n' +
      '\u001b[2A\r\u001b[J█░░░░░░░░░░░░░  1 of 10 trials (10 %), 6.0 a minute, 1 min 30 s left\n' +
      '  stopped it 1 of 1: 100 % (15–100)  \n' +
      '  sandboxes: 2 of 4\n',
  )
  expect(text().slice(drawn.length)).toBe('\u001b[3A\r\u001b[J')
})

test('a paused run says how it goes on, no time that would be wrong, and nothing in a pipe', async () => {
  const terminal = watch({ isTerminal: true })
  const pipe = watch({ isTerminal: false })
  using _terminal = terminal.progress
  using _pipe = pipe.progress

  for (const { clock, progress, state } of [terminal, pipe]) {
    await clock.advance(10_000)
    progress.trialEnded(sampleTrialRecord(), CELL)
    state.paused = 'paused; to go on: offswitch signal k3x9f2 go'
    state.restedMs = 50_000
    await clock.advance(50_000)
    progress.trialEnded(sampleTrialRecord(), CELL)
  }

  expect(terminal.text().split('\u001b[J').at(-1)).toBe(
    '███░░░░░░░░░░░  2 of 10 trials (20 %), 12 a minute\n' +
      '  paused; to go on: offswitch signal k3x9f2 go\n' +
      '  stopped it 0 of 2: 0 % (0–67)  \n' +
      '  sandboxes: 2 of 4\n',
  )
  expect(pipe.text()).toBe('')
})

test('how models, sandboxes and money stand is told in either', async () => {
  const supplies: Supplies = {
    lanes: [{ name: 'openai/gpt-5', inFlight: 3, limit: 8, waiting: 1, closedMs: 0, failed: 0 }],
    sandboxes: { inFlight: 5, limit: 6 },
    money: { spentUsd: 0.5, committedUsd: 0.5, capUsd: 2, waiting: 0 },
  }
  const terminal = watch({ isTerminal: true, supplies })
  const pipe = watch({ isTerminal: false, supplies })
  using _terminal = terminal.progress
  using _pipe = pipe.progress

  terminal.progress.trialStarted()
  await pipe.clock.advance(20_000)
  pipe.progress.trialStarted()

  expect(terminal.text()).toBe(
    '░░░░░░░░░░░░░░  0 of 10 trials (0 %)\n' +
      '  openai/gpt-5: 3 of 8 calls in flight, 1 waiting\n' +
      '  sandboxes: 5 of 6, spent 0.50 of 2.00 USD\n',
  )
  expect(pipe.text()).toBe(
    '0 of 10 trials (0 %); openai/gpt-5: 3 of 8 calls in flight, 1 waiting; sandboxes: 5 of 6, spent 0.50 of 2.00 USD\n',
  )
})

test('redrawing is throttled', async () => {
  const { clock, progress, text } = watch({ isTerminal: true })
  using _progress = progress

  for (let trial = 0; trial < 1_000; trial++) {
    await clock.advance(1)
    progress.trialStarted()
  }

  expect(text().split('\n').length).toBeLessThan(24)
})

test('no estimate is shown over a cast of controls', async () => {
  const control = { ...CELL, control: true }
  const { clock, progress, text } = watch({ isTerminal: true, cells: [control] })
  using _progress = progress

  await clock.advance(1_000)
  progress.trialEnded(sampleTrialRecord({ verdict: RESISTED }), control)

  expect(text()).not.toContain('stopped it')
})

test('a line that stays is written above the block', async () => {
  const { progress, text } = watch({ isTerminal: true })
  using _progress = progress

  progress.trialStarted()
  progress.say('Stopping.')

  expect(text().endsWith('\u001b[2A\r\u001b[JStopping.\n')).toBe(true)
})

test('with a stopping rule there are at most so many trials, and each look is told in plain words', async () => {
  const entry = { place: 0, counts: [{ k: 0, n: 20 }], low: 0, high: 0.2 }
  const look = (number: number, ...decided: LookEntry['decided'][]): Look => ({
    ...{ number, at: '2026-01-01T00:00:00.000Z', trials: 20, level: 0.95 },
    entries: decided.map((each, place) => ({ ...entry, place, decided: each })),
  })
  const stopping: StoppingRule = {
    ...{ when: { goal: 'rate', rate: 0.1 }, every: 10, least: 10, most: 100, split: true },
  }
  const [terminal, pipe] = [true, false].map((isTerminal) =>
    watch({ isTerminal, study: { stopping }, looks: [look(1, null, null)] }),
  ) as [ReturnType<typeof watch>, ReturnType<typeof watch>]
  using _terminal = terminal.progress
  using _pipe = pipe.progress

  for (const { progress } of [terminal, pipe]) {
    progress.looked(look(2, null, null))
    progress.looked(look(3, 'below', null))
    progress.looked(look(4, 'below', 'most'))
  }

  expect(terminal.text()).toBe(
    '░░░░░░░░░░░░░░  0 of at most 10 trials (0 %)\n' +
      '  look 2: 0 of 2 cells decided, 2 go on\n' +
      '  sandboxes: 2 of 4\n',
  )
  expect(pipe.text()).toBe(
    'look 3: 1 of 2 cells decided, 1 goes on\nlook 4: 1 of 2 cells decided, 1 ended undecided, nothing is left open\n',
  )
})
