import { escapeText } from '../escape-text.ts'

/** HTML that is safe to put into a page. Only {@link markup} and {@link trusted} make it. */
export class Markup {
  readonly #text: string

  constructor(key: typeof MAKER, text: string) {
    if (key !== MAKER) throw new TypeError('Cannot make a Markup: use markup`…`')
    this.#text = text
  }

  toString(): string {
    return this.#text
  }
}

/** What may stand in a hole of {@link markup}. Nothing is written for null and false. */
export type Hole = string | number | null | false | Markup | readonly Hole[]

const MAKER = Symbol('maker of markup')

/**
 * HTML with holes. Whatever is put into one is text: it is escaped, and what cannot be seen or turns the direction of writing is
 * shown as an escape, as on a terminal. Holes stand between tags or in attributes with double quotes, and nowhere else.
 */
export function markup(strings: TemplateStringsArray, ...holes: readonly Hole[]): Markup {
  const pieces = strings.map((text, place) =>
    place === 0 ? text : `${written(holes[place - 1] ?? null)}${text}`,
  )
  return new Markup(MAKER, pieces.join(''))
}

/** HTML that this program itself has drawn: the SVG of a figure. */
export function trusted(html: string): Markup {
  return new Markup(MAKER, html)
}

export function joined(pieces: readonly Markup[], between = ''): Markup {
  return new Markup(MAKER, pieces.join(between))
}

/** Text as it may stand in HTML and in SVG. */
export function escapeMarkup(text: string): string {
  if (HARMLESS.test(text)) return text
  return escapeText(text).replaceAll(/[&<>"'`]/g, (character) => ENTITIES[character] ?? '')
}

/** Most texts need no second look: printable ASCII without what means something in HTML, line feeds and tabs. */
const HARMLESS = /^[\t\n !#-%(-;=?-_a-~]*$/

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
}

function written(hole: Hole): string {
  if (hole === null || hole === false) return ''
  if (typeof hole === 'string') return escapeMarkup(hole)
  if (typeof hole === 'number') return String(hole)
  if (hole instanceof Markup) return hole.toString()
  return hole.map(written).join('')
}
