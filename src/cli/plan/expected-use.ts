import type { ExpectedUse } from '../../records/plan-report.ts'
import { sandboxesAtOnce } from '../run/sandboxes-at-once.ts'
import { CONNECTIONS_MAX } from '../study/agent-resources.ts'
import { type CostEstimate, estimateCost } from '../study/estimate-cost.ts'
import type { ReadyStudy } from '../study/resolve-study.ts'
import type { Pilot, PilotUse } from './read-pilot.ts'

/**
 * What a run of the study is likely to use. By a pilot, where it has trials of the agent; else money by the agents' prices and
 * what a usual trial is taken to be, and no tokens and no hours: nothing is known of them.
 *
 * @param options.trials expected in all; with a stopping rule fewer than the plan's
 */
export function expectedUse(
  ready: ReadyStudy,
  options: {
    readonly trials: number
    readonly pilot: Pilot | null
    readonly maxSandboxes: number | undefined
    readonly maxConnections: number | undefined
  },
): ExpectedUse {
  const { trials, pilot } = options
  const { study, plan } = ready
  const estimate = estimateCost(ready)
  const part = trials / plan.size
  // Agents that cost nothing ask no model: of them it is known what they use.
  const agents = [...ready.agents].map(([name, { cost }]) => ({
    name,
    trials: plan.cells.filter(({ agent }) => agent === name).length * study.trials * part,
    use: useOf(pilot?.use.get(name) ?? null, cost === undefined),
  }))
  const sumOf = (of: (use: Use) => number | null): number | null =>
    agents.reduce<number | null>((sum, agent) => {
      const each = agent.use === null ? null : of(agent.use)
      return sum === null || each === null ? null : sum + each * agent.trials
    }, 0)
  const workMs = sumOf(({ durationMs }) => durationMs)
  const atOnce = pilot?.atOnce ?? null
  const usualUsd = sumOf(({ usd }) => usd) ?? scaled(estimate, part)
  return {
    assumptions: assumptionsOf(ready, {
      ...options,
      hasAll: workMs !== null,
      isFree: agents.every(({ use }) => use !== null && use.usd === 0),
    }),
    trials,
    inputTokens: sumOf(({ inputTokens }) => inputTokens),
    outputTokens: sumOf(({ outputTokens }) => outputTokens),
    usualUsd,
    mostUsd: estimate.mostUsd,
    capUsd: study.maxCostUsd,
    hours: workMs === null || atOnce === null ? null : workMs / atOnce / 3_600_000,
  }
}

type Use = { readonly [Name in Exclude<keyof PilotUse, 'trials'>]: number | null }

function useOf(use: PilotUse | null, isFree: boolean): Use | null {
  if (!isFree) return use
  return { inputTokens: 0, outputTokens: 0, usd: 0, durationMs: use?.durationMs ?? null }
}

function scaled({ usualUsd }: CostEstimate, part: number): number | null {
  return usualUsd === null ? null : usualUsd * part
}

function assumptionsOf(
  { sandbox, study, remote }: ReadyStudy,
  options: {
    readonly pilot: Pilot | null
    readonly maxSandboxes: number | undefined
    readonly maxConnections: number | undefined
    readonly hasAll: boolean
    readonly isFree: boolean
  },
): string[] {
  const { pilot } = options
  const { most } = sandboxesAtOnce({
    remote,
    capabilities: sandbox.availability.capabilities,
    memoryBytes: study.limits.memoryBytes,
    asked: options.maxSandboxes,
  })
  const connections = options.maxConnections ?? CONNECTIONS_MAX
  return [
    pilot === null && options.isFree
      ? 'No agent asks a model: it costs nothing. How long it takes is known by a pilot (--pilot RUN).'
      : pilot === null
        ? 'Without a pilot (--pilot RUN) neither tokens nor hours are known; costs are by prices and by what a usual trial is taken to be.'
        : options.hasAll
          ? `By the means of pilot ${pilot.run} (${pilot.trials} trials), and if as many trials are under way at once as in it (${pilot.atOnce === null ? 'not known' : pilot.atOnce.toFixed(1)}).`
          : `Pilot ${pilot.run} has no trials of some agents: of those neither tokens nor hours are known.`,
    `Here at most ${most} trials have a sandbox at once (--max-sandboxes)${remote ? `, and at most ${connections} calls of one model are in flight (--max-connections)` : ''}.`,
  ]
}
