import { csvReport } from '../../reports/csv-report.ts'
import { markdownReport } from '../../reports/markdown-report.ts'
import { textReport } from '../../reports/text-report.ts'
import type { RunReader } from '../../store/store.ts'
import type { CommandContext } from '../command-context.ts'
import { type Format, formatResult } from '../format-result.ts'
import type { AskedAnalysis } from '../run/asked-analysis.ts'
import { checkIntegrity, warnOfIntegrity } from '../run/check-integrity.ts'
import { type GatheredReport, gatherReport } from '../run/gather-report.ts'

/** The reports of several runs in one: one after the other, or as one object or table. */
export async function reportRuns(
  context: CommandContext,
  readers: readonly RunReader[],
  options: {
    readonly format: Format
    readonly output?: string | undefined
    readonly analysis: AskedAnalysis
    readonly verify: boolean
  },
): Promise<string> {
  const { format, analysis, verify } = options
  const gathered: GatheredReport[] = []
  for (const reader of readers) {
    const integrity = await checkIntegrity(reader, { always: verify })
    // Rows of numbers have no place of their own for it.
    if (format === 'csv') warnOfIntegrity(context, integrity)
    gathered.push(context.redact(await gatherReport(context, reader, { analysis, integrity })))
  }
  const reports = gathered.map(({ report }) => report)
  return formatResult(context, options, {
    text: (page) =>
      gathered.map(({ report, notes }) => textReport(report, notes, page)).join('\n\n'),
    md: () => gathered.map(({ report, notes }) => markdownReport(report, notes)).join('\n---\n\n'),
    json: reports.length === 1 ? reports[0] : { runs: reports },
    csv: () => csvReport(...reports),
  })
}
