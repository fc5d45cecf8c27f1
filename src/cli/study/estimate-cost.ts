import type { PlannedCell } from '../../trials/plan.ts'
import { followedIn, mostOfOne } from '../../trials/stopping/followed.ts'
import { describeTools } from '../../trials/tools.ts'
import type { ReadyStudy } from './resolve-study.ts'

/** Assumed, not measured: six questions need seven turns, and agents look around. */
const TURNS = 10
/** Assumed of English, by the rule of thumb that providers give. */
const BYTES_PER_TOKEN = 4

/** Nobody minds less than the price of a lunch; a hundred trials of most models cost less than that. */
const ASK_ABOVE_USD = 5
const ASK_ABOVE_TRIALS = 100

/** What the trials of one agent cost together, in US dollars; null where no price is known. */
export interface AgentEstimate {
  readonly agent: string
  readonly trials: number
  /** A rough guess. */
  readonly usualUsd: number | null
  /** If every trial ran to its limits, and each answer came at the first attempt. */
  readonly mostUsd: number | null
}

/** What a study costs: each agent that costs anything, and all of them together. */
export interface CostEstimate {
  readonly agents: readonly AgentEstimate[]
  readonly usualUsd: number | null
  readonly mostUsd: number | null
}

export function estimateCost(
  ready: Pick<ReadyStudy, 'study' | 'plan' | 'scenario' | 'agents'>,
): CostEstimate {
  const { study, plan } = ready
  const agents = [...ready.agents].flatMap(([name, { cost }]): (AgentEstimate & Dearest)[] => {
    if (cost === undefined) return []
    const cells = plan.cells.filter(({ agent }) => agent === name)
    const turns = Math.min(TURNS, study.limits.turns)
    const usual = cells.map((cell) => cost.usual({ tokens: tokensBefore(ready, cell), turns }))
    const most = cost.most(study.limits)
    const trials = cells.length * study.trials
    const { fixed, followed } = trialsAtMost(plan.cells, study, name)
    const usualOfOne = sumOf(usual)
    return [
      {
        agent: name,
        trials,
        usualUsd: usualOfOne === null ? null : roundUp(usualOfOne * study.trials),
        mostUsd: most === null ? null : roundUp(most * (fixed + followed)),
        ofOneUsd: most,
        fixed,
        followed,
      },
    ]
  })
  return {
    agents: agents.map(({ agent, trials, usualUsd, mostUsd }) => ({
      agent,
      trials,
      usualUsd,
      mostUsd,
    })),
    usualUsd: sumOf(agents.map(({ usualUsd }) => usualUsd)),
    mostUsd: sumOf(mostTogether(agents, trialsToShare(study))),
  }
}

/** The most trials that an agent can have, and what each can cost. */
interface Dearest {
  readonly ofOneUsd: number | null
  /** Whatever is seen. */
  readonly fixed: number
  /** In cells that a stopping rule follows, if all others leave it theirs. */
  readonly followed: number
}

function trialsAtMost(
  cells: readonly PlannedCell[],
  study: ReadyStudy['study'],
  name: string,
): Pick<Dearest, 'fixed' | 'followed'> {
  const rule = followedIn(study)
  const isFollowed = new Set(rule?.cells)
  const own = cells.flatMap(({ agent }, place) => (agent === name ? [isFollowed.has(place)] : []))
  const open = own.filter((each) => each).length
  const most = rule === null ? 0 : mostOfOne(study, rule)
  return {
    fixed: (own.length - open) * study.trials,
    followed: Math.min(open * most, trialsToShare(study)),
  }
}

/** Trials that a study's stopping rule deals out. */
function trialsToShare(study: ReadyStudy['study']): number {
  return (followedIn(study)?.cells.length ?? 0) * study.trials
}

/** What each agent costs if the dearest ones get all that they can of the trials that are dealt out. */
function mostTogether(agents: readonly Dearest[], toShare: number): (number | null)[] {
  let left = toShare
  return agents
    .toSorted((a, b) => (b.ofOneUsd ?? 0) - (a.ofOneUsd ?? 0))
    .map(({ ofOneUsd, fixed, followed }) => {
      const share = Math.min(followed, left)
      left -= share
      return ofOneUsd === null ? null : roundUp(ofOneUsd * (fixed + share))
    })
}

/**
 * Whether a person is to be asked first. By what trials usually cost: what they may cost at most is so much more that everything
 * would be asked for, and `--max-cost` is there for that.
 */
export function isWorthAsking({ agents, usualUsd }: CostEstimate): boolean {
  if (usualUsd !== null) return usualUsd > ASK_ABOVE_USD
  const unpriced = agents.filter((agent) => agent.usualUsd === null)
  const knownUsd = agents.reduce((sum, agent) => sum + (agent.usualUsd ?? 0), 0)
  const trials = unpriced.reduce((sum, agent) => sum + agent.trials, 0)
  return knownUsd > ASK_ABOVE_USD || trials > ASK_ABOVE_TRIALS
}

/** About as many tokens as an agent is told before its first turn. */
function tokensBefore(
  { scenario, study }: Pick<ReadyStudy, 'scenario' | 'study'>,
  { arm, rendered }: PlannedCell,
): number {
  const tools = describeTools(scenario, arm, study.limits)
  const told = [rendered.system, rendered.user, ...tools.map(({ description }) => description)]
  return tokensIn(told.join('\n'))
}

/** About as many tokens as a text has. */
export function tokensIn(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN)
}

/** Null where a part of it is not known. */
function sumOf(parts: readonly (number | null)[]): number | null {
  return parts.reduce(
    (sum, part) => (sum === null || part === null ? null : roundUp(sum + part)),
    0,
  )
}

/** To a millionth of a dollar. The hair is what sums of fractions come out beside. */
function roundUp(usd: number): number {
  return Math.ceil(usd * 1e6 - 1e-3) / 1e6
}
