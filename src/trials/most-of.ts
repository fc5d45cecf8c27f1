import type { Agent } from '../agents/agent.ts'
import type { TrialSpec } from '../records/trial.ts'
import { invariant } from '../support/errors.ts'
import { usdText } from '../support/usd-text.ts'
import type { Budget } from './budget.ts'

interface Purchase {
  readonly agents: ReadonlyMap<string, Agent>
  readonly budget: Budget
}

/** The most that a trial can cost, in US dollars. Where there is no cap it is not asked for. */
export function mostOf({ agents, budget }: Purchase, spec: TrialSpec): number {
  const cost = agents.get(spec.agent)?.cost
  if (cost === undefined || budget.capUsd === null) return 0
  const most = cost.most(spec.limits)
  invariant(most !== null, `a run with a cap knows what agent "${spec.agent}" costs`)
  return most
}

/** Why a trial is not started, as a sentence. */
export function tooDear(purchase: Purchase, spec: TrialSpec): string {
  const { budget } = purchase
  const cap = budget.capUsd ?? 0
  const most = mostOf(purchase, spec)
  const lacking = most - Math.max(0, cap - budget.committedUsd)
  return `Trial ${spec.number}, of agent "${spec.agent}", may cost up to ${usdText(most)} USD: that is ${usdText(lacking)} more than is left of the ${usdText(cap)} allowed`
}
