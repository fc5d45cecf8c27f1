import { padText, textWidth } from './text-width.ts'

export interface Column {
  /** Lines of the heading, the last of which stands above the first row. */
  readonly heading: readonly string[]
  readonly align: 'left' | 'right'
}

/** The cells of a row, or a line of its own that opens a section. */
export type Row = { readonly cells: readonly string[] } | { readonly section: string }

/**
 * A table with a line below its heading, at most `width` columns wide where the columns after the first allow it. A first cell that is
 * too long for its column stands on a line of its own above the rest of its row.
 *
 * @returns null when less than `FIRST_MIN` columns are left for the first one: the caller shows it otherwise.
 */
export function textTable(
  columns: readonly Column[],
  rows: readonly Row[],
  options: { readonly width: number; readonly gap: number; readonly indent: number },
): string[] | null {
  const { width, gap, indent } = options
  const widths = columns.map((column, index) => columnWidth(column, index, rows))
  const others = widths.slice(1).reduce((sum, each) => sum + each + gap, 0)
  const room = width - others - indent
  if (room < FIRST_MIN) return null
  widths[0] = Math.min(widths[0] ?? 0, room)

  const lineOf = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => padText(cell, widths[index] ?? 0, columns[index]?.align ?? 'left'))
      .join(' '.repeat(gap))
      .trimEnd()
  const margin = ' '.repeat(indent)
  const heading = headingLines(columns).map((cells) => margin + lineOf(cells))
  const total = widths.reduce((sum, each) => sum + each + gap, indent - gap)
  const body = rows.flatMap((row) => {
    if ('section' in row) return [row.section]
    const [first = '', ...rest] = row.cells
    if (textWidth(first) <= (widths[0] ?? 0)) return [margin + lineOf(row.cells)]
    return [margin + first, margin + lineOf(['', ...rest])]
  })
  return [...heading, '─'.repeat(total), ...body]
}

const FIRST_MIN = 6

function columnWidth(column: Column, index: number, rows: readonly Row[]): number {
  const cells = rows.flatMap((row) => ('section' in row ? [] : [row.cells[index] ?? '']))
  return Math.max(0, ...[...column.heading, ...cells].map(textWidth))
}

function headingLines(columns: readonly Column[]): string[][] {
  const height = Math.max(0, ...columns.map(({ heading }) => heading.length))
  return Array.from({ length: height }, (_, line) =>
    columns.map(({ heading }) => heading[line - height + heading.length] ?? ''),
  )
}
