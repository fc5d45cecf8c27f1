import { publishedFigures } from '../../reports/published/published-figures.ts'
import type { AssumedRates } from '../../trials/planning/plan-figures.ts'
import { defaultArm } from '../../trials/resolve-cells.ts'
import { loadPublished } from '../published/load-published.ts'
import type { ReadyStudy } from '../study/resolve-study.ts'

/**
 * What was published of the very models and arms of a study, where it counts what the study's endpoint counts; of several
 * figures the one from the most trials. It is of another harness and another wording: something to plan with, and nothing more.
 */
export function publishedRates({
  study,
  plan,
  scenario,
}: Pick<ReadyStudy, 'study' | 'plan' | 'scenario'>): AssumedRates {
  const of = { id: scenario.id, defaultArm: defaultArm(scenario) }
  const results = loadPublished()
  return plan.cells.map(({ agent, arm }) => {
    const { provider, model } = study.agents[agent] ?? {}
    if (typeof provider !== 'string' || typeof model !== 'string') return null
    const identity = { provider, model, answeredBy: null, fingerprint: null }
    const [figure] = publishedFigures(results, of, { arm, models: [identity] })
      .filter(({ endpoint, rate }) => endpoint === study.endpoint && rate !== null)
      .toSorted((a, b) => (b.n ?? 0) - (a.n ?? 0))
    if (figure === undefined || figure.rate === null) return null
    return { rate: figure.rate, from: 'published' }
  })
}
