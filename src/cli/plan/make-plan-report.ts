import type { AimAnswer, PlanReport } from '../../records/plan-report.ts'
import { hashJson } from '../../support/hash.ts'
import { checkAims } from '../../trials/planning/check-aims.ts'
import { expectedStops } from '../../trials/planning/expected-stops.ts'
import { type AssumedRates, planFigures } from '../../trials/planning/plan-figures.ts'
import type { ReadyStudy } from '../study/resolve-study.ts'
import { expectedUse } from './expected-use.ts'
import { publishedRates } from './published-rates.ts'
import type { Pilot } from './read-pilot.ts'

/** All that `plan` prints. Rates are those that the user assumes, else the pilot's, else published ones; nothing else is guessed. */
export function makePlanReport(
  ready: ReadyStudy,
  options: {
    readonly assume: number | undefined
    readonly pilot: Pilot | null
    readonly maxSandboxes: number | undefined
    readonly maxConnections: number | undefined
  },
): PlanReport {
  const { plan, study } = ready
  const { pilot } = options
  const planned = { ...study, cells: [...plan.cells] }
  const counted = countedOf(study.trials, pilot)
  // What is asked of trials is asked of those that count.
  const inRate = counted === null ? planned : { ...planned, trials: counted.trials }
  const rates = ratesOf(ready, options)
  const stopping = expectedStops(planned, rates)
  return {
    scenario: study.scenario,
    study: hashJson(study),
    locked: null,
    endpoint: study.endpoint,
    interval: study.interval,
    level: study.level,
    cells: plan.cells.length,
    trials: study.trials,
    size: plan.size,
    counted,
    ...planFigures(inRate, rates),
    stopping,
    use: expectedUse(ready, { ...options, trials: stopping?.total?.mean ?? plan.size }),
    pilot:
      pilot === null
        ? null
        : {
            run: pilot.run,
            trials: pilot.trials,
            matched: pilot.matched,
            cautions: [...pilot.cautions],
          },
    aims: checkAims(inRate).map((answer) => withUncounted(answer, counted)),
  }
}

/** Null: nothing is known of any that would not count. */
function countedOf(trials: number, pilot: Pilot | null): PlanReport['counted'] {
  const share = pilot?.counted ?? 1
  return share === 1 ? null : { share, trials: Math.max(1, Math.floor(trials * share)) }
}

/** With as many trials more as are expected not to count. */
function withUncounted(answer: AimAnswer, counted: PlanReport['counted']): AimAnswer {
  if (answer.trials === null || counted === null) return answer
  return { ...answer, trials: Math.ceil(answer.trials / counted.share) }
}

function ratesOf(
  ready: ReadyStudy,
  { assume, pilot }: { readonly assume: number | undefined; readonly pilot: Pilot | null },
): AssumedRates {
  const { plan } = ready
  if (assume !== undefined) return plan.cells.map(() => ({ rate: assume, from: 'assumed' }))
  const published = publishedRates(ready)
  return plan.cells.map((_, place) => pilot?.rates[place] ?? published[place] ?? null)
}
