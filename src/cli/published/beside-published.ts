import type { RunReport } from '../../records/run.ts'
import { withPublished } from '../../reports/published/with-published.ts'
import type { Scenario } from '../../scenarios/scenario.ts'
import { defaultArm } from '../../trials/resolve-cells.ts'
import { loadPublished } from './load-published.ts'

/**
 * The report with published figures beside its cells. Where the scenario is not at hand, or no model has answered, it is left
 * as it is.
 */
export function besidePublished(report: RunReport, scenario: Scenario | null): RunReport {
  if (scenario === null || report.cells.every(({ models }) => models.length === 0)) return report
  return withPublished(report, loadPublished(), {
    id: scenario.id,
    defaultArm: defaultArm(scenario),
  })
}
