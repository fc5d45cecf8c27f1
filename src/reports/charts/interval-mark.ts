import type { ScaleLinear } from 'd3-scale'
import { joined, type Markup, markup } from '../html/markup.ts'
import { px } from './layout.ts'

/** What a mark is of: what was found, something that stays open, a control, a figure of other people's. */
export type MarkKind = 'tested' | 'open' | 'control' | 'published'

interface IntervalMark {
  readonly scale: ScaleLinear<number, number>
  readonly y: number
  readonly kind: MarkKind
  /** Null: nothing is estimated. */
  readonly estimate: number | null
  /** Null: not known, or there is none on that side. */
  readonly low: number | null
  readonly high: number | null
  /** Of a confidence sequence. */
  readonly isSequence?: boolean
  /** Whether a missing end is drawn as one that has no limit. */
  readonly isOpenEnded?: boolean
}

/** A point with its interval. */
export function intervalMark(mark: IntervalMark): Markup {
  const { scale, y, kind, estimate, low, high, isSequence = false, isOpenEnded = false } = mark
  const [from = 0, to = 0] = scale.range()
  const hasInterval = isOpenEnded || (low !== null && high !== null)
  const left = low === null ? from : scale(low)
  const right = high === null ? to : scale(high)
  const dashed = isSequence ? markup` stroke-dasharray="5 3"` : null
  return joined([
    ...(hasInterval
      ? [
          markup`<path class="whisker ${kind}"${dashed} d="M${px(left)} ${px(y)}H${px(right)}"/>`,
          markup`<path class="whisker ${kind}" d="${endOf(left, y, low === null ? -1 : 0)}${endOf(right, y, high === null ? 1 : 0)}"/>`,
        ]
      : []),
    ...(estimate === null ? [] : [pointMark(kind, scale(estimate), y)]),
  ])
}

/** The point alone. */
export function pointMark(kind: MarkKind, x: number, y: number): Markup {
  switch (kind) {
    case 'tested':
    case 'open':
      return markup`<rect class="point ${kind}" x="${px(x - 3.5)}" y="${px(y - 3.5)}" width="7" height="7"/>`
    case 'control':
      return markup`<circle class="point control" cx="${px(x)}" cy="${px(y)}" r="3.5"/>`
    case 'published':
      return markup`<path class="point published" d="M${px(x)} ${px(y - 4.5)}l4.5 4.5l-4.5 4.5l-4.5 -4.5z"/>`
    default:
      return kind satisfies never
  }
}

/** A bar across an end; an arrow where there is no end. */
function endOf(x: number, y: number, towards: -1 | 0 | 1): string {
  if (towards === 0) return `M${px(x)} ${px(y - 4)}V${px(y + 4)}`
  return `M${px(x - towards * 6)} ${px(y - 4)}L${px(x)} ${px(y)}L${px(x - towards * 6)} ${px(y + 4)}`
}
