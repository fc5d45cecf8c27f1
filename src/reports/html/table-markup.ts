import { type Hole, type Markup, markup } from './markup.ts'

export interface TableColumn {
  readonly heading: string
  /** Numbers stand under each other on the right. */
  readonly isNumber?: boolean
}

/**
 * A table whose rows each begin with what they are of. It scrolls within its own frame where it is wider than the page; on a phone
 * each row is a block in which what is not the first has its heading before it.
 */
export function tableMarkup(
  label: string,
  columns: readonly TableColumn[],
  rows: readonly (readonly Hole[])[],
): Markup {
  const alignment = (place: number): string =>
    columns[place]?.isNumber === true ? 'number' : 'text'
  const head = columns.map(
    ({ heading }, place) => markup`<th scope="col" class="${alignment(place)}">${heading}</th>`,
  )
  const body = rows.map(
    (cells) =>
      markup`<tr>${cells.map((cell, place) =>
        place === 0
          ? markup`<th scope="row" class="${alignment(place)}"${
              // A number alone says nothing.
              columns[0]?.isNumber === true && markup` data-of="${columns[0].heading}"`
            }>${cell}</th>`
          : markup`<td class="${alignment(place)}" data-of="${columns[place]?.heading ?? ''}">${cell}</td>`,
      )}</tr>`,
  )
  return framedTable(
    label,
    markup`<table class="data stacked"><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`,
  )
}

/** What is wider than the page scrolls, by keyboard too. */
export function framedTable(label: string, table: Markup): Markup {
  return markup`<div class="wide" role="region" aria-label="${label}" tabindex="0">${table}</div>`
}
