import { scaleLinear } from 'd3-scale'
import { countText } from '../count-text.ts'
import { escapeLine } from '../escape-text.ts'
import { joined, type Markup, markup } from '../html/markup.ts'
import { type Drawing, drawFigure, type FigureWords } from './draw-figure.ts'
import type { Figure, FigureTable } from './figure.ts'
import { intervalMark, pointMark } from './interval-mark.ts'
import { type Layout, px } from './layout.ts'
import { type LegendItem, legend } from './legend.ts'
import { AXIS_HEIGHT, percentAxis } from './percent-axis.ts'
import { type RowGroup, rowsOf } from './row-group.ts'
import { rowStack } from './row-stack.ts'
import { svgText } from './svg-text.ts'
import { roomOf, wrapped } from './text-room.ts'

/** One side of a comparison. */
export interface DifferenceSide {
  readonly name: string
  readonly k: number
  readonly n: number
}

/** Two rates, the first minus the second. Shares: 0.1 is ten percentage points. */
export interface DifferenceRow {
  readonly label: string
  /** Whether the label says which two sides these are: then they are not named again, where it is shown whole. */
  readonly namesSides: boolean
  readonly first: DifferenceSide
  readonly second: DifferenceSide
  /** Null: not defined. */
  readonly estimate: number | null
  /** Null: there is no limit on that side. */
  readonly low: number | null
  readonly high: number | null
  readonly isSequence: boolean
  /** What the test says, or why there is none. */
  readonly test: string
  /** Whether the rates are shown to differ. */
  readonly isFound: boolean
}

export interface DifferenceData {
  readonly groups: readonly RowGroup<DifferenceRow>[]
  /** What intervals are called in a heading: `95 % CI`. */
  readonly interval: string
}

/** Differences of rates with their intervals on one axis, with what was tested beside them. */
export function differencePlot(data: DifferenceData, words: FigureWords): Figure {
  return drawFigure({
    id: 'difference-plot',
    words,
    table: tableOf(data),
    draw: (layout) => draw(data, layout),
  })
}

const ROW = { wide: 60, narrow: 112 } as const
/** On a phone. */
const LABEL_LINES = 2

function draw(data: DifferenceData, layout: Layout): Drawing {
  const isNarrow = layout.kind === 'narrow'
  const most = mostOf(rowsOf(data.groups))
  const scale = scaleLinear([-most, most], isNarrow ? [8, layout.width - 8] : [244, 536])
  const ticks = [-most, -most / 2, 0, most / 2, most]
  const top = isNarrow ? 0 : 34
  const stack = rowStack({
    ...{ groups: data.groups, top, layout, heightOf: () => ROW[layout.kind] },
    draw: (row, y) => (isNarrow ? narrowRow : wideRow)(row, { y, scale, layout }),
  })
  const axis = percentAxis({
    ...{ scale, ticks, layout, nameOf: signed, bottom: stack.bottom + 4 },
    top: isNarrow ? stack.bottom : top,
    title: isNarrow
      ? '← second higher · points · first higher →'
      : '← second rate higher · percentage points · first higher →',
  })
  const zero = px(scale(0))
  const keys = legend(legendOf(data), { x: 0, y: stack.bottom + AXIS_HEIGHT + 8, layout })
  return {
    body: joined([
      isNarrow ? joined([]) : headings(data, layout),
      axis,
      ...(isNarrow
        ? []
        : [markup`<path class="zero" d="M${zero} ${top}V${px(stack.bottom + 4)}"/>`]),
      stack.body,
      keys.body,
    ]),
    height: stack.bottom + AXIS_HEIGHT + 10 + keys.height,
  }
}

/** How far the axis reaches to both sides: no less than to ±10 points, and with air. */
function mostOf(rows: readonly DifferenceRow[]): number {
  const ends = rows.flatMap(({ estimate, low, high }) => [estimate ?? 0, low ?? 0, high ?? 0])
  const highest = Math.max(0, ...ends.map(Math.abs))
  return [0.1, 0.2, 0.4, 0.6].find((end) => highest <= end * 0.98) ?? 1
}

function headings({ interval }: DifferenceData, { small, width }: Layout): Markup {
  const at = { x: width, size: small, anchor: 'end', look: 'faint' } as const
  return joined([
    svgText('first minus second', { ...at, y: 12 }),
    svgText(`(${interval}), and the test`, { ...at, y: 26 }),
  ])
}

interface Place {
  readonly y: number
  readonly scale: ReturnType<typeof scaleLinear<number, number>>
  readonly layout: Layout
}

function wideRow(row: DifferenceRow, { y, scale, layout }: Place): Markup {
  const { size, small, width } = layout
  const [upper, lower] = [y + 33, y + 48]
  const side = { x: 8, size: small, look: 'faint', room: 226 } as const
  const isNamed = row.namesSides && roomOf(escapeLine(row.label), size) <= width
  return joined([
    svgText(row.label, { x: 0, y: y + 14, size, room: width, halo: true }),
    svgText(sideOf(row.first, isNamed), { ...side, y: upper }),
    svgText(`− ${sideOf(row.second, isNamed)}`, { ...side, y: lower }),
    plotOf(row, { y: y + 36, scale, layout }),
    svgText(pointsOf(row), { x: width, y: upper, size, anchor: 'end', room: 212 }),
    svgText(row.test, {
      ...{ x: width, y: lower, size: small, anchor: 'end', room: 212 },
      look: row.isFound ? 'strong' : 'faint',
    }),
  ])
}

function narrowRow(row: DifferenceRow, { y, scale, layout }: Place): Markup {
  const { size, small, width } = layout
  const [from, to] = [px(scale.range()[0] ?? 0), px(scale.range()[1] ?? 0)]
  const below = y + 13 + LABEL_LINES * (size + 3)
  const middle = below + 48
  const side = { x: 8, size: small, look: 'faint', room: width - 8 } as const
  const lines = wrapped(row.label, { room: width, size, lines: LABEL_LINES })
  const isNamed = row.namesSides && lines.join(' ') === escapeLine(row.label)
  return joined([
    ...lines.map((line, place) => svgText(line, { x: 0, y: y + 13 + place * (size + 3), size })),
    svgText(sideOf(row.first, isNamed), { ...side, y: below }),
    svgText(`− ${sideOf(row.second, isNamed)}`, { ...side, y: below + 13 }),
    svgText(pointsOf(row), { x: 8, y: below + 29, size, room: 190 }),
    svgText(row.test, {
      ...{ x: width, y: below + 29, size: small, anchor: 'end', room: 140 },
      look: row.isFound ? 'strong' : 'faint',
    }),
    markup`<path class="grid" d="M${from} ${px(middle)}H${to}"/>`,
    markup`<path class="zero" d="M${px(scale(0))} ${px(middle - 9)}v18"/>`,
    plotOf(row, { y: middle, scale, layout }),
  ])
}

function plotOf(row: DifferenceRow, { y, scale, layout: { small } }: Place): Markup {
  const { estimate, low, high, isSequence } = row
  if (row.first.n === 0 || row.second.n === 0) {
    const at = { x: scale(0), y: y + small * 0.36, size: small, anchor: 'middle' } as const
    return svgText('no trial counts on one side', { ...at, look: 'faint', halo: true })
  }
  const kind = row.isFound ? 'tested' : 'open'
  return intervalMark({ scale, y, kind, estimate, low, high, isSequence, isOpenEnded: true })
}

function legendOf({ groups }: DifferenceData): LegendItem[] {
  const rows = rowsOf(groups)
  const item = (kind: 'tested' | 'open', label: string): LegendItem => ({
    label,
    sign: (x, y) => pointMark(kind, x + 7, y),
  })
  return [
    ...(rows.some(({ isFound }) => isFound) ? [item('tested', 'shown to differ')] : []),
    ...(rows.some(({ isFound }) => !isFound) ? [item('open', 'not shown to differ')] : []),
    ...(rows.some(({ isSequence }) => isSequence)
      ? [
          {
            label: 'confidence sequence: holds at whatever look',
            room: 20,
            sign: (x: number, y: number) =>
              markup`<path class="whisker tested" stroke-dasharray="5 3" d="M${px(x)} ${px(y)}h20"/>`,
          },
        ]
      : []),
  ]
}

function sideOf({ name, k, n }: DifferenceSide, isNamed: boolean): string {
  const counts = `${countText(k)} of ${countText(n)}`
  return isNamed ? counts : `${name}: ${counts}`
}

function pointsOf({ estimate, low, high }: DifferenceRow): string {
  if (estimate === null) return 'unknown'
  return `${signed(estimate)} (${low === null ? 'no limit' : signed(low)} to ${high === null ? 'no limit' : signed(high)})`
}

/** Percentage points. */
function signed(share: number): string {
  const text = `${Number(Math.abs(share * 100).toFixed(1))}`
  return text === '0' ? '0' : `${share < 0 ? '−' : '+'}${text}`
}

function tableOf({ groups }: DifferenceData): FigureTable {
  const end = (share: number | null): string => (share === null ? 'no limit' : signed(share))
  const grouped = (label: string): string[] =>
    groups.some((group) => group.label !== '') ? [label] : []
  return {
    head: [
      ...grouped('group'),
      ...['comparison', 'first', 'k', 'n', 'second', 'k', 'n'],
      ...['difference in points', 'low', 'high', 'test', 'found'],
    ],
    rows: groups.flatMap(({ label, rows }) =>
      rows.map((row) => [
        ...grouped(label),
        row.label,
        ...[row.first.name, countText(row.first.k), countText(row.first.n)],
        ...[row.second.name, countText(row.second.k), countText(row.second.n)],
        row.estimate === null ? 'unknown' : signed(row.estimate),
        ...[end(row.low), end(row.high), row.test],
        row.isFound ? 'shown to differ' : 'not shown to differ',
      ]),
    ),
  }
}
