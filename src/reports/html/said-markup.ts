import { countText } from '../count-text.ts'
import { joined, type Markup, markup } from './markup.ts'
import { prose } from './prose.ts'

/** A sentence, and what is listed below it. */
export function saidMarkup(sentence: string, items: readonly (string | Markup)[]): Markup {
  return joined([markup`<p>${prose(sentence)}</p>`, listMarkup(items)])
}

/** Beyond so many the rest of a list is folded. */
const OPEN_MAX = 24

export function listMarkup(items: readonly (string | Markup)[]): Markup {
  if (items.length === 0) return markup``
  const list = (some: readonly (string | Markup)[]): Markup =>
    markup`<ul>${some.map((item) => markup`<li>${item}</li>`)}</ul>`
  const rest = items.slice(OPEN_MAX)
  if (rest.length === 0) return list(items)
  return markup`${list(items.slice(0, OPEN_MAX))}<details class="more"><summary>${countText(rest.length)} more</summary>${list(rest)}</details>`
}
