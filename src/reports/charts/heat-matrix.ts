import { countText } from '../count-text.ts'
import { escapeLine } from '../escape-text.ts'
import { joined, type Markup, markup } from '../html/markup.ts'
import { percent } from '../rate-text.ts'
import { type Drawing, drawFigure, type FigureWords } from './draw-figure.ts'
import type { Figure, FigureTable } from './figure.ts'
import { type Layout, NARROW, px } from './layout.ts'
import { type LegendItem, legend } from './legend.ts'
import { type Box, edges, hatchedBox } from './pattern-box.ts'
import { svgText } from './svg-text.ts'
import { roomOf, wrapped } from './text-room.ts'

/** The rate of one cell. Shares are 0 to 1. */
export interface MatrixCell {
  /** Places in the rows and the columns. */
  readonly row: number
  readonly column: number
  /** What the drawing calls it in `data-cell`. Null: there is nothing to go to. */
  readonly place: number | null
  readonly k: number
  readonly n: number
  /** Null where n = 0. */
  readonly rate: number | null
  readonly low: number
  readonly high: number
  readonly isControl: boolean
}

export interface MatrixData {
  readonly rows: readonly string[]
  readonly columns: readonly string[]
  /** What rows and columns are, for the table: `agent`, `arm`. */
  readonly names: readonly [row: string, column: string]
  /** Of a pair that is not among them nothing is drawn: it is not in the study. */
  readonly cells: readonly MatrixCell[]
}

/** Rates in a grid: the darker the higher, with counts and interval where there is room for them. */
export function heatMatrix(data: MatrixData, words: FigureWords): Figure {
  return drawFigure({
    id: 'heat-matrix',
    words,
    table: tableOf(data),
    isScrolled: data.columns.length > COLUMNS_NARROW_MAX,
    draw: (layout) => draw(data, gridOf(data, layout)),
  })
}

/** Beyond so many columns a phone has no room for a number in each. */
const COLUMNS_NARROW_MAX = Math.floor(NARROW.width / 34)

/** What fits into a cell: rate, counts and interval; the rate and the interval; a shade alone. */
type Fill = 'whole' | 'rate' | 'shade'

interface Grid {
  readonly layout: Layout
  readonly fill: Fill
  /** Where columns begin. */
  readonly left: number
  readonly cell: readonly [width: number, height: number]
  /** Height of a row with what stands above its cells. */
  readonly pitch: number
  /** Of the columns' names. */
  readonly head: number
  /** Whether those are written upwards, since they would be cut otherwise. */
  readonly isUpwards: boolean
}

const HEIGHTS: Readonly<Record<Fill, number>> = { whole: 48, rate: 30, shade: 18 }
const HEAD_UPWARDS_MAX = 160

function gridOf({ rows, columns, cells }: MatrixData, layout: Layout): Grid {
  const isNarrow = layout.kind === 'narrow'
  const count = Math.max(1, columns.length)
  const labels = Math.max(0, ...rows.map((row) => roomOf(row, layout.size))) + 12
  const left = isNarrow ? 0 : Math.min(labels, LABEL_MAX)
  const room = (layout.width - left) / count
  const counts = Math.max(0, ...cells.map((cell) => roomOf(countsOf(cell, layout), layout.small)))
  const fill = room >= Math.max(54, counts + 8) ? 'whole' : room >= 34 ? 'rate' : 'shade'
  const width = fill === 'shade' ? Math.max(room, 18) : Math.min(room, 120)
  const [height, above] = [HEIGHTS[fill], isNarrow ? layout.size + 8 : 0]
  const isUpwards = fill === 'shade' || columns.some((name) => isCut(name, width, layout))
  const lines = Math.max(0, ...columns.map((name) => headOf(name, width, layout.small).length))
  const head = isUpwards ? upwardsHead(columns, layout) : lines * (layout.small + 2) + 8
  return { layout, fill, left, cell: [width, height], pitch: above + height, head, isUpwards }
}

const LABEL_MAX = 220
const HEAD_LINES_MAX = 4

function isCut(name: string, width: number, { small }: Layout): boolean {
  return headOf(name, width, small).some((line) => line.includes('…')) && !name.includes('…')
}

function upwardsHead(columns: readonly string[], { small }: Layout): number {
  const longest = Math.max(0, ...columns.map((name) => roomOf(name, small)))
  return Math.min(longest, HEAD_UPWARDS_MAX) + 10
}

function headOf(name: string, width: number, size: number): string[] {
  return wrapped(name, { room: width - 6, size, lines: HEAD_LINES_MAX })
}

function draw(data: MatrixData, grid: Grid): Drawing {
  const { layout, left, cell, pitch, head } = grid
  const bottom = data.cells.length === 0 ? 24 : head + data.rows.length * pitch
  const right = left + data.columns.length * cell[0]
  const keys = legend(legendOf(data, grid), { x: 0, y: bottom + 10, layout })
  return {
    body: joined([
      joined(data.columns.map((name, column) => columnHead(name, column, grid))),
      joined(data.rows.map((name, row) => rowHead(name, row, grid))),
      joined(data.cells.map((each) => drawCell(each, data, grid))),
      keys.body,
      ...(data.cells.length > 0 ? [] : [nothing(layout)]),
    ]),
    height: bottom + 12 + keys.height,
    width: Math.max(layout.width, right + 1),
  }
}

function nothing({ size }: Layout): Markup {
  return svgText('nothing to show yet', { x: 0, y: 16, size, look: 'faint' })
}

function columnHead(
  name: string,
  column: number,
  { layout, isUpwards, left, cell, head }: Grid,
): Markup {
  const middle = left + (column + 0.5) * cell[0]
  const size = layout.small
  if (isUpwards) {
    const at = { x: middle + size * 0.36, y: head - 6, size, room: head - 8 }
    return svgText(name, { ...at, upwards: true })
  }
  const lines = headOf(name, cell[0], size)
  return joined([
    markup`<g><title>${escapeLine(name)}</title>`,
    ...lines.map((line, place) =>
      svgText(line, {
        ...{ x: middle, y: head - 8 - (lines.length - 1 - place) * (size + 2), size },
        anchor: 'middle',
      }),
    ),
    markup`</g>`,
  ])
}

function rowHead(name: string, row: number, { layout, left, cell, pitch, head }: Grid): Markup {
  const { size } = layout
  const top = head + row * pitch
  return left === 0
    ? svgText(name, { x: 0, y: top + size + 2, size, room: layout.width })
    : svgText(name, { x: 0, y: top + cell[1] / 2 + size * 0.36, size, room: left - 10 })
}

function drawCell(cell: MatrixCell, data: MatrixData, grid: Grid): Markup {
  const [width, height] = grid.cell
  const x = grid.left + cell.column * width
  const y = grid.head + cell.row * grid.pitch + (grid.pitch - height)
  const place = cell.place === null ? null : markup` data-cell="${cell.place}"`
  return joined([
    markup`<g${place} transform="translate(${px(x)} ${px(y)})"><title>${escapeLine(nameOf(cell, data))}</title>`,
    cell.rate === null ? emptyCell(grid) : fullCell(cell, cell.rate, grid),
    cell.isControl && grid.fill !== 'shade' ? controlSign(width - 6, 6) : joined([]),
    markup`</g>`,
  ])
}

/** A hair between cells. */
const GAP = 1

function emptyCell({ cell: [width, height] }: Grid): Markup {
  return hatchedBox({ x: GAP / 2, y: GAP / 2, width: width - GAP, height: height - GAP })
}

function fullCell(cell: MatrixCell, rate: number, grid: Grid): Markup {
  const [width, height] = grid.cell
  const { size, small } = grid.layout
  if (grid.fill === 'shade') return shadeAlone(cell, rate, grid)
  const middle = { x: width / 2, anchor: 'middle' } as const
  const isWhole = grid.fill === 'whole'
  const text = percent(rate, cell.n)
  return joined([
    ...shades(rate, { x: GAP / 2, y: GAP / 2, width: width - GAP, height: height - GAP }),
    svgText(isWhole ? `${text} %` : text, {
      ...{ ...middle, y: isWhole ? 17 : 16, size, room: width - 2 },
      look: isWhole ? 'strong' : 'plain',
    }),
    ...(isWhole ? [svgText(countsOf(cell, grid.layout), { ...middle, y: 32, size: small })] : []),
    intervalLine(cell, rate, { width, y: height - (isWhole ? 8 : 6) }),
  ])
}

/** From edge to edge is 0 to 100 %: a short line is a rate that is known well. */
function intervalLine(
  { low, high }: MatrixCell,
  rate: number,
  { width, y }: { readonly width: number; readonly y: number },
): Markup {
  const at = (share: number): number => px(6 + share * (width - 12))
  return markup`<path class="zero" d="M${at(low)} ${y}H${at(high)}M${at(rate)} ${y - 3}v6"/>`
}

/** Where nothing can be written: the wider its interval, the smaller the square. */
function shadeAlone({ low, high }: MatrixCell, rate: number, { cell }: Grid): Markup {
  const [width, height] = cell
  const share = Math.max(0.3, Math.sqrt(1 - Math.min(1, high - low)))
  const [w, h] = [(width - GAP) * share, (height - GAP) * share]
  return joined([
    markup`<rect class="outline plain" x="${GAP / 2}" y="${GAP / 2}" width="${px(width - GAP)}" height="${px(height - GAP)}"/>`,
    markup`<rect class="shade" fill-opacity="${opacity(rate)}" x="${px((width - w) / 2)}" y="${px((height - h) / 2)}" width="${px(w)}" height="${px(h)}"/>`,
  ])
}

function shades(rate: number, box: Box): Markup[] {
  return [
    markup`<rect class="outline plain" ${edges(box)}/>`,
    ...(rate === 0
      ? []
      : [markup`<rect class="shade" fill-opacity="${opacity(rate)}" ${edges(box)}/>`]),
  ]
}

/** Never so dark that letters on it could not be read. */
function opacity(rate: number): number {
  return rate === 0 ? 0 : Number((0.06 + rate * 0.54).toFixed(2))
}

function controlSign(x: number, y: number): Markup {
  return markup`<circle class="point control" cx="${px(x)}" cy="${px(y)}" r="2.5"/>`
}

function legendOf({ cells }: MatrixData, { fill }: Grid): LegendItem[] {
  const ramp = [0, 0.25, 0.5, 0.75, 1]
  const box = (x: number, y: number): Box => ({ x, y: y - 6, width: 14, height: 12 })
  return [
    {
      label: 'rate: 0 to 100 %',
      room: ramp.length * 14,
      sign: (x, y) => joined(ramp.flatMap((rate, place) => shades(rate, box(x + place * 14, y)))),
    },
    fill === 'shade'
      ? {
          label: 'the smaller the square, the wider the interval',
          room: 8,
          sign: (x, y) =>
            markup`<rect class="shade" fill-opacity="0.5" x="${px(x)}" y="${px(y - 4)}" width="8" height="8"/>`,
        }
      : {
          label: 'interval, from edge to edge 0 to 100 %',
          room: 30,
          sign: (x, y) => markup`<path class="zero" d="M${px(x + 4)} ${px(y)}h20m-12 -3v6"/>`,
        },
    ...(cells.some(({ rate }) => rate === null)
      ? [
          {
            label: 'no trial counts',
            sign: (x: number, y: number) => hatchedBox(box(x, y)),
          },
        ]
      : []),
    ...(fill !== 'shade' && cells.some(({ isControl }) => isControl)
      ? [{ label: 'control', room: 8, sign: (x: number, y: number) => controlSign(x + 4, y) }]
      : []),
  ]
}

function countsOf({ k, n }: MatrixCell, { kind }: Layout): string {
  return kind === 'narrow'
    ? `${countText(k)}/${countText(n)}`
    : `${countText(k)} of ${countText(n)}`
}

/** `agent, arm: 18 of 100 (18 %, 12–27)`. */
function nameOf(cell: MatrixCell, { rows, columns }: MatrixData): string {
  const { row, column, k, n, rate, low, high, isControl } = cell
  const name = [rows[row] ?? '', columns[column] ?? ''].filter((part) => part !== '').join(', ')
  const ends = `${percent(low, n)}–${percent(high, n)}`
  const text =
    rate === null
      ? 'no trial counts'
      : `${countText(k)} of ${countText(n)} (${percent(rate, n)} %, ${ends})`
  return `${name}: ${text}${isControl ? ', a control' : ''}`
}

function tableOf(data: MatrixData): FigureTable {
  const { rows, columns, names, cells } = data
  return {
    head: [...names, 'k', 'n', 'rate in %', 'low', 'high', 'control'],
    rows: cells.map(({ row, column, k, n, rate, low, high, isControl }) => [
      ...[rows[row] ?? '', columns[column] ?? '', countText(k), countText(n)],
      ...(rate === null ? ['–', '–', '–'] : [percent(rate, n), percent(low, n), percent(high, n)]),
      isControl ? 'yes' : 'no',
    ]),
  }
}
