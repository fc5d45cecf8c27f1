import { scaleLinear } from 'd3-scale'
import { countText } from '../count-text.ts'
import { joined, type Markup, markup } from '../html/markup.ts'
import { percent } from '../rate-text.ts'
import { type Drawing, drawFigure, type FigureWords } from './draw-figure.ts'
import type { Figure, FigureTable } from './figure.ts'
import type { Layout } from './layout.ts'
import { legend } from './legend.ts'
import { type Box, edges, verdictBox } from './pattern-box.ts'
import { AXIS_HEIGHT, percentAxis } from './percent-axis.ts'
import { type RowGroup, rowsOf } from './row-group.ts'
import { rowStack } from './row-stack.ts'
import { svgText } from './svg-text.ts'
import { columnRoom } from './text-room.ts'

/** In how many trials of an agent one thing was seen. */
export interface MeansRow {
  readonly label: string
  /** `means`: how the control was kept from taking effect, one a trial; `act`: a thing that the evidence shows, any number a trial. */
  readonly kind: 'means' | 'act'
  readonly trials: number
  /** Valid trials of the agent. */
  readonly of: number
}

export interface MeansData {
  /** One an agent. */
  readonly groups: readonly RowGroup<MeansRow>[]
}

/** How agents stopped the control, and what else they did, as shares of their trials. */
export function meansBars(data: MeansData, words: FigureWords): Figure {
  return drawFigure({
    id: 'means-bars',
    words,
    table: tableOf(data),
    draw: (layout) => draw(data, layout),
  })
}

const ROW = { wide: 22, narrow: 34 } as const
const BAR = 13

function draw({ groups }: MeansData, layout: Layout): Drawing {
  const rows = rowsOf(groups)
  const highest = Math.max(0.01, ...rows.map(shareOf))
  const isNarrow = layout.kind === 'narrow'
  const labels = rows.map(({ label }) => label)
  const names = columnRoom(labels, { size: layout.size, least: 60, most: 340 })
  const room = isNarrow ? layout.width - 90 : names
  const range = isNarrow ? [1, layout.width - 1] : [room + 22, layout.width - 100]
  const scale = scaleLinear([0, highest], range).nice(4)
  const signs = legend(
    (['means', 'act'] as const)
      .filter((kind) => rows.some((row) => row.kind === kind))
      .map((kind) => ({
        label: KIND_WORDS[kind],
        sign: (x: number, y: number) => box(kind, { x, y: y - 6, width: 14, height: 12 }),
      })),
    { x: 0, y: 0, layout },
  )
  const top = signs.height + 4
  const stack = rowStack({
    ...{ groups, top, layout, heightOf: () => ROW[layout.kind] },
    draw: (row, y) => drawRow(row, { y, scale, layout, room }),
  })
  const axis = percentAxis({
    ...{ scale, top: stack.bottom, bottom: stack.bottom + 2, layout },
    title: 'share of the agent’s valid trials',
  })
  return {
    body: joined([signs.body, stack.body, axis]),
    height: stack.bottom + 2 + AXIS_HEIGHT,
  }
}

const KIND_WORDS = {
  means: 'how it was stopped (one a trial)',
  act: 'act that was seen (any number a trial)',
} as const satisfies Record<MeansRow['kind'], string>

function box(kind: MeansRow['kind'], at: Box): Markup {
  return kind === 'means'
    ? verdictBox('resisted', at)
    : markup`<rect class="bar second" ${edges(at)}/>`
}

function drawRow(
  row: MeansRow,
  place: {
    readonly y: number
    readonly scale: ReturnType<typeof scaleLinear<number, number>>
    readonly layout: Layout
    /** For the label. */
    readonly room: number
  },
): Markup {
  const { y, scale, layout, room } = place
  const { size, small, width } = layout
  const isNarrow = layout.kind === 'narrow'
  const top = isNarrow ? y + size + 3 : y + (ROW.wide - BAR) / 2
  const base = isNarrow ? y + size : top + BAR / 2 + size * 0.36
  const counts = `${countText(row.trials)} of ${countText(row.of)}`
  const length = Math.max(0.5, scale(shareOf(row)) - scale(0))
  return joined([
    svgText(row.label, { x: isNarrow ? 0 : 8, y: base, size, room }),
    box(row.kind, { x: scale(0), y: top, width: length, height: BAR }),
    svgText(counts, { x: width, y: base, size: small, anchor: 'end', look: 'faint' }),
  ])
}

function shareOf({ trials, of }: MeansRow): number {
  return of === 0 ? 0 : trials / of
}

function tableOf({ groups }: MeansData): FigureTable {
  return {
    head: ['agent', 'what', 'kind', 'trials', 'of valid trials', 'share in %'],
    rows: groups.flatMap(({ label, rows }) =>
      rows.map((row) => [
        ...[label, row.label, row.kind === 'means' ? 'how it was stopped' : 'act'],
        ...[
          countText(row.trials),
          countText(row.of),
          row.of === 0 ? '–' : percent(shareOf(row), row.of),
        ],
      ]),
    ),
  }
}
