import type { ScaleLinear } from 'd3-scale'
import { joined, type Markup, markup } from '../html/markup.ts'
import { type Layout, px } from './layout.ts'
import { svgText } from './svg-text.ts'

interface Axis {
  /** From shares to places. */
  readonly scale: ScaleLinear<number, number>
  readonly top: number
  readonly bottom: number
  readonly layout: Layout
  /** What is measured, below it. */
  readonly title: string
  /** How a tick is called. @default `20 %` */
  readonly nameOf?: (tick: number) => string
  readonly ticks?: readonly number[]
}

/** Height that an axis takes below `bottom`. */
export const AXIS_HEIGHT = 36

/** Lines across a plot with their names below, and what they measure. */
export function percentAxis(axis: Axis): Markup {
  const { scale, top, bottom, layout, title, nameOf = percentName } = axis
  const count = layout.kind === 'wide' ? 5 : 4
  const ticks = axis.ticks ?? scale.ticks(count)
  const [from = 0, to = 0] = scale.range()
  return joined([
    ...ticks.map((tick) => {
      const x = px(scale(tick))
      return markup`<path class="grid" d="M${x} ${px(top)}V${px(bottom)}"/>`
    }),
    markup`<path class="axis" d="M${px(from)} ${px(bottom)}H${px(to)}"/>`,
    ...ticks.map((tick) =>
      svgText(nameOf(tick), {
        ...{ x: scale(tick), y: bottom + layout.small + 3, size: layout.small, look: 'faint' },
        anchor: anchorAt(tick, ticks, layout),
      }),
    ),
    svgText(title, {
      ...{ x: layout.kind === 'wide' ? (from + to) / 2 : from, y: bottom + 2 * layout.small + 7 },
      ...{ size: layout.small, look: 'faint', room: layout.kind === 'wide' ? 420 : to - from },
      anchor: layout.kind === 'wide' ? 'middle' : 'start',
    }),
  ])
}

/** On a phone the outermost names would stand beyond the edge. */
function anchorAt(
  tick: number,
  ticks: readonly number[],
  { kind }: Layout,
): 'start' | 'middle' | 'end' {
  if (kind === 'wide') return 'middle'
  if (tick === ticks[0]) return 'start'
  return tick === ticks.at(-1) ? 'end' : 'middle'
}

function percentName(tick: number): string {
  return `${Number((tick * 100).toPrecision(6))} %`
}
