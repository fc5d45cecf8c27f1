import { scaleLinear } from 'd3-scale'
import { countText } from '../count-text.ts'
import { joined, type Markup, markup } from '../html/markup.ts'
import { type Drawing, drawFigure, type FigureWords } from './draw-figure.ts'
import type { Figure, FigureTable } from './figure.ts'
import { type Layout, px } from './layout.ts'
import { type LegendItem, legend } from './legend.ts'
import { svgText } from './svg-text.ts'

/** What a cell or a comparison stood at when it was looked at. Shares, −1 to 1. */
export interface PathPoint {
  readonly look: number
  /** Trials that count, of both sides of a comparison together. */
  readonly n: number
  readonly low: number
  readonly high: number
}

/** One thing that is followed from look to look. */
export interface LookSubject {
  readonly label: string
  readonly points: readonly PathPoint[]
  /** The look by which it ended, and in a few words how. Null: it is not decided. */
  readonly decided: { readonly look: number; readonly what: string } | null
  /** Counts at its last look: `3 of 120`. */
  readonly counts: string
}

export interface LookData {
  readonly subjects: readonly LookSubject[]
  /** What is to be shown: that intervals leave out this one (a rate; 0 for a difference). Null: that they are narrow. */
  readonly bound: number | null
  /** How wide an interval may be, end to end. Null: that is not the goal. */
  readonly width: number | null
  /** `rate in %`, `difference in points`. */
  readonly axis: string
}

/** The interval of all that a stopping rule follows, look by look, up to where it was decided. */
export function lookPath(data: LookData, words: FigureWords): Figure {
  return drawFigure({
    id: 'look-path',
    words,
    table: tableOf(data),
    draw: (layout, key) => draw(data, layout, `${key}-frame`),
  })
}

/** More panels than this nobody looks through; the table has them all. */
const PANELS_MAX = 24
/** More points than this in a panel cannot be told apart. */
const POINTS_MAX = 120

const PANEL = { height: 186, plot: 104, left: 34 } as const

function draw(data: LookData, layout: Layout, frame: string): Drawing {
  const columns = layout.kind === 'narrow' ? 1 : Math.min(3, Math.max(1, data.subjects.length))
  const gap = 22
  const width = Math.min(360, (layout.width - gap * (columns - 1)) / columns)
  const shown = data.subjects.slice(0, PANELS_MAX)
  const paths = shown.map(thinned)
  const scaleY = scaleLinear(domainOf(data, paths), [PANEL.plot, 0])
  const lines = Math.ceil(shown.length / columns)
  const more = data.subjects.length - shown.length
  const keys = legend(legendOf(data), { x: 0, y: 20, layout })
  const top = 24 + keys.height
  const height = top + lines * PANEL.height
  const rest = more === 0 ? '' : `… and ${more} more in the table below`
  const last = shown.length === 0 ? 'nothing has been looked at yet' : rest
  return {
    body: joined([
      markup`<clipPath id="${frame}"><rect x="${PANEL.left}" y="0" width="${px(width - PANEL.left)}" height="${PANEL.plot}"/></clipPath>`,
      keys.body,
      svgText(data.axis, { x: 0, y: 12, size: layout.small, look: 'faint', room: layout.width }),
      ...shown.map((subject, place) => {
        const x = (place % columns) * (width + gap)
        const y = top + Math.floor(place / columns) * PANEL.height
        const points = paths[place] ?? []
        const panel = drawPanel(subject, { data, layout, width, scaleY, points, frame })
        return markup`<g transform="translate(${px(x)} ${px(y)})">${panel}</g>`
      }),
      ...(last === ''
        ? []
        : [svgText(last, { x: 0, y: height + 14, size: layout.small, look: 'faint' })]),
    ]),
    height: height + (last === '' ? 4 : 24),
  }
}

/**
 * What all panels show: the later half of the looks and the bound. The first intervals of a sequence reach from end to end, and
 * would make all others flat.
 */
function domainOf(
  { bound, axis }: LookData,
  paths: readonly (readonly PathPoint[])[],
): [number, number] {
  const later = paths.flatMap((points) => points.slice(Math.floor(points.length / 2)))
  const ends = later.flatMap(({ low, high }) => [low, high])
  const marks = bound === null ? [] : [bound]
  const [low, high] = [Math.min(...ends, ...marks), Math.max(...ends, ...marks)]
  if (!Number.isFinite(low) || !Number.isFinite(high) || low === high) {
    return axis.startsWith('difference') ? [-1, 1] : [0, 1]
  }
  const [from = 0, to = 1] = scaleLinear([low, high], [0, 1]).nice(4).domain()
  return [Math.max(-1, from), Math.min(1, to)]
}

interface Panel {
  readonly data: LookData
  readonly layout: Layout
  readonly width: number
  readonly scaleY: ReturnType<typeof scaleLinear<number, number>>
  readonly points: readonly PathPoint[]
  /** Id of what cuts off paths at the plot's edges. */
  readonly frame: string
}

function drawPanel(subject: LookSubject, panel: Panel): Markup {
  const { data, layout, width, scaleY, points, frame } = panel
  const { size, small } = layout
  const lastLook = points.at(-1)?.look ?? 1
  const scaleX = scaleLinear([0, lastLook], [PANEL.left, width - 10])
  const { decided, counts } = subject
  const state = decided === null ? `not decided: ${counts}` : `${decided.what}: ${counts}`
  const at = { y: PANEL.plot + 14, size: small, look: 'faint' } as const
  return joined([
    svgText(subject.label, { x: 0, y: 13, size, look: 'strong', room: width }),
    svgText(state, { x: 0, y: 28, size: small, room: width }),
    markup`<g transform="translate(0 42)">`,
    ...gridOf(scaleY, { width, small }),
    markup`<g clip-path="url(#${frame})">`,
    bandOf(points, scaleX, scaleY),
    ...(data.bound === null ? [] : [boundLine(scaleY(data.bound), width)]),
    ...(data.width === null ? [] : [goalBar(points, data.width, { scaleX, scaleY })]),
    markup`</g>`,
    ...(decided === null ? [] : [flag(scaleX(decided.look), 1)]),
    svgText('0', { ...at, x: PANEL.left, anchor: 'middle' }),
    svgText(`look ${countText(lastLook)}`, { ...at, x: width - 4, anchor: 'end' }),
    markup`</g>`,
  ])
}

/** All of them, or so many of them evenly, with the first, the last and the one that decided. */
function thinned({ points, decided }: LookSubject): PathPoint[] {
  if (points.length <= POINTS_MAX) return [...points]
  const step = points.length / POINTS_MAX
  const kept = new Set(Array.from({ length: POINTS_MAX }, (_, place) => Math.floor(place * step)))
  const at = points.findIndex(({ look }) => look === decided?.look)
  return points.filter((_, place) => kept.has(place) || place === points.length - 1 || place === at)
}

function gridOf(
  scaleY: Panel['scaleY'],
  { width, small }: { readonly width: number; readonly small: number },
): Markup[] {
  return [
    ...scaleY.ticks(4).flatMap((tick) => {
      const y = scaleY(tick)
      const text = `${Number((tick * 100).toPrecision(6))}`.replace('-', '−')
      return [
        markup`<path class="grid" d="M${PANEL.left} ${px(y)}H${px(width)}"/>`,
        svgText(text, {
          x: PANEL.left - 5,
          y: y + small * 0.36,
          size: small,
          anchor: 'end',
          look: 'faint',
        }),
      ]
    }),
    markup`<path class="axis" d="M${PANEL.left} ${PANEL.plot}H${px(width)}"/>`,
  ]
}

/** From its lower ends and back by its upper ones. */
function bandOf(
  points: readonly PathPoint[],
  scaleX: Panel['scaleY'],
  scaleY: Panel['scaleY'],
): Markup {
  const [first] = points
  if (first === undefined) return joined([])
  const line = (side: 'low' | 'high', of: readonly PathPoint[]): string =>
    of.map((point) => `${px(scaleX(point.look))} ${px(scaleY(point[side]))}`).join('L')
  if (points.length === 1) {
    const [x, top, bottom] = [px(scaleX(first.look)), px(scaleY(first.high)), px(scaleY(first.low))]
    return markup`<path class="path" d="M${x} ${top}V${bottom}M${px(x - 5)} ${top}h10M${px(x - 5)} ${bottom}h10"/>`
  }
  const [low, high] = [line('low', points), line('high', points.toReversed())]
  return joined([
    markup`<path class="band" d="M${low}L${high}z"/>`,
    markup`<path class="path" d="M${low}M${high}"/>`,
  ])
}

function boundLine(y: number, width: number): Markup {
  return markup`<path class="bound" d="M${PANEL.left} ${px(y)}H${px(width)}"/>`
}

/** How wide an interval may be, around the middle of the last one. */
function goalBar(
  points: readonly PathPoint[],
  goal: number,
  { scaleX, scaleY }: { readonly scaleX: Panel['scaleY']; readonly scaleY: Panel['scaleY'] },
): Markup {
  const last = points.at(-1)
  if (last === undefined) return joined([])
  const middle = (last.low + last.high) / 2
  const [top, bottom] = [px(scaleY(middle + goal / 2)), px(scaleY(middle - goal / 2))]
  return goalSign(px(scaleX(last.look) - 7), top, bottom)
}

function goalSign(x: number, top: number, bottom: number): Markup {
  return markup`<path class="goal" d="M${x} ${top}V${bottom}M${px(x - 4)} ${top}h8M${px(x - 4)} ${bottom}h8"/>`
}

/** Here it was decided. */
function flag(x: number, size: number): Markup {
  return markup`<path class="told" d="M${px(x - 5 * size)} ${px(-9 * size)}h${10 * size}l${-5 * size} ${9 * size}z"/>`
}

function legendOf({ subjects, bound, width, axis }: LookData): LegendItem[] {
  const share = (value: number): string => `${Number((value * 100).toPrecision(6))}`
  const isDifference = axis.startsWith('difference')
  return [
    ...(bound === null
      ? []
      : [
          {
            label: isDifference ? 'no difference' : `to be shown below or above ${share(bound)} %`,
            room: 20,
            sign: (x: number, y: number) => markup`<path class="bound" d="M${px(x)} ${px(y)}h20"/>`,
          },
        ]),
    ...(width === null
      ? []
      : [
          {
            label: `to be no wider than this: ${share(width)} points`,
            sign: (x: number, y: number) => goalSign(px(x + 7), px(y - 7), px(y + 7)),
          },
        ]),
    ...(subjects.some(({ decided }) => decided !== null)
      ? [
          {
            label: 'takes no more trials',
            sign: (x: number, y: number) =>
              markup`<g transform="translate(${px(x + 7)} ${px(y + 4)})">${flag(0, 1)}</g>`,
          },
        ]
      : []),
  ]
}

function tableOf({ subjects }: LookData): FigureTable {
  const share = (value: number): string => `${Number((value * 100).toFixed(1))}`.replace('-', '−')
  return {
    head: ['of', 'look', 'trials that count', 'low', 'high', 'came to'],
    rows: subjects.map(({ label, points, decided, counts }) => {
      const last = points.at(-1)
      const came =
        decided === null ? 'not decided' : `${decided.what} at look ${countText(decided.look)}`
      return [
        label,
        ...(last === undefined
          ? ['–', '–', '–', '–']
          : [countText(last.look), counts, share(last.low), share(last.high)]),
        came,
      ]
    }),
  }
}
