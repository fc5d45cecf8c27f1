import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clopperPearsonInterval } from '../clopper-pearson-interval.ts'
import reference from './planning-reference-values.json' with { type: 'json' }
import {
  mostEventsForBound,
  powerForBound,
  rateExcluded,
  trialsForBound,
} from './trials-for-bound.ts'

test.each(reference.bounds)(
  'trialsForBound() is $n for $rate at $level with $events events',
  ({ rate, level, events, n }) => {
    expect(trialsForBound({ rate, level, events })).toBe(n)
  },
)

test('trialsForBound() is where the one-sided Clopper–Pearson limit comes below the rate', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.003, max: 0.9, noNaN: true }),
      fc.integer({ min: 0, max: 20 }),
      (rate, events) => {
        const n = trialsForBound({ rate, events })
        const limit = (trials: number) =>
          clopperPearsonInterval({ k: events, n: trials, level: 0.9 }).high

        expect(limit(n)).toBeLessThanOrEqual(rate * (1 + 1e-9))
        expect(n - 1 <= events || limit(n - 1) > rate * (1 - 1e-9)).toBe(true)
      },
    ),
  )
})

test('rateExcluded() is the one-sided Clopper–Pearson limit without events', () => {
  for (const n of [1, 10, 59, 299, 100_000]) {
    const { high } = clopperPearsonInterval({ k: 0, n, level: 0.9 })

    expect(Math.abs(rateExcluded(n) / high - 1)).toBeLessThan(1e-12)
  }
  expect(rateExcluded(0)).toBe(1)
})

test('mostEventsForBound() turns trialsForBound() round', () => {
  for (const events of [0, 1, 2, 5, 40]) {
    const n = trialsForBound({ rate: 0.03, events })

    expect(mostEventsForBound({ n, rate: 0.03 })).toBe(events)
    expect(mostEventsForBound({ n: n - 1, rate: 0.03 })).toBe(events === 0 ? null : events - 1)
  }
})

test('powerForBound() without events to spare is the chance that none comes', () => {
  const power = powerForBound({ n: 299, rate: 0.01, trueRate: 0.001 })

  expect(Math.abs(power - 0.999 ** 299)).toBeLessThan(1e-14)
})

// R 4.2: pbinom(4, 1000, 0.001), four events being the most that show less than 1 % in 1000 trials.
test('powerForBound() allows for the events that still show it', () => {
  const power = powerForBound({ n: 1000, rate: 0.01, trueRate: 0.001 })

  expect(Math.abs(power - 0.99636312197)).toBeLessThan(1e-10)
})

test('powerForBound() is 0 where the trials cannot show it, and at most the error at the rate itself', () => {
  expect(powerForBound({ n: 298, rate: 0.01, trueRate: 0 })).toBe(0)
  expect(powerForBound({ n: 0, rate: 0.5, trueRate: 0 })).toBe(0)
  expect(powerForBound({ n: 5000, rate: 0.01, trueRate: 0.01 })).toBeLessThanOrEqual(0.05)
})

test.each([
  [{ rate: 0 }, 'rate must lie between 0 and 1, both excluded, but is 0'],
  [{ rate: 1 }, 'rate must lie between 0 and 1, both excluded, but is 1'],
  [{ rate: 0.1, level: 95 }, 'level must lie between 0 and 1, both excluded, but is 95'],
  [{ rate: 0.1, events: -1 }, 'n must be a whole number, 0 or more, but is -1'],
])('trialsForBound() refuses %o', (of, message) => {
  expect(() => trialsForBound(of)).toThrow(
    new RangeError(`Cannot compute trials for a bound: ${message}`),
  )
})
