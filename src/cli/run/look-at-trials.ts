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
  const counts = countCauses(report)
  const examples = new Map<InvalidCause, number[]>()
  let missing = [...counts.values()].reduce((sum, count) => sum + Math.min(count, EXAMPLES), 0)
  let example: ReportNotes['example'] = null
  let after = 0
  while (missing > 0 || (example === null && wanted !== null)) {
    const rows = await reader.rows({ after, limit: PAGE })
    const last = rows.at(-1)
    if (last === undefined) break
    for (const row of rows) {
      if (row.verdict === 'invalid' && missing > 0) {
        const cause = InvalidCause.safeParse(row.detail)
        if (!cause.success)
          throw damaged(reader.file, `trial ${row.number} is invalid for no cause`)
        const found = examples.get(cause.data) ?? []
        examples.set(cause.data, found)
        if (found.length < EXAMPLES) {
          found.push(row.number)
          missing--
        }
      }
      if (row.verdict === wanted) example ??= { number: row.number, verdict: row.verdict }
    }
    after = last.number
  }
  const invalid: InvalidGroup[] = []
  for (const [cause, numbers] of examples) {
    const count = counts.get(cause) ?? numbers.length
    const detail = await detailOf(reader, numbers[0])
    invalid.push({ cause, count, examples: numbers, detail })
  }
  return { invalid: invalid.toSorted((a, b) => b.count - a.count), example }
}

/** Off the counts of outcomes: the rows of a large run are not read to count a few of them. */
function countCauses({ cells }: RunReport): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { outcome, trials } of cells.flatMap(({ outcomes }) => outcomes)) {
    if (outcome.verdict !== 'invalid') continue
    counts.set(outcome.detail, (counts.get(outcome.detail) ?? 0) + trials)
  }
  return counts
}

async function detailOf(
  reader: Pick<RunReader, 'trial'>,
  number: number | undefined,
): Promise<string> {
  const record = number === undefined ? null : await reader.trial(number)
  return record?.verdict.verdict === 'invalid' ? record.verdict.detail : ''
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
