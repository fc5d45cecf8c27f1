import { escapeLine } from '../escape-text.ts'
import { type Markup, markup } from '../html/markup.ts'
import type { Figure, FigureTable } from './figure.ts'
import { type Layout, NARROW, px, WIDE } from './layout.ts'

/** What whoever draws a chart says of it. */
export interface FigureWords {
  /** No other figure of the same page has it. */
  readonly key: string
  readonly title: string
  readonly caption: string
}

/** What stands within the frame. */
export interface Drawing {
  readonly body: Markup
  readonly height: number
  /** Where it is not the layout's. */
  readonly width?: number
}

interface Drawn {
  /** Of its kind. */
  readonly id: string
  readonly words: FigureWords
  readonly table: FigureTable
  /** @param key with which ids in the drawing begin */
  readonly draw: (layout: Layout, key: string) => Drawing
  /** Whether it cannot be laid out for a phone's width: it is scrolled there. */
  readonly isScrolled?: boolean
}

/** A figure, drawn for a page's width and for a phone's. */
export function drawFigure({ id, words, table, draw, isScrolled = false }: Drawn): Figure {
  const key = words.key.replaceAll(/[^\w-]/g, '-')
  const framed = (layout: Layout): string =>
    frame(draw(layout, `${key}-${layout.kind}`), {
      words: { ...words, key: `${key}-${layout.kind}` },
      classes: `chart ${id} ${isScrolled ? 'own-size' : layout.kind}`,
      layout,
    })
  return {
    id,
    key,
    title: words.title,
    caption: words.caption,
    svg: framed(WIDE),
    narrow: isScrolled ? null : framed(NARROW),
    table,
  }
}

function frame(
  { body, height, width: own }: Drawing,
  {
    words: { key, title, caption },
    classes,
    layout,
  }: { readonly words: FigureWords; readonly classes: string; readonly layout: Layout },
): string {
  const [w, h] = [px(own ?? layout.width), px(height)]
  return markup`<svg xmlns="http://www.w3.org/2000/svg" class="${classes}" role="img" aria-labelledby="${key}-title ${key}-desc" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}" font-size="${layout.size}"><title id="${key}-title">${escapeLine(title)}</title><desc id="${key}-desc">${escapeLine(caption)}</desc>${body}</svg>`.toString()
}
