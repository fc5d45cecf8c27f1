import { classOf } from '../../endpoints/count-outcomes.ts'
import type { EndpointRule } from '../../records/endpoint.ts'
import type { RegressionResult } from '../../records/regression.ts'
import type { SeedsOfCells } from '../../reports/regression/regression-cells.ts'
import { regressionReport } from '../../reports/regression/regression-report.ts'
import type { RunReader } from '../../store/store.ts'
import { cellKey } from '../../support/cell-key.ts'
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
  const { study } = reader.header
  const { report, notes } = context.redact(await gatherReport(context, reader))
  const run = { report, notes, study }
  const terms = comparisonTerms([run], asked)
  const scenario = await loadKnownScenario(report.scenario.id)
  const result = regressionReport(run, terms, {
    defaults: scenario === null ? null : defaultArm(scenario),
    // Where trials were stopped by their results there are no errors that could allow for it.
    seeds:
      study.sharedSeeds && terms.basis === 'fixed' ? await countSeeds(reader, terms.rule) : null,
  })
  if (result !== null) return result
  throw new UsageError(
    `Cannot fit a regression to run ${report.run}: fewer than two of its cells have trials that count`,
    { hint: `Its rates: ${context.program} report ${notes.runName}` },
  )
}

/** Where cells share seeds, trials of the same index have the same. */
async function countSeeds(reader: RunReader, rule: EndpointRule): Promise<SeedsOfCells> {
  const seeds = new Map<string, { events: number[]; others: number[] }>()
  for await (const { agent, arm, index, outcome } of reader.outcomes()) {
    const is = classOf(rule, outcome)
    if (is !== 'event' && is !== 'other') continue
    const key = cellKey({ agent, arm })
    const own = seeds.get(key) ?? { events: [], others: [] }
    seeds.set(key, own)
    own[is === 'event' ? 'events' : 'others'].push(index)
  }
  return seeds
}
