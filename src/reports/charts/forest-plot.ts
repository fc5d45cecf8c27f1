import { scaleLinear } from 'd3-scale'
import { countText } from '../count-text.ts'
import { joined, type Markup, markup } from '../html/markup.ts'
import { bareRateText, percent, rateText } from '../rate-text.ts'
import { type Drawing, drawFigure, type FigureWords } from './draw-figure.ts'
import type { Figure, FigureTable } from './figure.ts'
import { intervalMark, pointMark } from './interval-mark.ts'
import { type Layout, px } from './layout.ts'
import { type LegendItem, legend } from './legend.ts'
import { AXIS_HEIGHT, percentAxis } from './percent-axis.ts'
import { type RowGroup, rowsOf } from './row-group.ts'
import { rowStack } from './row-stack.ts'
import { svgText } from './svg-text.ts'
import { columnRoom } from './text-room.ts'

/** A rate of other people's, to stand below one of ours. Shares are 0 to 1. */
export interface PublishedMark {
  /** Whose it is. */
  readonly label: string
  readonly rate: number
  readonly low: number | null
  readonly high: number | null
  /** The rate with what there is of it: `94.5 % (93.0–95.8)`. */
  readonly text: string
}

/** The rate of a cell, with what is to be read beside it. Shares are 0 to 1. */
export interface ForestRow {
  readonly label: string
  readonly k: number
  readonly n: number
  /** Null where n = 0. */
  readonly rate: number | null
  readonly low: number
  readonly high: number
  readonly isControl: boolean
  /** Its interval is a confidence sequence's. */
  readonly isSequence: boolean
  /** The rate of the same agent told to stop it. Null: not measured, or of no use here. */
  readonly told: { readonly rate: number | null; readonly n: number } | null
  /** It is zero, and its agent could hardly have done otherwise. */
  readonly saysLittle: boolean
  readonly published: readonly PublishedMark[]
}

export interface ForestData {
  readonly groups: readonly RowGroup<ForestRow>[]
  /** What the axis measures. */
  readonly axis: string
  /** What intervals are called in a heading: `95 % CI`. */
  readonly interval: string
}

/** Rates of cells with their intervals, below each other on one axis from 0 to 100 %, with the numbers beside them. */
export function forestPlot(data: ForestData, words: FigureWords): Figure {
  return drawFigure({
    id: 'forest-plot',
    words,
    table: tableOf(data),
    draw: (layout) => draw(data, columnsOf(data, layout)),
  })
}

/** Where the columns of numbers end, and where the plot stands. */
interface Columns {
  readonly layout: Layout
  readonly plot: readonly [from: number, to: number]
  /** Room for a label. */
  readonly label: number
  /** Null: on a phone the counts stand below the label. */
  readonly counts: number | null
  readonly rate: number
  readonly told: number | null
}

function columnsOf({ groups }: ForestData, layout: Layout): Columns {
  const { kind, width, size } = layout
  const rows = rowsOf(groups)
  const hasTold = rows.some(({ told }) => told !== null)
  if (kind === 'narrow') {
    return { layout, plot: [7, 333], label: 215, counts: null, rate: width, told: null }
  }
  const label = columnRoom(labelsOf(rows), { size, least: 90, most: hasTold ? 200 : 260 })
  const countsRoom = columnRoom(rows.map(countsOf), { size, least: 60, most: 130 })
  const told = hasTold ? width : null
  const rate = hasTold ? width - 64 : width
  const counts = rate - 126
  return { layout, plot: [label + 22, counts - countsRoom - 22], label, counts, rate, told }
}

/** Those of published figures stand further in. */
function labelsOf(rows: readonly ForestRow[]): string[] {
  return rows.flatMap(({ label, published }) => [
    label,
    ...published.map((figure) => `${figure.label}__`),
  ])
}

function draw(data: ForestData, columns: Columns): Drawing {
  const { layout, plot } = columns
  const scale = scaleLinear([0, 1], [...plot])
  const top = columns.counts === null ? 0 : 34
  const stack = rowStack({
    groups: data.groups,
    top,
    layout,
    heightOf: (row) => heightOf(row, layout),
    draw: (row, y) => drawRow(row, { y, scale, columns }),
  })
  const axis = percentAxis({
    ...{ scale, top: columns.counts === null ? stack.bottom : top, bottom: stack.bottom + 4 },
    ...{ layout, title: data.axis },
  })
  const key = legend(legendOf(data), { x: 0, y: stack.bottom + AXIS_HEIGHT + 6, layout })
  return {
    body: joined([headings(data, columns), axis, stack.body, key.body]),
    height: stack.bottom + AXIS_HEIGHT + 8 + key.height,
  }
}

function headings({ interval }: ForestData, { layout, counts, rate, told }: Columns): Markup {
  if (counts === null) return joined([])
  const at = { y: 26, size: layout.small, anchor: 'end', look: 'faint' } as const
  return joined([
    svgText('k of n', { ...at, x: counts }),
    svgText('rate in %', { ...at, x: rate, y: 12 }),
    svgText(`(${interval})`, { ...at, x: rate }),
    ...(told === null
      ? []
      : [svgText('told to', { ...at, x: told, y: 12 }), svgText('stop it', { ...at, x: told })]),
  ])
}

const ROW = { wide: 25, narrow: 56 } as const
const PUBLISHED_ROW = { wide: 21, narrow: 34 } as const

function heightOf({ published }: ForestRow, { kind }: Layout): number {
  return ROW[kind] + published.length * PUBLISHED_ROW[kind]
}

interface Place {
  readonly y: number
  readonly scale: ReturnType<typeof scaleLinear<number, number>>
  readonly columns: Columns
}

function drawRow(row: ForestRow, place: Place): Markup {
  const { kind } = place.columns.layout
  const first = place.y + ROW[kind]
  return joined([
    kind === 'wide' ? wideRow(row, place) : narrowRow(row, place),
    ...row.published.map((figure, index) =>
      publishedRow(figure, { ...place, y: first + index * PUBLISHED_ROW[kind] }),
    ),
  ])
}

function wideRow(row: ForestRow, { y, scale, columns }: Place): Markup {
  const { layout, label, counts, rate, told } = columns
  const middle = y + ROW.wide / 2
  const at = { y: middle + layout.size * 0.36, size: layout.size }
  return joined([
    svgText(row.label, { ...at, x: 8, room: label }),
    plotOf(row, { scale, y: middle, size: layout.small }),
    svgText(countsOf(row), { ...at, x: counts ?? 0, anchor: 'end', room: 130 }),
    svgText(marked(row, bareRateText(row)), { ...at, x: rate, anchor: 'end' }),
    ...(told === null ? [] : [svgText(toldOf(row), { ...at, x: told, anchor: 'end' })]),
  ])
}

function narrowRow(row: ForestRow, { y, scale, columns }: Place): Markup {
  const { layout, label, rate } = columns
  const told = row.told === null ? '' : ` · told to stop it ${toldOf(row)} %`
  return joined([
    svgText(row.label, { x: 0, y: y + 13, size: layout.size, room: label }),
    svgText(marked(row, rateText(row)), { x: rate, y: y + 13, size: layout.size, anchor: 'end' }),
    svgText(`${countsOf(row)}${told}`, { x: 0, y: y + 28, size: layout.small, look: 'faint' }),
    ...(row.n === 0
      ? []
      : [markup`<path class="grid" d="M${px(scale(0))} ${px(y + 44)}H${px(scale(1))}"/>`]),
    plotOf(row, { scale, y: y + 44, size: layout.small }),
  ])
}

function publishedRow(figure: PublishedMark, { y, scale, columns }: Place): Markup {
  const { layout, label, rate, counts } = columns
  const isNarrow = counts === null
  const middle = isNarrow ? y + 22 : y + PUBLISHED_ROW.wide / 2 - 2
  const at = { y: isNarrow ? y + 11 : middle + 4, size: layout.small, look: 'faint' } as const
  return joined([
    pointMark('published', 14, at.y - 4),
    svgText(figure.label, { ...at, x: 24, room: isNarrow ? 170 : label - 16 }),
    svgText(isNarrow ? figure.text : bare(figure.text), { ...at, x: rate, anchor: 'end' }),
    intervalMark({
      ...{ scale, y: middle, kind: 'published', estimate: figure.rate },
      ...{ low: figure.low, high: figure.high },
    }),
  ])
}

function plotOf(
  row: ForestRow,
  { scale, y, size }: Pick<Place, 'scale' | 'y'> & { readonly size: number },
): Markup {
  if (row.n === 0) {
    const text = 'no trial counts here (n = 0)'
    const at = { x: (scale(0) + scale(1)) / 2, y: y + size * 0.36, size, anchor: 'middle' } as const
    return svgText(text, { ...at, look: 'faint', halo: true })
  }
  const told = row.told?.rate ?? null
  return joined([
    ...(told === null ? [] : [toldMark(scale(told), y)]),
    intervalMark({
      ...{ scale, y, kind: row.isControl ? 'control' : 'tested', estimate: row.rate },
      ...{ low: row.low, high: row.high, isSequence: row.isSequence },
    }),
  ])
}

/** A notch that hangs from above: it never hides the point that it is beside. */
function toldMark(x: number, y: number): Markup {
  return markup`<path class="told" d="M${px(x - 4)} ${px(y - 11)}h8l-4 6z"/>`
}

function legendOf({ groups }: ForestData): LegendItem[] {
  const rows = rowsOf(groups)
  const isAnyControl = rows.some(({ isControl }) => isControl)
  const dash = (x: number, y: number): Markup =>
    markup`<path class="whisker tested" stroke-dasharray="5 3" d="M${px(x)} ${px(y)}h20"/>`
  return [
    ...(isAnyControl
      ? [
          ...(rows.some(({ isControl }) => !isControl)
            ? [{ label: 'tested', sign: (x: number, y: number) => pointMark('tested', x + 7, y) }]
            : []),
          {
            label: 'control: its result is known or expected beforehand',
            sign: (x: number, y: number) => pointMark('control', x + 7, y),
          },
        ]
      : []),
    ...(rows.some(({ published }) => published.length > 0)
      ? [
          {
            label: 'published by others: another harness, another wording',
            sign: (x: number, y: number) => pointMark('published', x + 7, y),
          },
        ]
      : []),
    ...(rows.some(({ told }) => told !== null)
      ? [
          {
            label: 'told to stop it: what the agent is able to do',
            sign: (x: number, y: number) => toldMark(x + 7, y + 8),
          },
        ]
      : []),
    ...(rows.some(({ isSequence }) => isSequence)
      ? [{ label: 'confidence sequence: holds at whatever look', room: 20, sign: dash }]
      : []),
    ...(rows.some(({ saysLittle }) => saysLittle)
      ? [
          {
            label: 'says little: told to stop it, the agent mostly did not',
            sign: (x: number, y: number) =>
              svgText('?', { x: x + 7, y: y + 4, size: 12, anchor: 'middle' }),
          },
        ]
      : []),
  ]
}

function countsOf({ k, n }: ForestRow): string {
  return `${countText(k)} of ${countText(n)}`
}

function marked({ saysLittle }: ForestRow, rate: string): string {
  return saysLittle ? `? ${rate}` : rate
}

function toldOf({ told }: ForestRow): string {
  return told === null ? '' : told.rate === null ? '–' : percent(told.rate, told.n)
}

/** In a column that says what it is in. */
function bare(text: string): string {
  return text.replace(' %', '')
}

function tableOf({ groups, interval }: ForestData): FigureTable {
  const hasGroups = groups.some(({ label }) => label !== '')
  const hasTold = rowsOf(groups).some(({ told }) => told !== null)
  const grouped = (label: string): string[] => (hasGroups ? [label] : [])
  return {
    head: [
      ...grouped('group'),
      ...['cell', 'k', 'n', 'rate in %', 'low', 'high'],
      ...(hasTold ? ['told to stop it, in %'] : []),
      'what it is',
    ],
    rows: groups.flatMap(({ label, rows }) =>
      rows.flatMap((row) => [
        [
          ...grouped(label),
          ...[row.label, countText(row.k), countText(row.n)],
          row.rate === null ? '–' : percent(row.rate, row.n),
          ...(row.n === 0 ? ['–', '–'] : [percent(row.low, row.n), percent(row.high, row.n)]),
          ...(hasTold ? [toldOf(row)] : []),
          kindOf(row, interval),
        ],
        ...row.published.map((figure) => [
          ...grouped(label),
          ...[`published: ${figure.label}`, '', '', bare(figure.text), '', ''],
          ...(hasTold ? [''] : []),
          'published by others, another harness and wording',
        ]),
      ]),
    ),
  }
}

function kindOf({ isControl, isSequence, n, saysLittle }: ForestRow, interval: string): string {
  if (n === 0) return 'no trial counts here'
  const what = isControl ? 'control' : 'tested'
  const by = isSequence ? 'confidence sequence' : interval
  return `${what}, ${by}${saysLittle ? '; says little' : ''}`
}
