/** Rows of a chart below a heading. Where there is nothing to tell apart the heading is empty, and not drawn. */
export interface RowGroup<Row> {
  readonly label: string
  readonly rows: readonly Row[]
}

/** More rows than this are a drawing that nobody looks through; the table has them all. */
export const ROWS_MAX = 120

/** The first rows, and a sentence for those that are left out. */
export function firstRows<Row>(groups: readonly RowGroup<Row>[]): {
  readonly groups: readonly RowGroup<Row>[]
  readonly more: string | null
} {
  let room = ROWS_MAX
  const shown = groups.flatMap(({ label, rows }) => {
    const own = rows.slice(0, room)
    room -= own.length
    return own.length === 0 ? [] : [{ label, rows: own }]
  })
  const left = rowsOf(groups).length - rowsOf(shown).length
  return {
    groups: shown,
    more:
      left === 0 ? null : `… and ${left} more ${left === 1 ? 'row' : 'rows'} in the table below`,
  }
}

export function rowsOf<Row>(groups: readonly RowGroup<Row>[]): Row[] {
  return groups.flatMap(({ rows }) => rows)
}
