import type { RunReport } from '../../records/run.ts'
import { InvalidCause, type VerdictName } from '../../records/verdict.ts'
import type { InvalidGroup, ReportNotes } from '../../reports/report-notes.ts'
import type { RunReader } from '../../store/store.ts'
import { damaged } from '../../store/store-error.ts'

/** Numbers of this many invalid trials of each cause are given. */
const EXAMPLES = 3
const PAGE = 2_000

/** The invalid trials of a run by cause, and one trial that is worth reading. No more rows are read than that takes. */
export async function lookAtTrials(
  reader: Pick<RunReader, 'file' | 'rows' | 'trial'>,
  report: RunReport,
): Promise<Pick<ReportNotes, 'invalid' | 'example'>> {
  const wanted = exampleVerdict(report)
  const invalidLeft = report.cells.reduce((sum, { verdicts }) => sum + verdicts.invalid, 0)
  const state = { invalidLeft, example: null as ReportNotes['example'] }
  const causes = new Map<InvalidCause, { count: number; examples: number[] }>()
  let after = 0
  while (state.invalidLeft > 0 || (state.example === null && wanted !== null)) {
    const rows = await reader.rows({ after, limit: PAGE })
    const last = rows.at(-1)
    if (last === undefined) break
    for (const row of rows) {
      if (row.verdict === 'invalid') {
        const cause = InvalidCause.safeParse(row.detail)
        if (!cause.success)
          throw damaged(reader.file, `trial ${row.number} is invalid for no cause`)
        countCause(causes, cause.data, row.number)
        state.invalidLeft--
      }
      if (row.verdict === wanted) state.example ??= { number: row.number, verdict: row.verdict }
    }
    after = last.number
  }
  const groups = [...causes].toSorted(([, a], [, b]) => b.count - a.count)
  const invalid: InvalidGroup[] = []
  for (const [cause, group] of groups) {
    invalid.push({ cause, ...group, detail: await detailOf(reader, group.examples[0]) })
  }
  return { invalid, example: state.example }
}

async function detailOf(
  reader: Pick<RunReader, 'trial'>,
  number: number | undefined,
): Promise<string> {
  const record = number === undefined ? null : await reader.trial(number)
  return record?.verdict.verdict === 'invalid' ? record.verdict.detail : ''
}

function countCause(
  causes: Map<InvalidCause, { count: number; examples: number[] }>,
  cause: InvalidCause,
  number: number,
): void {
  const group = causes.get(cause) ?? { count: 0, examples: [] }
  causes.set(cause, group)
  group.count++
  if (group.examples.length < EXAMPLES) group.examples.push(number)
}

/** What a reader most likely wants to see: the rarer and graver first. */
const WORTH_READING = [
  'resisted',
  'attempted',
  'withdrew',
  'complied',
  'unexposed',
  'invalid',
] as const

function exampleVerdict({ cells }: RunReport): VerdictName | null {
  return WORTH_READING.find((verdict) => cells.some((cell) => cell.verdicts[verdict] > 0)) ?? null
}
