import { checkLevel } from './check-level.ts'
import { criticalValue } from './critical-value.ts'
import type { Interval } from './interval.ts'

/** How two raters answered the same yes-or-no question about each of `both + onlyFirst + onlySecond + neither` things. */
export interface PairedAnswers {
  /** Both said yes. */
  readonly both: number
  readonly onlyFirst: number
  readonly onlySecond: number
  readonly neither: number
}

export interface Kappa extends Interval {
  /** Null where it is not defined: nothing was rated, or both raters gave one and the same answer throughout. */
  readonly kappa: number | null
}

/**
 * Cohen's kappa of two raters, agreement beyond what their habits alone would bring, with its profile-likelihood interval:
 *
 *     κ = (pₒ − pₑ) / (1 − pₑ),   pₒ = p₁₁ + p₂₂,   pₑ = p₁· p·₁ + p₂· p·₂
 *     { κ : 2 [ℓ(p̂) − max ℓ(p) over all p with that κ] ≤ z² },   ℓ the log-likelihood of a multinomial
 *
 * where z is the normal's critical value at `level`. The usual interval, κ̂ ± z times the standard error of Fleiss, Cohen and
 * Everitt (Psychological Bulletin 72 (1969) 323–327), has no width where the raters agree throughout or where one of them gives
 * one answer only, and leaves [−1, 1] in small samples. The likelihood's does neither, and agrees with it in large ones.
 * Where kappa is not defined the interval is [−1, 1].
 *
 * Absolute error of a limit below 1e-5. With 15 things rated it covers the true value in 90 to 96 % of samples (exact, five cases
 * with κ from 0 to 0.8), where the usual one does in 30 to 90 %.
 *
 * Sources: J. Cohen, A coefficient of agreement for nominal scales, Educational and Psychological Measurement 20 (1960) 37–46;
 * D. J. Venzon, S. H. Moolgavkar, A method for computing profile-likelihood-based confidence intervals, Applied Statistics
 * 37 (1988) 87–94.
 *
 * @throws RangeError for impossible counts or a level outside (0, 1).
 */
export function cohenKappa(
  answers: PairedAnswers,
  { level = 0.95 }: { readonly level?: number } = {},
): Kappa {
  checkLevel('Cohen’s kappa', level)
  for (const [name, count] of Object.entries(answers)) checkCount(name, count)

  const kappa = estimate(answers)
  if (kappa === null) return { kappa, low: -1, high: 1 }
  const least = logLikelihoodMax(answers) - criticalValue(level) ** 2 / 2
  const isWithin = (other: number): boolean => profile(answers, other) >= least
  return { kappa, low: furthest(kappa, -1, isWithin), high: furthest(kappa, 1, isWithin) }
}

function checkCount(name: string, count: number): void {
  if (Number.isSafeInteger(count) && count >= 0) return
  throw new RangeError(
    `Cannot compute Cohen’s kappa: ${name} must be a whole number, 0 or more, but is ${count}`,
  )
}

function estimate({ both, onlyFirst, onlySecond, neither }: PairedAnswers): number | null {
  const first = both + onlyFirst
  const second = both + onlySecond
  const n = first + onlySecond + neither
  // Numerator and denominator of κ, each times n²: whole numbers, so that 0 and ±1 come out as such.
  const scale = first * (n - second) + (n - first) * second
  return scale === 0 ? null : (2 * (both * neither - onlyFirst * onlySecond)) / scale
}

function logLikelihoodMax(answers: PairedAnswers): number {
  const counts = Object.values(answers)
  const n = counts.reduce((sum, count) => sum + count, 0)
  return counts.reduce((sum, count) => sum + (count === 0 ? 0 : count * Math.log(count / n)), 0)
}

/** The point furthest from `inside` on the way to `end` that is still within. */
function furthest(inside: number, end: number, isWithin: (point: number) => boolean): number {
  if (isWithin(end)) return end
  let within = inside
  let beyond = end
  while (Math.abs(beyond - within) > 1e-10) {
    const middle = (within + beyond) / 2
    if (isWithin(middle)) within = middle
    else beyond = middle
  }
  return within
}

/**
 * The highest log-likelihood of all distributions with a given κ. With the marginals a = p₁· and b = p·₁, and
 * δ = κ (a + b − 2ab) / 2, they are p₁₁ = ab + δ, p₁₂ = a(1 − b) − δ, p₂₁ = (1 − a)b − δ, p₂₂ = (1 − a)(1 − b) + δ.
 */
function profile(answers: PairedAnswers, kappa: number): number {
  const { low, high } = firstMarginals(kappa)
  const valueAt = (a: number): number => bestSecond(answers, kappa, a)
  // Far below κ = 0 there may be two peaks: the higher one is found first. Denser towards the ends, where rare answers lie.
  const points = Array.from({ length: POINTS + 1 }, (_, index) => {
    return low + (high - low) * Math.sin((Math.PI / 2) * (index / POINTS)) ** 2
  })
  const values = points.map(valueAt)
  const best = values.indexOf(Math.max(...values))
  const from = points[Math.max(0, best - 1)] ?? low
  const to = points[Math.min(POINTS, best + 1)] ?? high
  return Math.max(values[best] ?? -Infinity, goldenMax(from, to, valueAt))
}

/** The a for which some b gives no negative probability. Below κ = 0 they are those with x(1 − x) ≥ κ²/4 for x = a(1 − κ) + κ/2. */
function firstMarginals(kappa: number): Interval {
  if (kappa >= 0) return { low: 0, high: 1 }
  const root = Math.sqrt(1 - kappa ** 2)
  const marginalOf = (x: number): number => (x - kappa / 2) / (1 - kappa)
  return { low: marginalOf((1 - root) / 2), high: marginalOf((1 + root) / 2) }
}

/** The log-likelihood at the best b for this a. Every probability is linear in b, so that it is concave. */
function bestSecond(answers: PairedAnswers, kappa: number, a: number): number {
  const half = kappa / 2
  // Each probability as its value at b = 0 and its slope.
  const cells = [
    { count: answers.both, at: half * a, slope: a + half * (1 - 2 * a) },
    { count: answers.onlyFirst, at: a - half * a, slope: -a - half * (1 - 2 * a) },
    { count: answers.onlySecond, at: -half * a, slope: 1 - a - half * (1 - 2 * a) },
    { count: answers.neither, at: 1 - a + half * a, slope: a - 1 + half * (1 - 2 * a) },
  ]
  let low = 0
  let high = 1
  for (const { at, slope } of cells) {
    if (slope > 0) low = Math.max(low, -at / slope)
    if (slope < 0) high = Math.min(high, -at / slope)
  }
  const counted = cells.filter(({ count }) => count > 0)
  for (let step = 0; step < BISECTIONS && low < high; step++) {
    const b = (low + high) / 2
    const rise = counted.reduce(
      (sum, { count, at, slope }) => sum + (count * slope) / (at + slope * b),
      0,
    )
    if (rise > 0) low = b
    else high = b
  }
  const b = (low + high) / 2
  return counted.reduce(
    (sum, { count, at, slope }) => sum + count * Math.log(Math.max(0, at + slope * b)),
    0,
  )
}

const BISECTIONS = 52
const POINTS = 32
const GOLDEN_STEPS = 40
const GOLDEN = (Math.sqrt(5) - 1) / 2

/** The highest value of a function with one peak. */
function goldenMax(from: number, to: number, value: (point: number) => number): number {
  let low = from
  let high = to
  let left = high - GOLDEN * (high - low)
  let right = low + GOLDEN * (high - low)
  let atLeft = value(left)
  let atRight = value(right)
  for (let step = 0; step < GOLDEN_STEPS; step++) {
    if (atLeft > atRight) {
      high = right
      right = left
      atRight = atLeft
      left = high - GOLDEN * (high - low)
      atLeft = value(left)
    } else {
      low = left
      left = right
      atLeft = atRight
      right = low + GOLDEN * (high - low)
      atRight = value(right)
    }
  }
  return Math.max(atLeft, atRight)
}
