import type { Arm } from '../records/arm.ts'

/** A cell as far as its name in a report goes. */
export interface LabelledCell {
  readonly agent: string
  readonly arm: Arm
  readonly preset: string | null
  /** What the study calls the arm. It comes before the preset that the arm is. */
  readonly name?: string | undefined
}

/** How the cells of one report are called: what they have in common is said once. */
export interface CellLabels {
  /** Levels that all arms share. */
  readonly shared: Arm
  /** What all agents' names begin with (`control:`), or nothing. */
  readonly agentPrefix: string
  /** What sets this arm apart from the others; empty when there is only one. */
  arm(cell: Omit<LabelledCell, 'agent'>): string
  /** The same where its levels have been said: `E`, `E with target=object`; levels where no preset is near. */
  short(cell: Omit<LabelledCell, 'agent'>): string
  agent(cell: Pick<LabelledCell, 'agent'>): string
}

export function labelCells(cells: readonly LabelledCell[]): CellLabels {
  const varying = varyingFactors(cells.map(({ arm }) => arm))
  const [first] = cells
  const shared = Object.entries(first?.arm ?? {}).filter(([factor]) => !varying.includes(factor))
  const agentPrefix = commonPrefix([...new Set(cells.map(({ agent }) => agent))])
  const presets = new Map(
    cells.flatMap((cell) => {
      const title = titleOf(cell)
      return title === null ? [] : [[title, cell.arm]]
    }),
  )
  const levelsOf = (arm: Arm, factors: readonly string[]): string =>
    factors.map((factor) => `${factor}=${arm[factor]}`).join(' ')
  return {
    shared: Object.fromEntries(shared),
    agentPrefix,
    arm: (cell) => {
      const [title, levels] = [titleOf(cell), levelsOf(cell.arm, varying)]
      return title === null || levels === '' ? levels : `${title}: ${levels}`
    },
    short: (cell) => {
      const { arm } = cell
      if (varying.length === 0) return ''
      const title = titleOf(cell)
      if (title !== null) return title
      const near = nearestPreset(arm, presets, varying)
      if (near === null) return levelsOf(arm, varying)
      return near.differing.length === 0
        ? near.preset
        : `${near.preset} with ${levelsOf(arm, near.differing)}`
    },
    agent: ({ agent }) => agent.slice(agentPrefix.length),
  }
}

function titleOf({ name, preset }: Pick<LabelledCell, 'name' | 'preset'>): string | null {
  return name ?? preset
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

/** More levels than this in another preset's place are harder to follow than all of them. */
const OTHER_LEVELS_MAX = 2

/** The preset that the fewest levels of an arm are unlike, the first of several; null: none is near. */
function nearestPreset(
  arm: Arm,
  presets: ReadonlyMap<string, Arm>,
  varying: readonly string[],
): { readonly preset: string; readonly differing: readonly string[] } | null {
  const [nearest] = [...presets]
    .map(([preset, levels]) => ({
      preset,
      differing: varying.filter((factor) => levels[factor] !== arm[factor]),
    }))
    .toSorted((a, b) => a.differing.length - b.differing.length)
  if (nearest === undefined) return null
  const { length } = nearest.differing
  return length <= OTHER_LEVELS_MAX && length < varying.length ? nearest : null
}

/** Up to a colon, and only where there is something to tell apart. */
function commonPrefix(agents: readonly string[]): string {
  const [first = '', ...rest] = agents
  const prefix = first.slice(0, first.indexOf(':') + 1)
  return rest.length > 0 && rest.every((agent) => agent.startsWith(prefix)) ? prefix : ''
}
