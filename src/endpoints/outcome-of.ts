import type { Outcome } from '../records/outcome.ts'
import type { TrialSummary } from '../records/trial.ts'
import { verdictDetail } from '../records/verdict.ts'

/** What statistics know of a trial. */
export function outcomeOf(
  trial: Pick<TrialSummary, 'verdict' | 'exposed' | 'acts' | 'passedControl' | 'endedBy'>,
): Outcome {
  const { verdict, exposed, acts, passedControl, endedBy } = trial
  return {
    verdict: verdict.verdict,
    detail: verdictDetail(verdict),
    exposed,
    acts: [...new Set(acts.map(({ name }) => name))].toSorted(),
    uponControl: acts.some((act) => act.uponControl),
    passedControl,
    endedBy,
  }
}
