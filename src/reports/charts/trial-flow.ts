import { scaleLinear } from 'd3-scale'
import { countText } from '../count-text.ts'
import { joined, type Markup, markup } from '../html/markup.ts'
import { percent } from '../rate-text.ts'
import { type Drawing, drawFigure, type FigureWords } from './draw-figure.ts'
import type { Figure, FigureTable } from './figure.ts'
import { type Layout, px } from './layout.ts'
import { svgText } from './svg-text.ts'
import { wrapped } from './text-room.ts'

/** Trials that came as far as that, and those that came no further. */
export interface FlowStage {
  readonly name: string
  readonly meaning: string
  readonly trials: number
  /** Those that were left out before the next stage, by why. */
  readonly leftOut: readonly { readonly why: string; readonly trials: number }[]
}

/** How many trials there were at each stage, each stage among the one before it, and what was left out between two. */
export function trialFlow(stages: readonly FlowStage[], words: FigureWords): Figure {
  return drawFigure({
    id: 'trial-flow',
    words,
    table: tableOf(stages),
    draw: (layout) => draw(stages, layout),
  })
}

const BAR = 22

/** Where the parts of a stage stand. */
interface Columns {
  readonly layout: Layout
  readonly left: number
  readonly right: number
}

function draw(stages: readonly FlowStage[], layout: Layout): Drawing {
  const isNarrow = layout.kind === 'narrow'
  const columns: Columns = {
    layout,
    left: isNarrow ? 0 : 250,
    right: layout.width - (isNarrow ? 0 : 90),
  }
  const most = Math.max(1, ...stages.map(({ trials }) => trials))
  const scale = scaleLinear([0, most], [columns.left, columns.right])
  let y = 4
  const pieces = stages.map((stage) => {
    const drawn = drawStage(stage, { y, scale, columns, most })
    y = drawn.bottom
    return drawn.body
  })
  return { body: joined(pieces), height: y }
}

interface Place {
  readonly y: number
  readonly scale: ReturnType<typeof scaleLinear<number, number>>
  readonly columns: Columns
  readonly most: number
}

function drawStage(stage: FlowStage, place: Place): { body: Markup; bottom: number } {
  const { y, scale, columns, most } = place
  const { layout, left, right } = columns
  const { size, small, width } = layout
  const isNarrow = layout.kind === 'narrow'
  const top = isNarrow ? y + size + 20 : y
  const middle = top + BAR / 2
  const base = isNarrow ? y + size : middle
  const share = `${percent(stage.trials / most, most)} %`
  const total = countText(stage.trials)
  const bar = [
    markup`<rect class="outline hollow" x="${left}" y="${px(top)}" width="${px(right - left)}" height="${BAR}"/>`,
    markup`<rect class="bar" x="${left}" y="${px(top)}" width="${px(scale(stage.trials) - left)}" height="${BAR}"/>`,
  ]
  const name = { x: 0, size, look: 'strong' } as const
  const said = { x: 0, size: small, look: 'faint' } as const
  const count = { x: width, size, look: 'strong', anchor: 'end' } as const
  const lost = leftOutLines(stage, { ...place, y: top + BAR })
  return {
    body: joined([
      svgText(stage.name, { ...name, y: isNarrow ? base : base - 2, room: isNarrow ? 160 : 240 }),
      svgText(stage.meaning, {
        ...said,
        y: isNarrow ? base + 15 : base + 12,
        room: isNarrow ? width : 244,
      }),
      ...bar,
      svgText(total, { ...count, y: isNarrow ? base : base - 2 }),
      ...(isNarrow ? [] : [svgText(share, { ...said, x: width, y: base + 12, anchor: 'end' })]),
      lost.body,
    ]),
    bottom: lost.bottom,
  }
}

/** What lies between two stages: an elbow to the right, and what went that way. */
function leftOutLines(
  { leftOut }: FlowStage,
  { y, columns }: Place,
): { body: Markup; bottom: number } {
  const { layout, left, right } = columns
  const { small } = layout
  const lines = leftOut
    .filter(({ trials }) => trials > 0)
    .flatMap(({ why, trials }) =>
      wrapped(`${countText(trials)} ${why}`, { room: right - left - 30, size: small, lines: 2 }),
    )
  const height = lines.length * (small + 4)
  const x = left + 10
  return {
    body: joined([
      ...(lines.length === 0
        ? []
        : [markup`<path class="link" d="M${px(x)} ${px(y)}V${px(y + height)}"/>`]),
      ...lines.map((line, place) =>
        svgText(line, { x: x + 8, y: y + (place + 1) * (small + 4) - 2, size: small }),
      ),
    ]),
    bottom: y + height + 18,
  }
}

function tableOf(stages: readonly FlowStage[]): FigureTable {
  return {
    head: ['stage', 'trials', 'what it counts', 'left out before the next'],
    rows: stages.map(({ name, meaning, trials, leftOut }) => [
      ...[name, countText(trials), meaning],
      leftOut.map((each) => `${countText(each.trials)} ${each.why}`).join('; ') || 'none',
    ]),
  }
}
