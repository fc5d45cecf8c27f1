import type { Estimate } from '../records/estimate.ts'

/** A proportion of `n` with its interval. */
type Rate = Pick<Estimate, 'rate' | 'n' | 'low' | 'high'>

/** A share as a percentage without its sign: with a decimal where there are trials enough to tell. */
export function percent(share: number, n: number): string {
  const value = share * 100
  return Number.isInteger(value) || n < 100 ? `${Math.round(value)}` : value.toFixed(1)
}

/** `67 % (13–98)`: a rate and its interval; what never could happen has no rate. */
export function rateText({ rate, n, low, high }: Rate): string {
  if (rate === null) return '–'
  return `${percent(rate, n)} % (${percent(low, n)}–${percent(high, n)})`
}

/** The same below a heading that says what it is in: `67 (13–98)`. */
export function bareRateText(rate: Rate): string {
  return rateText(rate).replace(' %', '')
}

/** The rate alone. */
export function bareRate({ rate, n }: Estimate): string {
  return rate === null ? '–' : percent(rate, n)
}

const METHODS = {
  jeffreys: 'Jeffreys',
  wilson: 'Wilson',
  'clopper-pearson': 'Clopper–Pearson',
  'confidence-sequence': 'confidence-sequence',
} as const satisfies Record<Estimate['method'], string>

/** `95 % Jeffreys interval`. */
export function intervalName({ method, level }: Pick<Estimate, 'method' | 'level'>): string {
  return `${Number((level * 100).toFixed(4))} % ${METHODS[method]} interval`
}

/** For how much together the intervals of a report hold, as a sentence. Null: each for itself. */
export function simultaneousNote(
  cells: readonly { readonly estimate: Estimate; readonly control: boolean }[],
): string | null {
  const shared = cells.find(({ estimate }) => (estimate.simultaneous ?? 1) > 1)?.estimate
  if (shared === undefined) return null
  const level = `${Number((shared.level * 100).toFixed(4))} %`
  const alone = cells.some(({ estimate }) => estimate.simultaneous === undefined)
  return `The ${level} hold for the intervals of ${shared.simultaneous === 2 ? 'both' : `all ${shared.simultaneous}`} cells together, at every look${alone ? '; a control’s interval holds for it alone' : ''}.`
}
