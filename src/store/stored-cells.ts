import type { DatabaseSync } from 'node:sqlite'
import type { StoredCell } from './count-cells.ts'
import { parseCell } from './record-parts.ts'
import { rowsOf } from './rows.ts'
import { reading } from './store-error.ts'

/** By agent and arm, those of one cell in the order of storing. @throws UsageError if one cannot be read. */
export function readStoredCells(database: DatabaseSync, file: string): StoredCell[] {
  const rows = reading(file, () =>
    rowsOf<{ id: number; content: string }>(
      database.prepare('SELECT id, content FROM cells ORDER BY agent, arm_hash, id'),
    ),
  )
  return rows.map(({ id, content }) => ({ id, content: parseCell(file, content) }))
}
