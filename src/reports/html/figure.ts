import type { Figure, FigureTable } from '../charts/figure.ts'
import { type Markup, markup, trusted } from './markup.ts'

/** A figure as it stands in a page: its title, the drawing, what must be known of it, and the same numbers as a table. */
export function figureMarkup(figure: Figure): Markup {
  const { id, key, title, caption, svg, narrow, table } = figure
  const drawing = trusted(svg)
  return markup`<figure class="figure" id="${key}" data-figure="${id}">
<h3 class="figure-title">${title}</h3>
${narrow === null ? scrolled(drawing, title) : drawing}${narrow === null ? null : trusted(narrow)}
<figcaption class="figure-caption">${caption}</figcaption>
<details class="figure-table"><summary>The same as a table</summary>
${scrolled(tableMarkup(table), `Table: ${title}`)}
</details>
</figure>
`
}

/** What is wider than its page is scrolled, also with the keyboard. */
function scrolled(content: Markup, name: string): Markup {
  return markup`<div class="figure-scroll" role="region" tabindex="0" aria-label="${name}">${content}</div>`
}

function tableMarkup({ head, rows }: FigureTable): Markup {
  const headings = head.map((name) => markup`<th scope="col">${name}</th>`)
  const lines = rows.map((row) => markup`<tr>${row.map((text) => markup`<td>${text}</td>`)}</tr>`)
  return markup`<table><thead><tr>${headings}</tr></thead><tbody>${lines}</tbody></table>`
}
