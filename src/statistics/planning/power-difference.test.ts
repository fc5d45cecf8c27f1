import fc from 'fast-check'
import { expect, test } from 'vitest'
import reference from './planning-reference-values.json' with { type: 'json' }
import { powerDifference } from './power-difference.ts'

test.each(reference.fisherPower)(
  'powerDifference() agrees to 1e-9 with mpmath for $p1 in $n1 against $p2 in $n2 at $level',
  ({ n1, p1, n2, p2, level, power }) => {
    const found = powerDifference({
      first: { n: n1, rate: p1 },
      second: { n: n2, rate: p2 },
      level,
    })

    expect(Math.abs(found - power)).toBeLessThan(1e-9)
    expect(found <= 1).toBe(true)
  },
)

test('powerDifference() does not depend on which group is first, nor on what is called an event', () => {
  fc.assert(
    fc.property(group(), group(), (first, second) => {
      const power = powerDifference({ first, second })
      const turned = powerDifference({ first: second, second: first })
      const others = powerDifference({
        first: { n: first.n, rate: 1 - first.rate },
        second: { n: second.n, rate: 1 - second.rate },
      })

      expect(Math.abs(turned - power)).toBeLessThan(1e-10)
      expect(Math.abs(others - power)).toBeLessThan(1e-10)
    }),
    { numRuns: 60 },
  )
})

test('powerDifference() at equal rates is below the error level', () => {
  for (const n of [5, 50, 500]) {
    for (const rate of [0, 0.01, 0.3, 0.5, 1]) {
      expect(powerDifference({ first: { n, rate }, second: { n, rate } })).toBeLessThanOrEqual(0.05)
    }
  }
})

test('powerDifference() without trials is 0, and near 1 with a million', () => {
  const none = powerDifference({ first: { n: 0, rate: 0.5 }, second: { n: 10, rate: 0.1 } })
  const many = powerDifference({
    first: { n: 1_000_000, rate: 1e-5 },
    second: { n: 1_000_000, rate: 1e-4 },
  })

  expect(none).toBe(0)
  expect(many).toBeGreaterThan(0.999999)
})

function group() {
  return fc.record({
    n: fc.integer({ min: 0, max: 120 }),
    rate: fc.double({ min: 0, max: 1, noNaN: true }),
  })
}
