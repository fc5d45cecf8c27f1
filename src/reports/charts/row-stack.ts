import { joined, type Markup } from '../html/markup.ts'
import type { Layout } from './layout.ts'
import { firstRows, type RowGroup } from './row-group.ts'
import { svgText } from './svg-text.ts'

interface RowStack<Row> {
  readonly groups: readonly RowGroup<Row>[]
  readonly top: number
  readonly layout: Layout
  readonly heightOf: (row: Row) => number
  /** @param top of the row's strip */
  readonly draw: (row: Row, top: number) => Markup
}

/** Rows below each other, each group below its heading, and last what is said of rows for which there is no room. */
export function rowStack<Row>(stack: RowStack<Row>): {
  readonly body: Markup
  readonly bottom: number
} {
  const { layout, heightOf, draw } = stack
  const { groups, more } = firstRows(stack.groups)
  let y = stack.top
  const pieces: Markup[] = []
  for (const [place, { label, rows }] of groups.entries()) {
    if (label !== '') {
      y += (place === 0 ? 0 : 6) + HEADING
      const at = { x: 0, y: y - 7, size: layout.size, room: layout.width }
      pieces.push(svgText(label, { ...at, look: 'strong', halo: true }))
    }
    for (const row of rows) {
      pieces.push(draw(row, y))
      y += heightOf(row)
    }
  }
  const last = groups.length === 0 ? 'nothing to show yet' : more
  if (last !== null) {
    y += HEADING
    pieces.push(svgText(last, { x: 0, y: y - 7, size: layout.small, look: 'faint' }))
  }
  return { body: joined(pieces), bottom: y }
}

const HEADING = 24
