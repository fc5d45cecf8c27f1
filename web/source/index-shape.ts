import { z } from 'zod'
import type { TrialIndex } from '../../src/records/view.ts'

const COLUMNS = ['number', 'cell', 'index', 'outcome', 'durationMs', 'tokens', 'costUsd'] as const

/**
 * The index of a run's trials, looked at no closer than is cheap: its tables are there and its columns equally long. Parsing 700,000
 * numbers one by one takes longer than drawing the list, and a wrong number in a column shows a wrong cell and nothing worse:
 * readers of columns take what is no place in a table as unknown.
 */
export const IndexShape = z.custom<TrialIndex>(isIndex, 'is not an index of trials')

function isIndex(value: unknown): boolean {
  if (!isRecord(value) || !isRecord(value['columns'])) return false
  const { after, cells, outcomes, columns } = value
  if (!Number.isInteger(after) || !Array.isArray(cells) || !Array.isArray(outcomes)) return false
  const lengths = COLUMNS.map((name) => {
    const column: unknown = columns[name]
    return Array.isArray(column) ? column.length : -1
  })
  return lengths.every((length) => length >= 0 && length === lengths[0])
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
