import { availableParallelism, totalmem } from 'node:os'
import { expect, test } from 'vitest'
import { fakeClock } from '../../testing/fake-clock.ts'
import { createPace, sandboxesAtOnce } from './sandboxes-at-once.ts'

const REAL = { 'real-time': true }
const SIMULATED = { 'real-time': false }
const PROCESSORS = Math.max(2, availableParallelism())
const MEGABYTE = 1024 * 1024

test('scripts work the processors, so their sandboxes are as many as those can take', () => {
  const [real, simulated] = [REAL, SIMULATED].map((capabilities) =>
    sandboxesAtOnce({ remote: false, capabilities, memoryBytes: MEGABYTE, asked: undefined }),
  )

  expect({ real, simulated }).toEqual({
    real: { start: 2 * PROCESSORS, most: 2 * PROCESSORS, adapts: true },
    simulated: { start: PROCESSORS, most: PROCESSORS, adapts: false },
  })
})

test('sandboxes of agents that wait for a model may become more', () => {
  const [real, simulated] = [REAL, SIMULATED].map((capabilities) =>
    sandboxesAtOnce({ remote: true, capabilities, memoryBytes: MEGABYTE, asked: undefined }),
  )

  expect({ real, simulated }).toEqual({
    real: { start: 2 * PROCESSORS, most: 16 * PROCESSORS, adapts: true },
    simulated: { start: 16, most: 200, adapts: true },
  })
})

test('worlds that could fill the memory between them are not more than at the start', () => {
  const { most } = sandboxesAtOnce({
    ...{ remote: true, capabilities: REAL, asked: undefined },
    memoryBytes: totalmem(),
  })

  expect(most).toBe(2 * PROCESSORS)
})

test.each([
  [1, { start: 1, most: 1 }],
  [1_000, { start: 2 * PROCESSORS, most: 1_000 }],
])('%d that are asked for are the most', (asked, expected) => {
  const found = sandboxesAtOnce({
    ...{ remote: true, capabilities: REAL, memoryBytes: totalmem() },
    asked,
  })

  expect(found).toEqual({ ...expected, adapts: true })
})

test('what cannot adapt runs at its most from the start, and what can at its start', () => {
  const clock = fakeClock()
  const limits = [true, false].map(
    (adapts) => createPace({ clock }, { start: 4, most: 9, adapts }, SIMULATED).limit,
  )

  expect(limits).toEqual([4, 9])
})
