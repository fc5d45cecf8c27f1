import { scaleLinear } from 'd3-scale'
import { usdText } from '../../support/usd-text.ts'
import { countText } from '../count-text.ts'
import { durationText } from '../duration-text.ts'
import { joined, type Markup, markup } from '../html/markup.ts'
import { type Drawing, drawFigure, type FigureWords } from './draw-figure.ts'
import type { Figure, FigureTable } from './figure.ts'
import { type Layout, px } from './layout.ts'
import { type RowGroup, rowsOf } from './row-group.ts'
import { rowStack } from './row-stack.ts'
import { svgText } from './svg-text.ts'
import { columnRoom } from './text-room.ts'

/** What the trials of a cell took. */
export interface EffortRow {
  readonly label: string
  readonly trials: number
  /** Wall time of a trial. Null: there is none yet. */
  readonly medianMs: number | null
  /** Nine of ten took no longer. */
  readonly p90Ms: number | null
  /** Input and output together, of all its trials. */
  readonly tokens: number
  /** Of all its trials. Null: no price is known. */
  readonly costUsd: number | null
}

export interface EffortData {
  readonly groups: readonly RowGroup<EffortRow>[]
}

/** How long the trials of each cell took, and what they cost where a model was asked. */
export function effortChart(data: EffortData, words: FigureWords): Figure {
  const hasCost = rowsOf(data.groups).some((row) => costOfOne(row) !== null)
  return drawFigure({
    id: 'effort-chart',
    words,
    table: tableOf(data),
    draw: (layout) => draw(data, columnsOf(data, layout, hasCost)),
  })
}

type Scale = ReturnType<typeof scaleLinear<number, number>>

interface Columns {
  readonly layout: Layout
  /** For a label. */
  readonly room: number
  readonly time: Scale
  /** Null: no price is known, or no model was asked. */
  readonly cost: Scale | null
}

/** Room for the text behind a bar. */
const TEXT = { time: 164, cost: 104 } as const

function columnsOf({ groups }: EffortData, layout: Layout, hasCost: boolean): Columns {
  const rows = rowsOf(groups)
  const longest = Math.max(1, ...rows.map(({ p90Ms, medianMs }) => p90Ms ?? medianMs ?? 0))
  const dearest = Math.max(1e-9, ...rows.map((row) => costOfOne(row) ?? 0))
  const { width, size } = layout
  const labels = rows.map(({ label }) => label)
  const names = columnRoom(labels, { size, least: 60, most: 200 })
  const [left, middle] = layout.kind === 'narrow' ? [44, 44] : [names + 22, hasCost ? 556 : width]
  const timeEnd = (layout.kind === 'narrow' ? width : middle) - TEXT.time
  return {
    layout,
    room: names,
    time: scaleLinear([0, longest], [left, timeEnd]),
    cost: hasCost ? scaleLinear([0, dearest], [middle, width - TEXT.cost]) : null,
  }
}

function draw({ groups }: EffortData, columns: Columns): Drawing {
  const { layout, time, cost } = columns
  const isNarrow = layout.kind === 'narrow'
  const height = isNarrow ? (cost === null ? 36 : 54) : 25
  const head = { y: 12, size: layout.small, look: 'faint' } as const
  const stack = rowStack({
    ...{ groups, top: isNarrow ? 0 : 20, layout, heightOf: () => height },
    draw: (row, y) => (isNarrow ? narrowRow : wideRow)(row, y, columns),
  })
  const headings = isNarrow
    ? []
    : [
        svgText('time of a trial: median, and to nine of ten', { ...head, x: time(0) }),
        ...(cost === null ? [] : [svgText('cost of a trial', { ...head, x: cost(0) })]),
      ]
  return { body: joined([...headings, stack.body]), height: stack.bottom + 4 }
}

function wideRow(row: EffortRow, y: number, { layout, room, time, cost }: Columns): Markup {
  const at = { y: y + 12.5, size: layout.size, small: layout.small }
  return joined([
    svgText(row.label, { x: 8, y: at.y + at.size * 0.36, size: at.size, room }),
    timeBar(row, time, at),
    ...(cost === null ? [] : [costBar(row, cost, at)]),
  ])
}

function narrowRow(row: EffortRow, top: number, { layout, time, cost }: Columns): Markup {
  const { size, small, width } = layout
  const name = { x: 0, size: small, look: 'faint' } as const
  const [first, second] = [top + 24, top + 42]
  return joined([
    svgText(row.label, { x: 0, y: top + 13, size, room: width }),
    svgText('time', { ...name, y: first + 4 }),
    timeBar(row, time, { y: first, small }),
    ...(cost === null
      ? []
      : [svgText('cost', { ...name, y: second + 4 }), costBar(row, cost, { y: second, small })]),
  ])
}

interface At {
  /** The middle. */
  readonly y: number
  readonly small: number
}

const BAR = 11

function timeBar({ medianMs, p90Ms }: EffortRow, scale: Scale, { y, small }: At): Markup {
  const left = scale(0)
  const text = { y: y + small * 0.36, size: small }
  if (medianMs === null) return svgText('no trial has ended', { ...text, x: left, look: 'faint' })
  const end = scale(p90Ms ?? medianMs)
  const long = p90Ms === null ? '' : ` – ${durationText(p90Ms)}`
  return joined([
    markup`<rect class="bar" x="${px(left)}" y="${px(y - BAR / 2)}" width="${px(Math.max(1, scale(medianMs) - left))}" height="${BAR}"/>`,
    markup`<path class="whisker control" d="M${px(scale(medianMs))} ${px(y)}H${px(end)}M${px(end)} ${px(y - 4)}v8"/>`,
    svgText(`${durationText(medianMs)}${long}`, { ...text, x: end + 6, room: TEXT.time - 8 }),
  ])
}

function costBar(row: EffortRow, scale: Scale, { y, small }: At): Markup {
  const left = scale(0)
  const text = { y: y + small * 0.36, size: small }
  const cost = costOfOne(row)
  if (cost === null) {
    const why = row.tokens === 0 ? 'no model was asked' : 'no price is known'
    return svgText(why, { ...text, x: left, look: 'faint' })
  }
  const length = scale(cost) - left
  return joined([
    markup`<rect class="bar second" x="${px(left)}" y="${px(y - BAR / 2)}" width="${px(Math.max(1, length))}" height="${BAR}"/>`,
    svgText(`${usdText(cost)} USD`, { ...text, x: left + length + 6, room: TEXT.cost - 8 }),
  ])
}

/** Null: not known, or there is none. */
function costOfOne({ costUsd, trials, tokens }: EffortRow): number | null {
  return costUsd === null || trials === 0 || tokens === 0 ? null : costUsd / trials
}

function tableOf({ groups }: EffortData): FigureTable {
  const hasGroups = groups.some(({ label }) => label !== '')
  const time = (ms: number | null): string => (ms === null ? '–' : durationText(ms))
  return {
    head: [
      ...(hasGroups ? ['group'] : []),
      ...['cell', 'trials', 'median time', 'nine of ten within', 'tokens'],
      ...['cost of a trial in USD', 'cost of all in USD'],
    ],
    rows: groups.flatMap(({ label, rows }) =>
      rows.map((row) => {
        const cost = costOfOne(row)
        const unknown = row.tokens === 0 ? 'no model was asked' : 'no price is known'
        return [
          ...(hasGroups ? [label] : []),
          ...[
            row.label,
            countText(row.trials),
            time(row.medianMs),
            time(row.p90Ms),
            countText(row.tokens),
          ],
          cost === null ? unknown : usdText(cost),
          cost === null || row.costUsd === null ? unknown : usdText(row.costUsd),
        ]
      }),
    ),
  }
}
