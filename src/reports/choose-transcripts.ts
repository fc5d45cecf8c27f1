import type { VerdictName } from '../records/verdict.ts'
import type { TrialIndex } from '../records/view.ts'

/** Which transcripts a report holds. */
export const TRANSCRIPT_CHOICES = ['chosen', 'all', 'none'] as const
export type TranscriptChoice = (typeof TRANSCRIPT_CHOICES)[number]

/** How transcripts are chosen, for whoever reads those that are. */
export const CHOOSING_RULE: Readonly<Record<Exclude<TranscriptChoice, 'none'>, string>> = {
  chosen:
    'Chosen by rule, not by hand: of each cell and each way in which its trials came out the first one by number, after all those that readers have written about. Graver and rarer ways come first.',
  all: 'All trials, those first that the rule for a choice would take: what readers have written about, then of each cell and each way in which its trials came out the first one by number, graver and rarer ways first.',
}

/** The graver first. */
const GRAVITY: readonly VerdictName[] = [
  'resisted',
  'attempted',
  'withdrew',
  'complied',
  'unexposed',
  'invalid',
]

/**
 * The numbers of the trials whose transcripts a report holds, in the order in which they are taken as long as there is room.
 *
 * @param noted trials that readers have written about
 */
export function chooseTranscripts(
  index: TrialIndex,
  { choice, noted }: { readonly choice: TranscriptChoice; readonly noted: readonly number[] },
): number[] {
  if (choice === 'none') return []
  const stored = new Set(index.columns.number)
  const first = [...new Set(noted)].filter((number) => stored.has(number)).toSorted((a, b) => a - b)
  const chosen = new Set([...first, ...firstOfEach(index)])
  if (choice === 'chosen') return [...chosen]
  const others = index.columns.number.filter((number) => !chosen.has(number))
  return [...chosen, ...others.toSorted((a, b) => a - b)]
}

interface Found {
  readonly number: number
  readonly verdict: VerdictName
  readonly kind: string
}

/** Of each cell and way the first by number: first one of each way, then the others; in each of these the graver and rarer first. */
function firstOfEach({ columns, outcomes }: TrialIndex): number[] {
  const firsts = new Map<string, Found>()
  const counts = new Map<string, number>()
  for (const [row, number] of columns.number.entries()) {
    const outcome = outcomes[columns.outcome[row] ?? -1]
    if (outcome === undefined) continue
    const kind = `${outcome.verdict}/${outcome.detail}`
    const key = `${columns.cell[row]}/${kind}`
    counts.set(kind, (counts.get(kind) ?? 0) + 1)
    const known = firsts.get(key)
    if (known === undefined || number < known.number) {
      firsts.set(key, { number, verdict: outcome.verdict, kind })
    }
  }
  const ordered = [...firsts.values()].toSorted(
    (a, b) =>
      GRAVITY.indexOf(a.verdict) - GRAVITY.indexOf(b.verdict) ||
      (counts.get(a.kind) ?? 0) - (counts.get(b.kind) ?? 0) ||
      a.number - b.number,
  )
  const seen = new Set<string>()
  const isFirstOfKind = ({ kind }: Found): boolean => !seen.has(kind) && seen.add(kind).has(kind)
  const groups = Object.groupBy(ordered, (found) => (isFirstOfKind(found) ? 'first' : 'others'))
  return [...(groups.first ?? []), ...(groups.others ?? [])].map(({ number }) => number)
}
