import type { Estimate } from '../records/estimate.ts'

/** A proportion of `n` with its interval. */
type Rate = Pick<Estimate, 'rate' | 'n' | 'low' | 'high'>

/** A share as a percentage without its sign: with a decimal where there are trials enough to tell. */
export function percent(share: number, n: number): string {
  // 0.07 · 100 is 7.000000000000001.
  const value = Number((share * 100).toPrecision(12))
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

/** What intervals are called. */
export const METHODS = {
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
  const shared = cells.filter(({ estimate }) => (estimate.simultaneous ?? 1) > 1)
  const [first] = shared
  if (first === undefined) return null
  const { simultaneous: count = 1, level } = first.estimate
  const share = `${Number((level * 100).toFixed(4))} %`
  const beside = cells.filter(({ estimate }) => estimate.simultaneous === undefined)
  const areControls = beside.every(({ control }) => control)
  const alone = `; ${areControls ? 'a control’s interval' : 'that of any other cell'} holds for it alone`
  const end = beside.length === 0 ? '.' : `${alone}.`
  if (shared.length > count) {
    return `Each interval has the level at which ${count} of them hold together with ${share}, at every look. There are ${shared.length}, since not the same has answered throughout: together they hold with less${end}`
  }
  const which = areControls ? 'cells' : 'cells that are compared'
  return `The ${share} hold together for the intervals of ${count === 2 ? 'both' : `all ${count}`} ${which}, at every look${end}`
}
