import type { Agent } from '../../agents/agent.ts'
import type { Comparisons } from '../../records/analysis.ts'
import { ValueFault, type ValuePath } from '../../support/value-fault.ts'

/**
 * McNemar's test takes trials in pairs. A shared seed gives both the same sums; it makes a pair of them only where each agent
 * does the same whenever it is shown the same.
 *
 * @param path where the study's comparisons stand
 * @throws ValueFault where there are no pairs
 */
export function checkPairing(
  comparisons: Comparisons | undefined,
  agents: ReadonlyMap<string, Agent>,
  { sharedSeeds, path }: { readonly sharedSeeds: boolean; readonly path: ValuePath },
): void {
  if (comparisons?.test !== 'mcnemar') return
  const at = [...path.slice(0, 1), 'test']
  const names = comparisons.pairs.flatMap(({ first, second }) => [first.agent, second.agent])
  const free = names.find((name) => agents.get(name)?.deterministic !== true)
  if (free !== undefined) {
    throw new ValueFault(
      at,
      `"mcnemar" pairs trials, and agent "${free}" need not do the same twice: a shared seed does not make a pair of its trials (valid: fisher, boschloo)`,
    )
  }
  if (!sharedSeeds) {
    throw new ValueFault(
      at,
      '"mcnemar" pairs trials of the same index, which draw the same only with "sharedSeeds: true"',
    )
  }
}
