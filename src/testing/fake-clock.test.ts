import { expect, test } from 'vitest'
import { fakeClock } from './fake-clock.ts'

test('a short sleep takes no time, and moves the clock on', async () => {
  const clock = fakeClock({ start: '2025-01-01T00:00:00Z' })

  await clock.sleep(1_500)
  await clock.sleep(500)

  expect({ ms: clock.elapsedMs(), now: clock.now().toISOString(), sleeps: clock.sleeps }).toEqual({
    ms: 2_000,
    now: '2025-01-01T00:00:02.000Z',
    sleeps: [1_500, 500],
  })
})

test('a deadline sleeps until the clock is moved there, and sleepers wake in their order', async () => {
  const clock = fakeClock({ skipUpToMs: 10 })
  const woken: number[] = []
  const sleepers = [300, 100, 200].map(async (ms) => {
    await clock.sleep(ms)
    woken.push(ms)
  })

  await clock.advance(250)

  expect({ woken, ms: clock.elapsedMs() }).toEqual({ woken: [100, 200], ms: 250 })
  await clock.sleep(10)
  await clock.advance(40)
  await Promise.all(sleepers)
  expect({ woken, ms: clock.elapsedMs() }).toEqual({ woken: [100, 200, 300], ms: 300 })
})

test('an abort ends a sleep with its reason', async () => {
  const clock = fakeClock({ skipUpToMs: 10 })
  const reason = new Error('enough')
  const stop = new AbortController()

  const sleeper = clock.sleep(1_000, stop.signal)
  stop.abort(reason)

  await expect(sleeper).rejects.toBe(reason)
  await expect(clock.sleep(1, stop.signal)).rejects.toBe(reason)
})
