import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { binomialProbabilities } from './binomial-probabilities.ts'
import { BOSCHLOO_TRIALS_MAX, boschlooExact } from './boschloo-exact.ts'
import reference from './comparison-reference-values.json' with { type: 'json' }
import { FISHER_ALTERNATIVES, fisherExact } from './fisher-exact.ts'

describe.each(FISHER_ALTERNATIVES)('boschlooExact() %s', (alternative) => {
  test.each(reference.boschloo)('agrees to 1e-9 with mpmath for $k1/$n1 and $k2/$n2', (row) => {
    const { p, basis } = boschlooExact({
      first: { k: row.k1, n: row.n1 },
      second: { k: row.k2, n: row.n2 },
      alternative,
    })

    expect(basis).toBe('boschloo')
    expect(Math.abs(p / row[alternative] - 1)).toBeLessThan(1e-9)
  })
})

// The example on the help page of scipy.stats.boschloo_exact, recomputed by SciPy 1.17.1.
test('boschlooExact() gives the p-value of SciPy’s example', () => {
  const { p } = boschlooExact({
    first: { k: 74, n: 117 },
    second: { k: 31, n: 63 },
    alternative: 'greater',
  })

  expect(p).toBeCloseTo(0.03556406430154675, 10)
})

test('boschlooExact() is never above Fisher’s p, nor depends on the order of groups or outcomes', () => {
  fc.assert(
    fc.property(counts(40), counts(40), (first, second) => {
      const { p } = boschlooExact({ first, second })
      const groupsSwapped = boschlooExact({ first: second, second: first })
      const outcomesSwapped = boschlooExact({ first: others(first), second: others(second) })

      expect(0 < p && p <= fisherExact({ first, second })).toBe(true)
      expect(Math.abs(groupsSwapped.p / p - 1)).toBeLessThan(1e-9)
      expect(Math.abs(outcomesSwapped.p / p - 1)).toBeLessThan(1e-9)
    }),
    { numRuns: 60 },
  )
})

test.each(FISHER_ALTERNATIVES)(
  'boschlooExact() %s rejects at 5 %% in at most 5 %% of samples, at any common rate',
  (alternative) => {
    const [firstTrials, secondTrials] = [7, 9]
    const rejected = Array.from({ length: firstTrials + 1 }, (_, k1) => {
      return Array.from({ length: secondTrials + 1 }, (_, k2) => {
        const first = { k: k1, n: firstTrials }
        const second = { k: k2, n: secondTrials }
        return boschlooExact({ first, second, alternative }).p <= 0.05
      })
    })

    const sizes = Array.from({ length: 99 }, (_, index) => {
      const first = chancesOf(firstTrials, (index + 1) / 100)
      const second = chancesOf(secondTrials, (index + 1) / 100)
      return first.reduce((sum, one, k1) => {
        return (
          sum + second.reduce((part, other, k2) => part + (rejected[k1]?.[k2] ? one * other : 0), 0)
        )
      }, 0)
    })

    expect(Math.max(...sizes)).toBeLessThanOrEqual(0.05 + 1e-12)
    expect(Math.max(...sizes)).toBeGreaterThan(0.03)
  },
)

test('boschlooExact() says that p is Fisher’s where there are too many trials', () => {
  const first = { k: 100, n: BOSCHLOO_TRIALS_MAX / 2 }
  const second = { k: 140, n: BOSCHLOO_TRIALS_MAX / 2 }
  const larger = { ...second, n: second.n + 1 }

  const boschloo = boschlooExact({ first, second })
  expect(boschloo.basis).toBe('boschloo')
  expect(boschloo.p).toBeLessThan(fisherExact({ first, second }))
  expect(boschlooExact({ first, second: larger })).toEqual({
    p: fisherExact({ first, second: larger }),
    basis: 'fisher',
  })
})

test('boschlooExact() is 1 where every table is as extreme, also without trials', () => {
  for (const [first, second] of [
    [
      { k: 0, n: 0 },
      { k: 0, n: 0 },
    ],
    [
      { k: 0, n: 0 },
      { k: 3, n: 9 },
    ],
    [
      { k: 0, n: 5 },
      { k: 0, n: 9 },
    ],
    [
      { k: 1, n: 1 },
      { k: 1, n: 1 },
    ],
  ] as const) {
    for (const alternative of FISHER_ALTERNATIVES) {
      expect(boschlooExact({ first, second, alternative })).toEqual({ p: 1, basis: 'boschloo' })
    }
  }
})

test('boschlooExact() answers with the smallest double where p is smaller still', () => {
  const none = { k: 0, n: 800 }
  const all = { k: 800, n: 800 }

  expect(boschlooExact({ first: none, second: all })).toEqual({
    p: Number.MIN_VALUE,
    basis: 'boschloo',
  })
})

test('boschlooExact() refuses impossible counts in either group', () => {
  const possible = { k: 1, n: 2 }

  expect(() => boschlooExact({ first: { k: 3, n: 2 }, second: possible })).toThrow(RangeError)
  expect(() => boschlooExact({ first: possible, second: { k: 3, n: 2 } })).toThrow(RangeError)
})

function chancesOf(n: number, rate: number): readonly number[] {
  const { lowest, probabilities } = binomialProbabilities({ n, rate })
  return Array.from({ length: n + 1 }, (_, k) => probabilities[k - lowest] ?? 0)
}

function counts(max: number) {
  return fc
    .integer({ min: 0, max })
    .chain((n) => fc.record({ k: fc.integer({ min: 0, max: n }), n: fc.constant(n) }))
}

function others({ k, n }: { readonly k: number; readonly n: number }) {
  return { k: n - k, n }
}
