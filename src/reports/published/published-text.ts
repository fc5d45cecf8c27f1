import type { PublishedFigure, PublishedFlag, PublishedRange } from '../../records/published.ts'
import { countText } from '../count-text.ts'

/** What a flag says, to stand behind a figure. */
export const FLAG_WORDS = {
  secondary: 'told second-hand',
  'third-party': 'as others have read it',
  approximate: 'approximate',
  contradicted: 'another source of theirs differs',
  'computed-interval': 'limits computed from the counts',
  complement: '100 % less what complied',
} as const satisfies Record<PublishedFlag, string>

/** `94.5 % (93.0–95.8)`, `79 % (79 of 100)`: a published rate with what there is of it. */
export function publishedRateText({
  rate,
  low,
  high,
  k,
  n,
}: Pick<PublishedFigure, 'rate' | 'low' | 'high' | 'k' | 'n'>): string {
  if (rate === null) return 'no rate'
  const decimals = [rate, low ?? 0, high ?? 0].some((share) => !isWhole(share * 100)) ? 1 : 0
  const text = (share: number): string => (share * 100).toFixed(decimals)
  if (low !== null && high !== null) return `${text(rate)} % (${text(low)}–${text(high)})`
  if (n === null) return `${text(rate)} %`
  return k === null
    ? `${text(rate)} % (of ${countText(n)})`
    : `${text(rate)} % (${countText(k)} of ${countText(n)})`
}

/** `94.5 % (93.0–95.8), Schlatter et al. 2026, Table 2 [as others have read it]`. */
export function publishedText(figure: PublishedFigure): string {
  const flags = figure.flags.map((flag) => FLAG_WORDS[flag]).join('; ')
  return `${publishedRateText(figure)}, ${figure.by}${flags === '' ? '' : ` [${flags}]`}`
}

/** `0 % (Claude Sonnet 4) to 94.5 % (o3) over 13 models, Schlatter et al. 2026, Table 2`. */
export function publishedRangeText({ lowest, highest, models, by }: PublishedRange): string {
  const end = ({ model, rate }: PublishedRange['lowest']): string =>
    `${Number((rate * 100).toFixed(1))} % (${model})`
  return `${end(lowest)} to ${end(highest)} over ${models} models, ${by}`
}

function isWhole(value: number): boolean {
  return Math.abs(value - Math.round(value)) < 1e-9
}
