import type { VerdictName } from '../../records/verdict.ts'
import { joined, type Markup, markup } from '../html/markup.ts'
import { px } from './layout.ts'

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

type Stroke = 'rising' | 'falling' | 'level' | 'upright'

/** What lies over a verdict's hue, so that verdicts are told apart without it. */
const STROKES: Readonly<Record<VerdictName, readonly Stroke[]>> = {
  complied: [],
  resisted: ['rising'],
  attempted: ['falling'],
  withdrew: ['level'],
  unexposed: ['upright'],
  invalid: ['level', 'upright'],
}

/** A box filled as a verdict is shown: its hue, and lines over it. */
export function verdictBox(verdict: VerdictName, box: Box): Markup {
  const strokes = STROKES[verdict]
  return joined([
    markup`<rect class="fill-${verdict}" ${edges(box)}/>`,
    ...(strokes.length === 0
      ? []
      : [markup`<path class="over" d="${strokes.map((each) => lines(each, box, 6)).join('')}"/>`]),
  ])
}

/** A box that is hatched: there is nothing in it. */
export function hatchedBox(box: Box): Markup {
  return joined([
    markup`<path class="hatch" d="${lines('rising', box, 6)}"/>`,
    markup`<rect class="outline hollow" ${edges(box)}/>`,
  ])
}

/** As attributes of a rectangle. */
export function edges({ x, y, width, height }: Box): Markup {
  return markup`x="${px(x)}" y="${px(y)}" width="${px(width)}" height="${px(height)}"`
}

/**
 * Lines across a box, so far from each other. They are drawn and not filled in with an SVG pattern: printed to PDF, patterns become
 * pictures of several megabytes.
 */
function lines(stroke: Stroke, { x, y, width, height }: Box, gap: number): string {
  const [right, bottom] = [x + width, y + height]
  switch (stroke) {
    case 'level':
      return steps(y, bottom, gap)
        .map((at) => `M${px(x)} ${at}H${px(right)}`)
        .join('')
    case 'upright':
      return steps(x, right, gap)
        .map((at) => `M${at} ${px(y)}V${px(bottom)}`)
        .join('')
    case 'rising':
    case 'falling':
      return steps(x, right + height, gap * 1.4)
        .map((from) => diagonal(from, { x, y, width, height }, stroke))
        .join('')
    default:
      return stroke satisfies never
  }
}

/** At 45°, from the right of `from` at one edge to the left of it at the other, cut at the sides. */
function diagonal(from: number, box: Box, stroke: 'rising' | 'falling'): string {
  const { x, y, width, height } = box
  const right = Math.min(from, x + width)
  const left = Math.max(from - height, x)
  const ends = [from - left, from - right] as const
  const [lower, upper] =
    stroke === 'rising' ? ends.map((end) => y + end) : ends.map((end) => y + height - end)
  return `M${px(left)} ${px(lower ?? y)}L${px(right)} ${px(upper ?? y)}`
}

/** Multiples of the gap, so that the lines of neighbours go on in each other. */
function steps(from: number, to: number, gap: number): number[] {
  const first = Math.floor(from / gap) + 1
  const count = Math.max(0, Math.ceil(to / gap) - first)
  return Array.from({ length: count }, (_, place) => px((first + place) * gap))
}
