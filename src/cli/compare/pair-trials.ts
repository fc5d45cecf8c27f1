import { classOf } from '../../endpoints/count-outcomes.ts'
import { outcomeOf } from '../../endpoints/outcome-of.ts'
import type { EndpointRule } from '../../records/endpoint.ts'
import type { CellGroup } from '../../reports/comparison/cell-group.ts'
import type { CellPair } from '../../reports/comparison/compare-cells.ts'
import type { RunReader } from '../../store/store.ts'
import { cellKey } from '../../support/cell-key.ts'
import { printable } from '../../support/choices.ts'
import { UsageError } from '../../support/errors.ts'

/**
 * Counts the trials of each pair of cells that belong together one by one: those with the same seed. Only agents that do the
 * same each time make pairs of them: a shared seed fixes what a trial hands out, not what a model makes of it.
 *
 * @throws UsageError where they are no pairs
 */
export async function pairTrials(
  pairs: readonly CellPair[],
  { readers, rule }: { readonly readers: readonly RunReader[]; readonly rule: EndpointRule },
): Promise<CellPair[]> {
  for (const { first, second } of pairs) [first, second].forEach(refuseChance)
  const events = new Map<string, Map<string, boolean>>()
  for (const reader of readers) {
    for await (const trial of reader.summaries()) {
      const is = classOf(rule, outcomeOf(trial))
      if (is !== 'event' && is !== 'other') continue
      const name = nameOf(reader.header.id, trial.spec)
      const own = events.get(name) ?? new Map<string, boolean>()
      events.set(name, own.set(trial.spec.seed, is === 'event'))
    }
  }
  return pairs.map((pair) => ({ ...pair, paired: countPairs(pair, events) }))
}

function countPairs(
  { label, first, second }: CellPair,
  events: ReadonlyMap<string, ReadonlyMap<string, boolean>>,
): CellPair['paired'] {
  const [a, b] = [first, second].map(
    (group) => events.get(nameOf(group.run.report.run, group)) ?? new Map<string, boolean>(),
  )
  const counts = { onlyFirst: 0, onlySecond: 0 }
  let matched = 0
  for (const [seed, isEvent] of a ?? []) {
    const other = b?.get(seed)
    if (other === undefined) continue
    matched++
    if (isEvent && !other) counts.onlyFirst++
    if (!isEvent && other) counts.onlySecond++
  }
  if (matched === 0) {
    throw new UsageError(
      `Cannot use McNemar's test for "${printable(label)}": no trial of the one has the seed of one of the other`,
      { hint: 'Run the study with --shared-seeds, or use --test fisher.' },
    )
  }
  return counts
}

function refuseChance({ agent, run }: CellGroup): void {
  if (run.study.agents[agent]?.['script'] !== undefined) return
  throw new UsageError(
    `Cannot use McNemar's test with agent "${printable(agent)}": its trials are no pairs, since it need not do the same each time`,
    { hint: 'Use --test fisher or --test boschloo.' },
  )
}

function nameOf(run: string, cell: Pick<CellGroup, 'agent' | 'arm'>): string {
  return `${run} ${cellKey(cell)}`
}
