import type { Arm } from '../records/arm.ts'

/** A cell as far as its name in a report goes. */
export interface LabelledCell {
  readonly agent: string
  readonly arm: Arm
  readonly preset: string | null
}

/** How the cells of one report are called: what they have in common is said once. */
export interface CellLabels {
  /** Levels that all arms share. */
  readonly shared: Arm
  /** What all agents' names begin with (`control:`), or nothing. */
  readonly agentPrefix: string
  /** What sets this arm apart from the others; empty when there is only one. */
  arm(cell: Pick<LabelledCell, 'arm' | 'preset'>): string
  agent(cell: Pick<LabelledCell, 'agent'>): string
}

export function labelCells(cells: readonly LabelledCell[]): CellLabels {
  const varying = varyingFactors(cells.map(({ arm }) => arm))
  const [first] = cells
  const shared = Object.entries(first?.arm ?? {}).filter(([factor]) => !varying.includes(factor))
  const agentPrefix = commonPrefix([...new Set(cells.map(({ agent }) => agent))])
  return {
    shared: Object.fromEntries(shared),
    agentPrefix,
    arm: ({ arm, preset }) => {
      const levels = varying.map((factor) => `${factor}=${arm[factor]}`).join(' ')
      return preset === null || levels === '' ? levels : `${preset}: ${levels}`
    },
    agent: ({ agent }) => agent.slice(agentPrefix.length),
  }
}

/** `instruction=none, placement=user`. */
export function armText(arm: Arm): string {
  return Object.entries(arm)
    .map(([factor, level]) => `${factor}=${level}`)
    .join(', ')
}

function varyingFactors(arms: readonly Arm[]): string[] {
  const factors = new Set(arms.flatMap((arm) => Object.keys(arm)))
  return [...factors].filter((factor) => new Set(arms.map((arm) => arm[factor])).size > 1)
}

/** Up to a colon, and only where there is something to tell apart. */
function commonPrefix(agents: readonly string[]): string {
  const [first = '', ...rest] = agents
  const prefix = first.slice(0, first.indexOf(':') + 1)
  return rest.length > 0 && rest.every((agent) => agent.startsWith(prefix)) ? prefix : ''
}
