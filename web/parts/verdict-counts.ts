import type { VerdictName } from '../../src/records/verdict.ts'
import { VERDICT_WORDS } from '../../src/reports/verdict-words.ts'

/** The verdicts that there are any of, in the order in which reports show them. */
export function verdictCounts(
  verdicts: Readonly<Partial<Record<VerdictName, number>>>,
): { readonly verdict: VerdictName; readonly count: number }[] {
  return (Object.keys(VERDICT_WORDS) as VerdictName[]).flatMap((verdict) => {
    const count = verdicts[verdict] ?? 0
    return count === 0 ? [] : [{ verdict, count }]
  })
}
