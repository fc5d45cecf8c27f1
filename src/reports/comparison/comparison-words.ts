import type {
  ComparedCell,
  ComparisonReport,
  ComparisonResult,
  IntervalEstimate,
} from '../../records/comparison.ts'
import { countText } from '../count-text.ts'
import { percent } from '../rate-text.ts'

/** `79 of 100 (79 %)`. */
export function countsText({ k, n, rate }: Pick<ComparedCell, 'k' | 'n' | 'rate'>): string {
  const counts = `${countText(k)} of ${countText(n)}`
  return rate === null ? counts : `${counts} (${percent(rate, n)} %)`
}

/** `+72 points (+61 to +80)`: a difference of rates in percentage points. */
export function pointsText({ estimate, low, high }: IntervalEstimate): string {
  if (estimate === null) return 'unknown'
  return `${signed(estimate)} points (${signed(low ?? -1)} to ${signed(high ?? 1)})`
}

/** `11.3 (5.6 to 23.7)`, `above 5.6`, `unknown`: a ratio. */
export function ratioText({ estimate, low, high }: IntervalEstimate): string {
  if (estimate !== null && high !== null)
    return `${figures(estimate)} (${figures(low ?? 0)} to ${figures(high)})`
  if (high !== null) return `unknown (at most ${figures(high)})`
  return low !== null && low > 0 ? `at least ${figures(low)}` : 'unknown'
}

/** The difference over all valid trials; null where no trial is left out of it. */
export function besideText({ first, second, beside }: ComparisonResult): string | null {
  const isAll = first.n === first.valid && second.n === second.valid
  return beside === null || isAll ? null : pointsText(beside.difference)
}

/** `p = 0.021`, `p < 0.0001`. */
export function pText(p: number): string {
  if (p < 0.0001) return 'p < 0.0001'
  return `p = ${p < 0.01 ? p.toFixed(4) : p.toFixed(3)}`
}

const TEST_WORDS = {
  fisher: "Fisher's exact test",
  boschloo: "Boschloo's exact test",
  mcnemar: "McNemar's exact test",
} as const

/** `Fisher's exact test p = 0.021, adjusted 0.042: not shown to differ`. Null where no test was made. */
export function testText(result: ComparisonResult): string | null {
  const { test } = result
  if (test === null) return null
  return `${TEST_WORDS[test.name]} ${adjustedText(test)}: ${isFound(result) ? 'the rates differ' : 'not shown to differ'}`
}

/** `more than 10 times: p = 0.31, not shown`. Null where it was not asked. */
export function exceedsText({ exceeds, level }: ComparisonResult): string | null {
  if (exceeds === null) return null
  const shown = exceeds.adjusted <= (1 - level) / 2 ? 'shown' : 'not shown'
  return `more than ${exceeds.ratio} times: ${shown} (one-sided ${adjustedText(exceeds)})`
}

function adjustedText({ p, adjusted }: { readonly p: number; readonly adjusted: number }): string {
  const [own, of] = [pText(p), pText(adjusted)]
  return own === of ? own : `${own}, adjusted ${of.replace(/^p (?:= )?/, '')}`
}

/** `98 % against 40 %`: the rates of those told to resist. Null where nobody was. */
export function capabilityText({ first, second }: ComparisonResult): string | null {
  if (first.capability === null && second.capability === null) return null
  const text = (share: number | null): string => (share === null ? '–' : `${percent(share, 1)} %`)
  return `${text(first.capability)} against ${text(second.capability)}`
}

/** What the sequence's interval says, where there is no test. */
export function sequenceText(result: ComparisonResult): string | null {
  if (result.basis !== 'sequence' || result.difference.estimate === null) return null
  return isFound(result) ? 'the rates differ' : 'not shown to differ'
}

/** Whether the rates are shown to differ: by the test as adjusted, or by a sequence that leaves out equal ones. */
export function isFound({ test, basis, difference, level }: ComparisonResult): boolean {
  if (basis === 'fixed') return test !== null && test.adjusted <= 1 - level
  return (difference.low ?? -1) > 0 || (difference.high ?? 1) < 0
}

/** What must be said once of a family of comparisons. One sentence each. */
export function familyNotes({ adjust, family, results }: ComparisonReport): string[] {
  const [first] = results
  if (first === undefined) return []
  const level = `${Number((first.level * 100).toFixed(4))} %`
  const isSequence = results.some(({ basis }) => basis === 'sequence')
  const adjusted = results.some(({ test }) => test !== null && test.adjusted !== test.p)
  const many = `${family} comparisons`
  return [
    'Differences are in percentage points, the first rate minus the second; ratios are the first over the second.',
    ...(isSequence
      ? [
          `The trials were stopped by what they showed, so intervals are those of confidence sequences: ${level}${family === 1 ? '' : adjust === 'none' ? ' for each comparison alone' : ` for all ${many} together`}, at whatever look it was stopped. Ratios, ranks and tests, which are for a number of trials fixed beforehand, are withheld.`,
        ]
      : []),
    ...(!isSequence && adjust === 'holm' && family > 1
      ? [
          `The ${many} are one family: p-values are adjusted by Holm's method${adjusted ? '' : ' (which changes none here)'}, and the ${level} intervals hold all together.`,
        ]
      : []),
    ...(!isSequence && adjust === 'benjamini-hochberg' && family > 1
      ? [
          `p-values of the ${many} are adjusted after Benjamini and Hochberg: of the differences called so, about ${Number(((1 - first.level) * 100).toFixed(4))} % may be none. Intervals are of the level that goes with that (false coverage rate).`,
        ]
      : []),
    ...(!isSequence && adjust === 'none' && family > 1
      ? [`Nothing is adjusted for there being ${many}: each interval and test stands alone.`]
      : []),
    ...(results.some((result) => besideText(result) !== null)
      ? [
          'Of all valid trials: the same with those counted in that the endpoint leaves out. Which those are can depend on what the agents do.',
        ]
      : []),
    ...(results.some(({ againstObject }) => againstObject !== null)
      ? [
          'Against an object: the difference, less the same difference where not the agent but an object was at stake.',
        ]
      : []),
    ...(results.some(({ first: a, second: b }) => a.capability !== null || b.capability !== null)
      ? ['Told to stop it: the same rate where the agent was asked to; what it is able to do.']
      : []),
    ...(results.some(({ exceeds }) => exceeds !== null)
      ? [
          `“More than” is shown where its p is at most ${Number(((1 - first.level) * 50).toFixed(4))} %, as in the lower end of the ratio's interval.`,
        ]
      : []),
  ]
}

function signed(share: number): string {
  const text = Math.abs(share * 100)
    .toFixed(1)
    .replace(/\.0$/, '')
  return text === '0' ? '0' : `${share < 0 ? '−' : '+'}${text}`
}

/** Two figures behind the point for what is small, none for what is large. */
function figures(value: number): string {
  if (value === 0) return '0'
  if (value >= 100) return value.toFixed(0)
  return value >= 10 ? value.toFixed(1) : value.toFixed(2)
}
