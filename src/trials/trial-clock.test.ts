import { expect, test } from 'vitest'
import { fakeClock } from '../testing/fake-clock.ts'
import { startTrialClock } from './trial-clock.ts'

const LIMIT_MS = 600_000

test('is over after its time, and not a moment before', async () => {
  const { clock, time } = start()
  await using _time = time

  await clock.advance(LIMIT_MS - 1)
  const before = time.over.aborted
  await clock.advance(1)

  expect([before, time.over.aborted]).toEqual([false, true])
})

test('stands still while it is held', async () => {
  const { clock, time } = start()
  await using _time = time

  await clock.advance(100_000)
  const hold = time.hold()
  await clock.advance(2 * LIMIT_MS)
  const whileHeld = time.over.aborted
  hold[Symbol.dispose]()
  await clock.advance(LIMIT_MS - 100_001)
  const before = time.over.aborted
  await clock.advance(1)

  expect([whileHeld, before, time.over.aborted]).toEqual([false, false, true])
})

test('is later by all that it was held, however often that was', async () => {
  const { clock, time } = start()
  await using _time = time

  for (let wait = 0; wait < 10; wait++) {
    using _hold = time.hold()
    await clock.advance(50_000)
  }
  await clock.advance(LIMIT_MS - 1)
  const before = time.over.aborted
  await clock.advance(1)

  expect([before, time.over.aborted]).toEqual([false, true])
})

test('is held once where it is held several times at once, and until the last of them ends', async () => {
  const { clock, time } = start()
  await using _time = time

  const first = time.hold()
  await clock.advance(100_000)
  const second = time.hold()
  await clock.advance(100_000)
  first[Symbol.dispose]()
  first[Symbol.dispose]()
  await clock.advance(100_000)
  second[Symbol.dispose]()
  await clock.advance(LIMIT_MS - 1)
  const before = time.over.aborted
  await clock.advance(1)

  expect([before, time.over.aborted]).toEqual([false, true])
})

test('what is counted of a hold has passed', async () => {
  const { clock, time } = start()
  await using _time = time

  {
    using hold = time.hold()
    await clock.advance(200_000)
    hold.count(50_000)
  }
  await clock.advance(LIMIT_MS - 50_001)
  const before = time.over.aborted
  await clock.advance(1)

  expect([before, time.over.aborted]).toEqual([false, true])
})

test('is over at once when what is counted goes beyond it, though it is still held', async () => {
  const { clock, time } = start()
  await using _time = time

  await clock.advance(LIMIT_MS - 1)
  using hold = time.hold()
  await clock.advance(1_000)
  const before = time.over.aborted
  hold.count(1)

  expect([before, time.over.aborted]).toEqual([false, true])
})

test.each(['held', 'running'])(
  'is never over once its trial has ended, though it was %s then',
  async (state) => {
    const { clock, time } = start()

    if (state === 'held') time.hold()
    await clock.advance(LIMIT_MS - 1)
    await time[Symbol.asyncDispose]()
    await clock.advance(LIMIT_MS)

    expect(time.over.aborted).toBe(false)
  },
)

test('is never over once the run is', async () => {
  const run = new AbortController()
  const { clock, time } = start(run.signal)
  await using _time = time

  run.abort(new Error('Ctrl-C'))
  await clock.advance(LIMIT_MS)

  expect(time.over.aborted).toBe(false)
})

function start(signal = new AbortController().signal) {
  const clock = fakeClock({ skipUpToMs: 0 })
  return { clock, time: startTrialClock(clock, { limitMs: LIMIT_MS, signal }) }
}
