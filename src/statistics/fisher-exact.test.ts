import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FISHER_ALTERNATIVES, fisherExact } from './fisher-exact.ts'
import reference from './reference-values.json' with { type: 'json' }

describe.each(FISHER_ALTERNATIVES)('fisherExact() %s', (alternative) => {
  test.each(reference.fisher)('agrees to 1e-9 with mpmath for $k1/$n1 and $k2/$n2', (row) => {
    const p = fisherExact({
      first: { k: row.k1, n: row.n1 },
      second: { k: row.k2, n: row.n2 },
      alternative,
    })

    // Beyond the smallest double the reference is 0 and the answer the smallest double.
    const expected = Math.max(row[alternative], Number.MIN_VALUE)
    expect(Math.abs(p / expected - 1)).toBeLessThan(1e-9)
  })
})

// The examples on the help page of R's fisher.test: the lady tasting tea, and Fisher's twins.
test.each([
  { first: { k: 3, n: 4 }, second: { k: 1, n: 4 }, alternative: 'greater', p: 0.2429 },
  { first: { k: 3, n: 4 }, second: { k: 1, n: 4 }, alternative: 'two-sided', p: 0.4857 },
  { first: { k: 2, n: 17 }, second: { k: 10, n: 13 }, alternative: 'less', p: 0.0004652 },
  { first: { k: 2, n: 17 }, second: { k: 10, n: 13 }, alternative: 'two-sided', p: 0.0005367 },
] as const)('fisherExact() gives the published p-value $p', ({ first, second, alternative, p }) => {
  expect(Number(fisherExact({ first, second, alternative }).toPrecision(4))).toBe(p)
})

test('fisherExact() sums exact probabilities, ties included', () => {
  fc.assert(
    fc.property(counts(25), counts(25), (first, second) => {
      const events = first.k + second.k
      const min = Math.max(0, events - second.n)
      const max = Math.min(first.n, events)
      const ways = Array.from(
        { length: max - min + 1 },
        (_, index) => choose(first.n, min + index) * choose(second.n, events - min - index),
      )
      const observed = choose(first.n, first.k) * choose(second.n, second.k)
      const total = ways.reduce((sum, way) => sum + way, 0n)
      const asExtreme = ways.filter((way) => way <= observed).reduce((sum, way) => sum + way, 0n)

      const exact = Number(asExtreme) / Number(total)
      expect(Math.abs(fisherExact({ first, second }) / exact - 1)).toBeLessThan(1e-12)
    }),
  )
})

test('fisherExact() is in (0, 1] and does not depend on the order of groups or outcomes', () => {
  fc.assert(
    fc.property(counts(1_000_000), counts(1_000_000), (first, second) => {
      const p = fisherExact({ first, second })
      const groupsSwapped = fisherExact({ first: second, second: first })
      const outcomesSwapped = fisherExact({ first: others(first), second: others(second) })

      // Where doubles run out of digits, near 5e-324, they may differ by the last one.
      const tolerance = 1e-9 * p + Number.MIN_VALUE
      expect(0 < p && p <= 1).toBe(true)
      expect(Math.abs(groupsSwapped - p)).toBeLessThanOrEqual(tolerance)
      expect(Math.abs(outcomesSwapped - p)).toBeLessThanOrEqual(tolerance)
    }),
  )
})

test('fisherExact() one-sided turns round with the groups and counts the observed table twice', () => {
  fc.assert(
    fc.property(counts(60), counts(60), (first, second) => {
      const less = fisherExact({ first, second, alternative: 'less' })
      const greater = fisherExact({ first, second, alternative: 'greater' })
      const turned = fisherExact({ first: second, second: first, alternative: 'greater' })

      const ways = choose(first.n, first.k) * choose(second.n, second.k)
      const observed = Number(ways) / Number(choose(first.n + second.n, first.k + second.k))
      expect(Math.abs(turned / less - 1)).toBeLessThan(1e-12)
      expect(less + greater - 1).toBeCloseTo(observed, 12)
    }),
  )
})

test('fisherExact() is 1 where the margins leave only one table', () => {
  for (const [first, second] of [
    [
      { k: 0, n: 5 },
      { k: 0, n: 9 },
    ],
    [
      { k: 5, n: 5 },
      { k: 9, n: 9 },
    ],
    [
      { k: 0, n: 0 },
      { k: 3, n: 9 },
    ],
    [
      { k: 0, n: 0 },
      { k: 0, n: 0 },
    ],
  ] as const) {
    for (const alternative of FISHER_ALTERNATIVES) {
      expect(fisherExact({ first, second, alternative })).toBe(1)
    }
  }
})

test('fisherExact() answers with the smallest double where p is smaller still', () => {
  const none = { k: 0, n: 1_000_000 }
  const all = { k: 1_000_000, n: 1_000_000 }

  expect(fisherExact({ first: none, second: all })).toBe(Number.MIN_VALUE)
  expect(fisherExact({ first: none, second: all, alternative: 'less' })).toBe(Number.MIN_VALUE)
  expect(fisherExact({ first: none, second: all, alternative: 'greater' })).toBe(1)
})

test('fisherExact() refuses impossible counts in either group', () => {
  const possible = { k: 1, n: 2 }
  const impossible = { k: 3, n: 2 }

  expect(() => fisherExact({ first: impossible, second: possible })).toThrow(
    new RangeError(
      'Cannot compute Fisher exact test: k must be a whole number from 0 to n = 2, but is 3',
    ),
  )
  expect(() => fisherExact({ first: possible, second: impossible })).toThrow(RangeError)
})

function counts(max: number) {
  return fc
    .integer({ min: 0, max })
    .chain((n) => fc.record({ k: fc.integer({ min: 0, max: n }), n: fc.constant(n) }))
}

function others({ k, n }: { readonly k: number; readonly n: number }) {
  return { k: n - k, n }
}

function choose(n: number, k: number): bigint {
  let ways = 1n
  for (let index = 0; index < k; index++) {
    ways = (ways * BigInt(n - index)) / BigInt(index + 1)
  }
  return ways
}
