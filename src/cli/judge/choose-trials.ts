import type { VerdictName } from '../../records/verdict.ts'
import type { RunReader } from '../../store/store.ts'

/** Which trials a judge is asked about. */
export interface TrialChoice {
  /** Trials of these verdicts alone; null: of all. */
  readonly verdicts: readonly VerdictName[] | null
  /** Of these the first in the run's order, which is shuffled over agents and arms; null: all of them. */
  readonly trials: number | null
}

export interface ChosenTrials {
  readonly chosen: number
  /** Numbers of those without a judgement yet by this judge and rubric, or with one that failed. */
  readonly pending: readonly number[]
  /** What asking about a trial before, in vain, may have cost, in US dollars. */
  readonly lostUsd: ReadonlyMap<number, number>
}

const PAGE = 2_000

/**
 * The trials that are left to a judge. A refusal or an unusable answer is an answer: asking until a better one comes would choose
 * among answers. Where the judge's provider failed there was none, and it is asked again.
 */
export async function chooseTrials(
  reader: Pick<RunReader, 'rows' | 'judgements'>,
  { judge, rubricHash, verdicts, trials }: TrialChoice & { judge: string; rubricHash: string },
): Promise<ChosenTrials> {
  const answered = new Set<number>()
  const lostUsd = new Map<number, number>()
  for await (const judgement of reader.judgements()) {
    if (judgement.judge !== judge || judgement.rubricHash !== rubricHash) continue
    if (judgement.outcome === 'failed') {
      lostUsd.set(judgement.number, judgement.usage.unconfirmedUsd)
    } else {
      answered.add(judgement.number)
    }
  }
  const numbers: number[] = []
  for (let after = 0, more = true; more && numbers.length < (trials ?? Infinity); ) {
    const rows = await reader.rows({ after, limit: PAGE })
    const wanted = rows.filter(({ verdict }) => verdicts === null || verdicts.includes(verdict))
    numbers.push(...wanted.map(({ number }) => number))
    after = rows.at(-1)?.number ?? after
    more = rows.length === PAGE
  }
  const chosen = numbers.slice(0, trials ?? undefined)
  return {
    chosen: chosen.length,
    pending: chosen.filter((number) => !answered.has(number)),
    lostUsd,
  }
}
