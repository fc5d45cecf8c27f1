import type { Paint } from '../reports/paint.ts'
import { padText, wrapText } from '../reports/text-width.ts'

export interface ListingPage {
  readonly width: number
  readonly paint: Paint
}

/** A list as data, and as lines for a person. */
export interface Listing {
  readonly data: unknown
  lines(page: ListingPage): string[]
  readonly problems?: readonly string[]
}

/** Names on the left, what they are on the right, wrapped. */
export function entries(
  { width, paint }: ListingPage,
  rows: readonly (readonly string[])[],
): string[] {
  const left = Math.min(28, Math.max(0, ...rows.map(([name = '']) => name.length)))
  return rows.flatMap(([name = '', text = '']) => {
    const lines = wrapText(text, width - left - 4)
    const label = paint.strong(padText(name, left, 'left'))
    if (name.length > left)
      return [`  ${paint.strong(name)}`, ...lines.map((line) => `    ${' '.repeat(left)}${line}`)]
    return lines.map((line, index) => `  ${index === 0 ? label : ' '.repeat(left)}  ${line}`)
  })
}
