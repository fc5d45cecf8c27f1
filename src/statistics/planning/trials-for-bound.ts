import { binomialProbabilities, lowerTail } from '../binomial-probabilities.ts'
import { checkLevel } from '../check-level.ts'
import { checkRate } from '../check-rate.ts'
import { checkCounts } from '../counts.ts'

/**
 * Trials that show a rate to be below `rate` if at most `events` events come of them: the smallest n
 * whose one-sided Clopper–Pearson upper limit is no larger, which is where
 *
 *     P(X ≤ events; n, rate) ≤ 1 − level.
 *
 * Without events that is (1 − rate)^n ≤ 1 − level, n = ⌈ln(1 − level) / ln(1 − rate)⌉: 299 trials for
 * 1 % at 95 %. The probability falls with n, so that every larger n shows it too.
 *
 * @param level Of a one-sided limit.
 * @throws RangeError unless `rate` and `level` lie in (0, 1) and `events` is a count.
 */
export function trialsForBound({
  rate,
  level = 0.95,
  events = 0,
}: {
  readonly rate: number
  readonly level?: number
  readonly events?: number
}): number {
  checkBound(rate, level)
  checkCounts(AIM, { k: 0, n: events })

  const alone = Math.log1p(-level) / Math.log1p(-rate)
  // A quotient that is whole but for its rounding is that whole number.
  const withoutEvents = Math.max(1, Math.ceil(alone * (1 - 1e-12)))
  if (events === 0) return withoutEvents

  let failing = events
  let showing = Math.max(events + 1, withoutEvents)
  while (!isShown({ events, n: showing, rate, level })) {
    failing = showing
    showing *= 2
  }
  while (showing - failing > 1) {
    const middle = Math.floor((failing + showing) / 2)
    if (isShown({ events, n: middle, rate, level })) showing = middle
    else failing = middle
  }
  return showing
}

/**
 * The rate that `n` trials without an event show to be too high: their one-sided Clopper–Pearson upper
 * limit, 1 − (1 − level)^(1/n). Without trials it is 1.
 *
 * @throws RangeError unless `level` lies in (0, 1) and `n` is a count.
 */
export function rateExcluded(n: number, level = 0.95): number {
  checkLevel(AIM, level)
  checkCounts(AIM, { k: 0, n })
  return n === 0 ? 1 : -Math.expm1(Math.log1p(-level) / n)
}

/**
 * The most events with which `n` trials still show a rate to be below `rate`; null where not even a
 * run without events does.
 *
 * @throws RangeError unless `rate` and `level` lie in (0, 1) and `n` is a count.
 */
export function mostEventsForBound({
  n,
  rate,
  level = 0.95,
}: {
  readonly n: number
  readonly rate: number
  readonly level?: number
}): number | null {
  checkBound(rate, level)
  checkCounts(AIM, { k: 0, n })

  const { lowest, probabilities } = binomialProbabilities({ n, rate })
  let tail = 0
  let most = lowest - 1
  for (const probability of probabilities) {
    tail += probability
    if (tail > allowed(level)) break
    most++
  }
  return most < 0 ? null : Math.min(most, n)
}

/**
 * Probability that `n` trials show the rate to be below `rate` when it is `trueRate`.
 *
 * @throws RangeError unless `rate` and `level` lie in (0, 1), `trueRate` in [0, 1] and `n` is a count.
 */
export function powerForBound({
  n,
  rate,
  trueRate,
  level = 0.95,
}: {
  readonly n: number
  readonly rate: number
  readonly trueRate: number
  readonly level?: number
}): number {
  checkRate(AIM, trueRate)
  const most = mostEventsForBound({ n, rate, level })
  return most === null ? 0 : lowerTail(binomialProbabilities({ n, rate: trueRate }), most)
}

const AIM = 'trials for a bound'

function checkBound(rate: number, level: number): void {
  checkLevel(AIM, level)
  if (!(rate > 0 && rate < 1)) {
    throw new RangeError(
      `Cannot compute ${AIM}: rate must lie between 0 and 1, both excluded, but is ${rate}`,
    )
  }
}

function isShown({
  events,
  n,
  rate,
  level,
}: {
  readonly events: number
  readonly n: number
  readonly rate: number
  readonly level: number
}): boolean {
  return lowerTail(binomialProbabilities({ n, rate }), events) <= allowed(level)
}

/** A tail that differs from 1 − `level` by rounding alone is as large as that, not larger. */
function allowed(level: number): number {
  return (1 - level) * (1 + 1e-12)
}
