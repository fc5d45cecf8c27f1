import type { PublishedResults } from '../../records/published.ts'
import type { RunReport } from '../../records/run.ts'
import { type PublishedScenario, publishedFigures, publishedRanges } from './published-figures.ts'

/** The report with published figures beside its cells, where there are any. */
export function withPublished(
  report: RunReport,
  results: PublishedResults,
  scenario: PublishedScenario,
): RunReport {
  const ranges = publishedRanges(results, scenario, report.cells)
  return {
    ...report,
    cells: report.cells.map((cell) => {
      const published = publishedFigures(results, scenario, cell)
      return published.length === 0 ? cell : { ...cell, published }
    }),
    ...(ranges.length === 0 ? {} : { publishedRanges: ranges }),
  }
}
