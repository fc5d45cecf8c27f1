import type { PlanReport } from '../../records/plan-report.ts'
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
  const planned = { ...study, cells: [...plan.cells] }
  const rates = ratesOf(ready, options)
  const stopping = expectedStops(planned, rates)
  const { pilot } = options
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
    ...planFigures(planned, rates),
    stopping,
    use: expectedUse(ready, { ...options, trials: stopping?.total?.mean ?? plan.size }),
    pilot: pilot === null ? null : { run: pilot.run, trials: pilot.trials, matched: pilot.matched },
    aims: checkAims(planned),
  }
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
