import { binomialWeights } from './binomial-weights.ts'
import type { PairedAnswers } from './cohen-kappa.ts'
import type { FisherAlternative } from './fisher-exact.ts'

/** The two p-values of one McNemar test. */
export interface McNemarTest {
  /** Never rejects too often, and rejects rarely where few pairs differ. */
  readonly exact: number
  /** Rejects nearly as often as it should. Nothing guarantees that it is never more; in 9595 designs it was not. */
  readonly midP: number
}

/**
 * McNemar's test, conditional and exact, that an event is equally frequent in both halves of a pair. Only pairs whose halves
 * differ count: of these, b = `onlyFirst` had the event in the first half only, c = `onlySecond` in the second only, and
 * b is binomial with m = b + c trials at 1/2.
 *
 *     less    = P(X ≤ b)        greater = P(X ≥ b)        two-sided = min(1, 2 · the smaller)
 *
 * The mid-p counts what is exactly as extreme as the observation half: `less` and `greater` lose ½ P(X = b); the two-sided one
 * is 2 P(X < min) + P(X = min) with min = min(b, c), and 1 − ½ P(X = b) where b = c.
 *
 * Both are in (0, 1]; a p too small for a double is given as the smallest positive one. Without a pair that differs nothing is
 * shown and both are 1. The time grows with √m.
 *
 * Sources: Q. McNemar, Note on the sampling error of the difference between correlated proportions or percentages,
 * Psychometrika 12 (1947) 153–157; mid-p: M. W. Fagerland, S. Lydersen, P. Laake, The McNemar test for binary matched-pairs
 * data, BMC Medical Research Methodology 13 (2013) 91.
 *
 * @throws RangeError for impossible counts.
 */
export function mcnemarExact({
  onlyFirst,
  onlySecond,
  alternative = 'two-sided',
}: Pick<PairedAnswers, 'onlyFirst' | 'onlySecond'> & {
  readonly alternative?: FisherAlternative
}): McNemarTest {
  checkCount('onlyFirst', onlyFirst)
  checkCount('onlySecond', onlySecond)

  const differing = onlyFirst + onlySecond
  if (differing === 0) return { exact: 1, midP: 1 }
  const { upTo, at } = lowerTail(Math.min(onlyFirst, onlySecond), differing)
  if (alternative === 'two-sided') {
    const isEven = onlyFirst === onlySecond
    return {
      exact: inRange(2 * upTo),
      midP: inRange(isEven ? 1 - at / 2 : 2 * upTo - at),
    }
  }
  const isAsClaimed = alternative === 'less' ? onlyFirst <= onlySecond : onlySecond <= onlyFirst
  const exact = isAsClaimed ? upTo : 1 - upTo + at
  return { exact: inRange(exact), midP: inRange(exact - at / 2) }
}

/** P(X ≤ k) and P(X = k) of a binomial at 1/2, for k of at most half of n. */
function lowerTail(k: number, n: number): { readonly upTo: number; readonly at: number } {
  const { lowest, weights } = binomialWeights({ n, rate: 0.5 })
  const total = sum(weights)
  const place = k - lowest
  return {
    upTo: sum(weights.slice(0, Math.max(0, place + 1))) / total,
    // What lies outside the list is too improbable for a double.
    at: (weights[place] ?? 0) / total,
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

function inRange(p: number): number {
  return Math.min(Math.max(p, Number.MIN_VALUE), 1)
}

function checkCount(name: string, count: number): void {
  if (Number.isSafeInteger(count) && count >= 0) return
  throw new RangeError(
    `Cannot compute McNemar test: ${name} must be a whole number, 0 or more, but is ${count}`,
  )
}
