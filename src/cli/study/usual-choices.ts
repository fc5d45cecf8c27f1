import type { Scenario } from '../../scenarios/scenario.ts'

/** Trials of each cell where no number is given. */
export const USUAL_TRIALS = {
  /** Enough to see a behaviour, not to put a number on it: `--trials` says how many are wanted. */
  ofAgents: 10,
  /** Scripts do the same each time; a few show that. */
  ofScripts: 3,
}

/** The arms of scripts where none is chosen: two that differ in one level, the first factor's first two. */
export function castArms(scenario: Scenario): Record<string, string[]> {
  const [first] = Object.entries(scenario.factors)
  if (first === undefined) return {}
  const [name, { levels }] = first
  return { [name]: Object.keys(levels).slice(0, 2) }
}
