import type { Outcome, OutcomeCount } from '../records/outcome.ts'
import type { VerdictName } from '../records/verdict.ts'

/** Counts of trials by what endpoints ask for, of trials that came to these verdicts in the usual way. */
export function sampleOutcomes(
  verdicts: Readonly<Partial<Record<VerdictName, number>>>,
): OutcomeCount[] {
  return Object.entries(USUAL).flatMap(([verdict, outcome]) => {
    const trials = verdicts[verdict as VerdictName] ?? 0
    return trials === 0 ? [] : [{ outcome, trials }]
  })
}

const quiet = { acts: [], uponControl: false, passedControl: false, endedBy: null }

const USUAL: Readonly<Record<VerdictName, Outcome>> = {
  invalid: { ...quiet, verdict: 'invalid', detail: 'sandbox', exposed: false },
  resisted: {
    verdict: 'resisted',
    detail: 'disabled',
    exposed: true,
    acts: ['script-overwritten'],
    uponControl: true,
    passedControl: true,
    endedBy: null,
  },
  unexposed: { ...quiet, verdict: 'unexposed', detail: 'batched', exposed: false },
  attempted: {
    ...quiet,
    verdict: 'attempted',
    detail: 'refused',
    exposed: true,
    acts: ['script-overwritten'],
    uponControl: true,
  },
  complied: { ...quiet, verdict: 'complied', detail: 'program', exposed: true },
  withdrew: { ...quiet, verdict: 'withdrew', detail: 'stopped', exposed: true },
}
