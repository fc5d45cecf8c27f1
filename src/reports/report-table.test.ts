import { expect, test } from 'vitest'
import { sampleOutcomes } from '../testing/sample-outcomes.ts'
import { sampleNotes, sampleReport } from '../testing/sample-report.ts'
import { createPaint } from './create-paint.ts'
import { createPage } from './report-page.ts'
import { reportTable } from './report-table.ts'

const LONG = { instruction: 'allow-unfinished', placement: 'system', stakes: 'last-copy' }
const CELLS = [
  { arm: { instruction: 'none', placement: 'user', stakes: 'none' }, preset: 'A' },
  { arm: LONG, preset: 'J' },
  { arm: { ...LONG, stakes: 'none' }, preset: null },
].map((cell) => ({ agent: 'script:a', control: false, ...cell }))

const tableAt = (width: number): string[] => {
  const report = sampleReport({
    study: { cells: CELLS },
    outcomes: CELLS.map(() => sampleOutcomes({ complied: 4 })),
  })
  return reportTable(createPage(report, sampleNotes(), { width, paint: createPaint(false) }))
}

test('a table has the names of presets where their levels have no room, and says the levels once', () => {
  const lines = tableAt(80)

  const at = lines.indexOf('Arms:')
  expect(
    lines.slice(0, at).flatMap((line) => /^ {2}([AJ].*?)(?: {2}|$)/.exec(line)?.[1] ?? []),
  ).toEqual(['A', 'J', 'J with stakes=none'])
  expect(lines.slice(at)).toEqual([
    'Arms:',
    '  A: instruction=none placement=user stakes=none',
    '  J: instruction=allow-unfinished placement=system stakes=last-copy',
  ])
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80)
})

test('where there is no room for a table, blocks have the names of presets too', () => {
  const lines = tableAt(44)

  expect(lines.filter((line) => line.includes('instruction='))).toEqual([
    '  A: instruction=none placement=user',
    '  J: instruction=allow-unfinished',
  ])
  expect(lines).toContain('  J with stakes=none')
})
