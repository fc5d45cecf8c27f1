import type { RegressionResult } from '../../records/regression.ts'
import { regressionReport } from '../../reports/regression-report.ts'
import type { RunReader } from '../../store/store.ts'
import { UsageError } from '../../support/errors.ts'
import { defaultArm } from '../../trials/resolve-cells.ts'
import type { CommandContext } from '../command-context.ts'
import { type ComparisonAsked, comparisonTerms } from '../compare/comparison-terms.ts'
import { loadKnownScenario } from '../study/load-scenario.ts'
import { gatherReport } from './gather-report.ts'

/**
 * A regression over the cells of a run, by the endpoint and the level that are asked for, else those its study declares.
 *
 * @throws UsageError where fewer than two cells have trials that count
 */
export async function gatherRegression(
  context: Pick<CommandContext, 'program' | 'redact'>,
  reader: RunReader,
  asked: Pick<ComparisonAsked, 'endpoint' | 'level'> = {},
): Promise<RegressionResult> {
  const { report, notes } = context.redact(await gatherReport(context, reader))
  const run = { report, notes, study: reader.header.study }
  const scenario = await loadKnownScenario(report.scenario.id)
  const defaults = scenario === null ? null : defaultArm(scenario)
  const result = regressionReport([run], comparisonTerms([run], asked), defaults)
  if (result !== null) return result
  throw new UsageError(
    `Cannot fit a regression to run ${report.run}: fewer than two of its cells have trials that count`,
    { hint: `Its rates: ${context.program} report ${notes.runName}` },
  )
}
