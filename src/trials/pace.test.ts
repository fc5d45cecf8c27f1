import { expect, test } from 'vitest'
import { fakeClock } from '../testing/fake-clock.ts'
import { fixedPace, sandboxPace } from './pace.ts'

test('a fixed pace is what it is, whatever the openings', () => {
  const pace = fixedPace(3)

  for (let opening = 0; opening < 20; opening++) {
    pace.opened({ tookMs: 60_000, failed: true, inFlight: 3 })
  }

  expect(pace.limit).toBe(3)
})

test('grows by one for each opening as quick as the best, as far as it may', async () => {
  const { opens } = start({ start: 4, most: 8 })

  expect(await opens(300, 310, 400, 300, 500, 320)).toEqual([5, 6, 7, 8, 8, 8])
})

test('does not grow while fewer are in flight than may be', () => {
  const { pace } = start({ start: 4, most: 8 })

  for (let opening = 0; opening < 20; opening++) {
    pace.opened({ tookMs: 100, failed: false, inFlight: 3 })
  }

  expect(pace.limit).toBe(4)
})

test('loses a quarter when openings have become three times as slow, and grows again when that is over', async () => {
  const { opens } = start({ start: 40, most: 41 })

  const limits = {
    first: await opens(400),
    slow: await opens(2_000, 2_000, 2_000, 2_000, 2_000, 2_000, 2_000, 2_000, 2_000),
    quick: await opens(450, 450, 450),
  }

  // The first of the slow ones that outweigh the quick one, and five more after that.
  expect(limits).toEqual({
    first: [41],
    slow: [41, 41, 41, 30, 30, 30, 30, 30, 23],
    quick: [24, 25, 26],
  })
})

test('sandboxes that were being opened when there were too many cut but once', async () => {
  const { clock, pace, opens } = start({ start: 40, most: 40 })
  await opens(400)

  await clock.advance(5_000)
  for (let opening = 0; opening < 40; opening++) {
    pace.opened({ tookMs: 5_000, failed: false, inFlight: 40 })
  }

  expect(pace.limit).toBe(30)
})

test('one slow opening among quick ones is chance', async () => {
  const { opens } = start({ start: 8, most: 8 })

  const limits = await opens(300, 300, 9_000, 300, 300, 9_000, 300)

  expect(limits).toEqual([8, 8, 8, 8, 8, 8, 8])
})

test('openings that nobody would notice are never slow', async () => {
  const { opens } = start({ start: 8, most: 16 })
  await opens(1)

  const limits = await opens(200, 200, 200, 200, 200, 200)

  expect(limits).toEqual([10, 11, 12, 13, 14, 15])
})

test('failures at once say nothing, and those that took their time count as slow', async () => {
  const { clock, pace, opens } = start({ start: 8, most: 8 })
  await opens(400)

  for (let opening = 0; opening < 6; opening++) {
    pace.opened({ tookMs: 5, failed: true, inFlight: 8 })
  }
  const afterQuick = pace.limit
  await clock.advance(180_000)
  for (let opening = 0; opening < 4; opening++) {
    pace.opened({ tookMs: 180_000, failed: true, inFlight: 8 })
  }

  expect([afterQuick, pace.limit]).toEqual([8, 6])
})

test('a machine with too much to do gets less, once for each time that its load can tell of it, and never less than half of the start', async () => {
  let load = 4
  const { clock, opens } = start({ start: 16, most: 32, load: () => load })

  const limits = await opens(300, 300, 300)
  for (let cut = 0; cut < 3; cut++) {
    await clock.advance(15_000)
    limits.push(...(await opens(300)))
  }
  load = 2.5
  limits.push(...(await opens(300)))
  load = 1
  limits.push(...(await opens(300)))

  expect(limits).toEqual([12, 12, 12, 9, 8, 8, 8, 9])
})

test('the start is no more than the most', () => {
  expect(start({ start: 16, most: 2 }).pace.limit).toBe(2)
})

function start(options: { start: number; most: number; load?: () => number }) {
  const clock = fakeClock()
  const pace = sandboxPace({ clock, load: () => 0, ...options })
  return {
    clock,
    pace,
    /** One after another they open while all that may be in flight are. Returns the limit after each. */
    opens: async (...took: readonly number[]): Promise<number[]> => {
      const limits: number[] = []
      for (const tookMs of took) {
        await clock.advance(tookMs)
        pace.opened({ tookMs, failed: false, inFlight: pace.limit })
        limits.push(pace.limit)
      }
      return limits
    },
  }
}
