import { escapeLine } from '../escape-text.ts'
import { type Markup, markup } from '../html/markup.ts'
import { px } from './layout.ts'
import { shortened } from './text-room.ts'

export interface TextPlace {
  readonly x: number
  /** Of the line on which letters stand. */
  readonly y: number
  readonly size: number
  readonly anchor?: 'start' | 'middle' | 'end'
  /** `strong` stands out, `faint` steps back. */
  readonly look?: 'plain' | 'strong' | 'faint'
  /** What is longer is shortened, and is shown whole where it is pointed at. */
  readonly room?: number
  /** Lines behind it stop before its letters. */
  readonly halo?: boolean
  /** Written upwards. */
  readonly upwards?: boolean
}

/** A line of text. */
export function svgText(text: string, place: TextPlace): Markup {
  const {
    x,
    y,
    size,
    anchor = 'start',
    look = 'plain',
    room = Infinity,
    halo = false,
    upwards = false,
  } = place
  const line = shortened(text, look === 'strong' ? room / BOLD : room, size)
  const whole = line === escapeLine(text) ? null : markup`<title>${escapeLine(text)}</title>`
  const turn = upwards ? markup` transform="rotate(-90 ${px(x)} ${px(y)})"` : null
  const anchored = anchor === 'start' ? null : markup` text-anchor="${anchor}"`
  const classes = [...(look === 'plain' ? [] : [look]), ...(halo ? ['halo'] : [])].join(' ')
  const looks = classes === '' ? null : markup` class="${classes}"`
  return markup`<text x="${px(x)}" y="${px(y)}" font-size="${size}"${anchored}${looks}${turn}>${line}${whole}</text>`
}

/** How much wider strong letters are. */
const BOLD = 1.15
