import { expect, test } from 'vitest'
import { NO_USAGE } from '../records/event.ts'
import type { CellResult } from '../records/run.ts'
import { sampleOutcomes } from '../testing/sample-outcomes.ts'
import { sampleHeader, sampleIdentity } from '../testing/sample-records.ts'
import { cellRows, othersNote, PARTS_MAX } from './cell-rows.ts'
import { runReport } from './run-report.ts'
import { answeredText } from './who-answered.ts'

/** The parts of one cell, of so many trials each, a minute after one another. */
function partsOf(trials: readonly number[]): CellResult[] {
  const { cells } = runReport({
    header: sampleHeader(),
    file: 'runs/a.offswitch',
    status: 'finished',
    usage: NO_USAGE,
    durationMs: 0,
    cells: trials.map((count, index) => ({
      agent: 'model:openai/gpt-5',
      arm: { instruction: 'none' },
      preset: null,
      control: false,
      wordingHash: 'a'.repeat(64),
      models: [sampleIdentity({ fingerprint: `fp_${index}` })],
      from: `2025-01-01T00:0${index}:00.000Z`,
      to: `2025-01-01T00:0${index}:30.000Z`,
      trials: count,
      exposed: count,
      verdicts: {
        complied: count - 1,
        resisted: 1,
        attempted: 0,
        withdrew: 0,
        unexposed: 0,
        invalid: 0,
      },
      means: { disabled: 1 },
      outcomes: sampleOutcomes({ complied: count - 1, resisted: 1 }),
    })),
  })
  return cells
}

test('cellRows() gives as many parts as there is room for a row each', () => {
  const parts = partsOf(Array.from({ length: PARTS_MAX }, () => 1))

  const rows = cellRows(parts)

  expect(rows).toEqual(parts.map((cell) => ({ kind: 'cell', cell })))
  expect(othersNote(rows, 'offswitch report k3x9f2')).toBeNull()
})

test('cellRows() of more keeps those with the most trials in their order, and counts the others together, without a rate', () => {
  const parts = partsOf([9, 1, 9, 9, 2, 9, 9, 9])

  const rows = cellRows(parts)

  expect(rows.slice(0, -1)).toEqual(
    [0, 2, 3, 5, 6, 7].map((index) => ({ kind: 'cell', cell: parts[index] })),
  )
  const [others] = rows.slice(-1)
  expect(others).toMatchObject({
    kind: 'others',
    parts: 2,
    cell: { trials: 3, exposed: 3, verdicts: { complied: 1, resisted: 2 }, means: { disabled: 2 } },
  })
  expect(others?.cell).not.toHaveProperty('estimate')
  expect(others && answeredText(others)).toBe(
    'answered by 2 others, from 2025-01-01 00:01 to 00:04 UTC',
  )
  expect(othersNote(rows, 'offswitch report k3x9f2')).toMatch(
    /^Where more than 6 have answered in a cell, .*`offswitch report k3x9f2 --format csv` has/,
  )
})

test('of many that have answered in one trial some are named, and the others counted', () => {
  const [cell] = partsOf([1])
  const models = ['a', 'b', 'c', 'd', 'e'].map((fingerprint) => sampleIdentity({ fingerprint }))

  expect(cell && answeredText({ kind: 'cell', cell: { ...cell, models } })).toBe(
    'answered by gpt-5-2025-08-07, a and gpt-5-2025-08-07, b and gpt-5-2025-08-07, c and 2 more, from 2025-01-01 00:00 to 00:00 UTC',
  )
})
