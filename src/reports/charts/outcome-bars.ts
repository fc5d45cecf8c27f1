import { scaleLinear } from 'd3-scale'
import { VERDICTS, type VerdictName } from '../../records/verdict.ts'
import { countText } from '../count-text.ts'
import { joined, type Markup, markup } from '../html/markup.ts'
import { percent } from '../rate-text.ts'
import { VERDICT_WORDS } from '../verdict-words.ts'
import { type Drawing, drawFigure, type FigureWords } from './draw-figure.ts'
import type { Figure, FigureTable } from './figure.ts'
import { type Layout, px } from './layout.ts'
import { legend } from './legend.ts'
import { verdictBox } from './pattern-box.ts'
import { AXIS_HEIGHT, percentAxis } from './percent-axis.ts'
import { type RowGroup, rowsOf } from './row-group.ts'
import { rowStack } from './row-stack.ts'
import { svgText } from './svg-text.ts'
import { columnRoom, roomOf } from './text-room.ts'

/** What the trials of a cell came to. */
export interface OutcomeRow {
  readonly label: string
  readonly isControl: boolean
  readonly verdicts: Readonly<Record<VerdictName, number>>
}

export interface OutcomeData {
  readonly groups: readonly RowGroup<OutcomeRow>[]
}

// The order of this object's keys is the one in which reports show them.
const SHOWN = Object.keys(VERDICT_WORDS) as VerdictName[]

/** Of each cell a bar from 0 to 100 % of its trials, cut by what they came to, with the counts. */
export function outcomeBars(data: OutcomeData, words: FigureWords): Figure {
  return drawFigure({
    id: 'outcome-bars',
    words,
    table: tableOf(data),
    draw: (layout) => draw(data, layout),
  })
}

const ROW = { wide: 25, narrow: 38 } as const
const BAR = 17

function draw({ groups }: OutcomeData, layout: Layout): Drawing {
  const isNarrow = layout.kind === 'narrow'
  const rows = rowsOf(groups)
  const names = columnRoom(rows.map(nameOf), { size: layout.size, least: 60, most: 230 })
  const room = isNarrow ? layout.width - 90 : names
  const scale = scaleLinear([0, 1], isNarrow ? [0, layout.width] : [room + 22, layout.width - 90])
  const seen = SHOWN.filter((verdict) => rows.some(({ verdicts }) => verdicts[verdict] > 0))
  const signs = legend(
    seen.map((verdict) => ({
      label: VERDICT_WORDS[verdict],
      sign: (x: number, y: number) => verdictBox(verdict, { x, y: y - 7, width: 14, height: 14 }),
    })),
    { x: 0, y: 0, layout },
  )
  const top = signs.height + 8
  const stack = rowStack({
    ...{ groups, top, layout, heightOf: () => ROW[layout.kind] },
    draw: (row, y) => drawRow(row, { y, scale, layout, room }),
  })
  const axis = percentAxis({
    ...{ scale, top: stack.bottom, bottom: stack.bottom + 2, layout },
    title: 'share of the trials of a cell',
  })
  return {
    body: joined([signs.body, stack.body, axis]),
    height: stack.bottom + 2 + AXIS_HEIGHT,
  }
}

interface Place {
  readonly y: number
  readonly scale: ReturnType<typeof scaleLinear<number, number>>
  readonly layout: Layout
  /** For the name. */
  readonly room: number
}

function drawRow(row: OutcomeRow, { y, scale, layout, room }: Place): Markup {
  const isNarrow = layout.kind === 'narrow'
  const { size, small, width } = layout
  const top = isNarrow ? y + size + 4 : y + (ROW.wide - BAR) / 2
  const base = isNarrow ? y + size : top + BAR / 2 + size * 0.36
  const total = totalOf(row)
  const trials = `${countText(total)} ${total === 1 ? 'trial' : 'trials'}`
  return joined([
    svgText(nameOf(row), { x: isNarrow ? 0 : 8, y: base, size, room }),
    svgText(trials, { x: width, y: base, size: small, anchor: 'end', look: 'faint' }),
    total === 0
      ? svgText('no trial has ended', {
          x: scale(0),
          y: top + BAR / 2 + 4,
          size: small,
          look: 'faint',
        })
      : pieces(row, total, { top, scale, small }),
  ])
}

function pieces(
  { verdicts }: OutcomeRow,
  total: number,
  { top, scale, small }: Pick<Place, 'scale'> & { top: number; small: number },
): Markup {
  let before = 0
  return joined(
    SHOWN.flatMap((verdict) => {
      const count = verdicts[verdict]
      if (count === 0) return []
      const [from, to] = [scale(before / total), scale((before + count) / total)]
      before += count
      const title = `${VERDICT_WORDS[verdict]}: ${countText(count)} of ${countText(total)} (${percent(count / total, total)} %)`
      return [
        markup`<g><title>${title}</title>`,
        verdictBox(verdict, { x: from, y: top, width: Math.max(0.5, to - from - 1), height: BAR }),
        countChip(countText(count), { from, to, top, small }),
        markup`</g>`,
      ]
    }),
  )
}

/** The count, on ground of its own: letters on a pattern cannot be read. */
function countChip(
  text: string,
  { from, to, top, small }: { from: number; to: number; top: number; small: number },
): Markup {
  const room = roomOf(text, small) + 4
  if (to - from < room + 3) return joined([])
  const middle = (from + to - 1) / 2
  return joined([
    markup`<rect class="chip" x="${px(middle - room / 2)}" y="${px(top + 2)}" width="${px(room)}" height="${BAR - 4}" rx="2"/>`,
    svgText(text, { x: middle, y: top + BAR / 2 + small * 0.36, size: small, anchor: 'middle' }),
  ])
}

function nameOf({ label, isControl }: OutcomeRow): string {
  return isControl ? `${label} *` : label
}

function totalOf({ verdicts }: OutcomeRow): number {
  return VERDICTS.reduce((sum, verdict) => sum + verdicts[verdict], 0)
}

function tableOf({ groups }: OutcomeData): FigureTable {
  const hasGroups = groups.some(({ label }) => label !== '')
  return {
    head: [
      ...(hasGroups ? ['group'] : []),
      ...['cell', 'trials', ...SHOWN.map((verdict) => VERDICT_WORDS[verdict]), 'control'],
    ],
    rows: groups.flatMap(({ label, rows }) =>
      rows.map((row) => [
        ...(hasGroups ? [label] : []),
        ...[row.label, countText(totalOf(row))],
        ...SHOWN.map((verdict) => countText(row.verdicts[verdict])),
        row.isControl ? 'yes' : 'no',
      ]),
    ),
  }
}
