import { expect, test } from 'vitest'
import type { LaneState } from '../../agents/connections.ts'
import { type Supplies, suppliesLine, suppliesLines } from './supplies-lines.ts'

const OPEN: LaneState = {
  name: 'openai/gpt-5',
  inFlight: 12,
  limit: 24,
  waiting: 30,
  closedMs: 0,
  failed: 0,
}
const CLOSED: LaneState = { ...OPEN, name: 'anthropic/claude', inFlight: 0, closedMs: 19_400 }

test('models, sandboxes and money are each told of', () => {
  const lines = suppliesLines(supplies({ lanes: [OPEN, CLOSED] }), 100)

  expect(lines).toEqual([
    'openai/gpt-5: 12 of 24 calls in flight, 30 waiting',
    'anthropic/claude: closed for 20 s, as the provider asks, 30 waiting',
    'sandboxes: 30 of 32, spent 1.23 of 50.00 USD (3.27 set aside)',
  ])
})

test('that a model has stopped to answer is told, and one failure is not', () => {
  const lanes = [1, 14].map((failed) => ({ ...OPEN, failed, waiting: 0 }))

  expect([suppliesLines(supplies({ lanes }), 100), suppliesLines(supplies({ lanes }), 60)]).toEqual(
    [
      [
        'openai/gpt-5: 12 of 24 calls in flight',
        'openai/gpt-5: 12 of 24 calls in flight, no answer to the last 14',
        expect.stringMatching(/^sandboxes/),
      ],
      [
        'openai/gpt-5: 12/24 calls',
        'openai/gpt-5: 12/24 calls, 14 failed',
        expect.stringMatching(/^sandboxes/),
      ],
    ],
  )
})

test('on a narrow terminal with fewer words', () => {
  const lines = suppliesLines(supplies({ lanes: [OPEN, CLOSED] }), 60)

  expect(lines).toEqual([
    'openai/gpt-5: 12/24 calls, 30 waiting',
    'anthropic/claude: closed for 20 s, 30 waiting',
    'sandboxes 30/32, 1.23/50.00 USD (3.27 set aside)',
  ])
})

test('many models are told of as one, which is closed only if each is', () => {
  const many = Array.from({ length: 8 }, (_, index) => (index === 0 ? CLOSED : OPEN))

  expect([
    suppliesLines(supplies({ lanes: many }), 100)[0],
    suppliesLines(supplies({ lanes: many.map(() => CLOSED) }), 100)[0],
  ]).toEqual([
    '8 models: 84 of 192 calls in flight, 240 waiting',
    '8 models: closed for 20 s, as the provider asks, 240 waiting',
  ])
})

test('in a pipe all of it is one line', () => {
  expect(suppliesLine(supplies({ lanes: [{ ...OPEN, waiting: 0 }] }))).toBe(
    'openai/gpt-5: 12 of 24 calls in flight; sandboxes: 30 of 32, spent 1.23 of 50.00 USD (3.27 set aside)',
  )
})

test('money without a cap is told of where any was spent, and without models and money a pipe is told nothing', () => {
  const lines = [1.234, 0].map((spentUsd) =>
    suppliesLine(
      supplies({ money: { spentUsd, committedUsd: spentUsd, capUsd: null, waiting: 0 } }),
    ),
  )

  expect(lines).toEqual(['sandboxes: 30 of 32, spent 1.23 USD', ''])
})

test('that trials wait for what others leave over is told', () => {
  const money = { spentUsd: 1.234, committedUsd: 4.5, capUsd: 5, waiting: 3 }

  const lines = [100, 60].map((width) => suppliesLines(supplies({ money }), width)[0])

  expect(lines).toEqual([
    'sandboxes: 30 of 32, spent 1.23 of 5.00 USD (3.27 set aside), 3 wait for more',
    'sandboxes 30/32, 1.23/5.00 USD (3.27 set aside), 3 short',
  ])
})

test('the name of a model cannot write on the terminal', () => {
  const [line] = suppliesLines(supplies({ lanes: [{ ...OPEN, name: 'x/\u001b[2Jy\n' }] }), 100)

  expect(line).toBe('x/\\u{1b}[2Jy\\n: 12 of 24 calls in flight, 30 waiting')
})

function supplies(differing: Partial<Supplies>): Supplies {
  return {
    lanes: [],
    sandboxes: { inFlight: 30, limit: 32 },
    money: { spentUsd: 1.234, committedUsd: 4.5, capUsd: 50, waiting: 0 },
    ...differing,
  }
}
