import type { RegressionCell, RegressionLevel, RegressionResult } from '../../records/regression.ts'
import { pText } from '../comparison/comparison-words.ts'
import { percent } from '../rate-text.ts'

/** Three figures of an odds ratio; what is beyond a thousand either way is only said to be. */
export function oddsText(value: number): string {
  if (value === 0) return '0'
  if (value < 0.001) return '<0.001'
  if (value >= 9999.5) return '>10 000'
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3)
}

/** `0.019 to 0.13`, `above 3`, or nothing where limits are withheld. */
export function oddsRangeText({ low, high }: { low: number | null; high: number | null }): string {
  if (low === null && high === null) return ''
  if (high === null) return `above ${oddsText(low ?? 0)}`
  return `${oddsText(low ?? 0)} to ${oddsText(high)}`
}

/** `<0.0001`, below a heading that says that it is a p. */
export function barePText(p: number): string {
  return pText(p)
    .replace(/^p =? ?/, '')
    .replace(' ', '')
}

/** What sets a level apart where plain maximum likelihood would have no number for it. */
export function infiniteMark({ infinite }: Pick<RegressionLevel, 'infinite'>): string {
  return infinite === null ? '' : ' ∞'
}

export function testText({
  chiSquare,
  df,
  p,
}: {
  chiSquare: number
  df: number
  p: number
}): string {
  return `chi-square ${chiSquare.toFixed(chiSquare < 10 ? 2 : 1)} on ${df} df, ${pText(p)}`
}

/** `24 of 30, 80 % (63–92)`. */
export function observedText({
  k,
  n,
  observed,
}: Pick<RegressionCell, 'k' | 'n' | 'observed'>): string {
  return n === 0 ? '0 of 0' : `${k} of ${n}, ${rangeText(observed, n)}`
}

export function predictedText({ n, predicted }: Pick<RegressionCell, 'n' | 'predicted'>): string {
  return predicted === null ? '–' : rangeText(predicted, n)
}

function rangeText(
  { rate, low, high }: { rate: number | null; low: number | null; high: number | null },
  n: number,
): string {
  if (rate === null) return '–'
  const range = low === null || high === null ? '' : ` (${percent(low, n)}–${percent(high, n)})`
  return `${percent(rate, n)} %${range}`
}

/** What the model is of. One sentence each. */
export function regressionIntroduction(result: RegressionResult): string[] {
  const { k, n, level, unfitted, basis } = result
  const cells = result.cells.filter((cell) => cell.n > 0).length
  const share = `${Number((level * 100).toFixed(4))} %`
  const counts = `Rate: the share of trials in which ${result.endpoint.meaning}. ${cells} cells, ${n} trials that count, ${k} ${k === 1 ? 'event' : 'events'}.`
  if (unfitted !== null) return [counts]
  return [
    counts,
    `Odds ratio: the odds of an event at a level over the odds at the reference, other factors being equal; above 1 = less controllable. Logistic regression with Firth's penalty${basis === 'fixed' ? `; ${share} intervals and tests by profile penalised likelihood, not adjusted for their number` : ''}.`,
  ]
}

/** What the predicted rates are. */
export const PREDICTED_RATES =
  'Predicted: the rate by the model (FLIC: the intercept is corrected so that rates average to the observed one), which borrows from the other cells.'

/** `2 texts, rates from 10 % to 80 %, standard deviation 49.5 points`. */
export function spreadText({
  wordings,
  lowest,
  highest,
  deviation,
}: RegressionResult['spread'][number]): string {
  if (wordings === 1) return 'one text: how much the wording matters cannot be seen'
  return `${wordings} texts, rates from ${percent(lowest, 1)} % to ${percent(highest, 1)} %, standard deviation ${(deviation * 100).toFixed(1)} points`
}
