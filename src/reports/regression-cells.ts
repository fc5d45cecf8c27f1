import type { EndpointRule } from '../records/endpoint.ts'
import type { RegressionResult } from '../records/regression.ts'
import { proportionInterval } from '../statistics/proportion-interval.ts'
import type { FactorRow } from '../statistics/regression/model-terms.ts'
import { type CellGroup, type ComparedRun, cellGroups, countGroup } from './cell-group.ts'

/** A cell with trials, as a regression counts it. */
export interface CountedCell {
  readonly group: CellGroup
  readonly wordingHash: string
  readonly k: number
  readonly n: number
}

/** Stand for the agent and the run among the factors. No factor of a scenario has a name with a blank. */
export const AGENT = 'agent'
export const RUN = 'run'

/**
 * The cells of runs that a regression is about: controls, scripts with a known result and arms with an expected one, are left
 * out, unless there is nothing else.
 */
export function regressionCells(
  runs: readonly ComparedRun[],
  rule: EndpointRule,
): { cells: CountedCell[]; controlsLeftOut: number; onlyControls: boolean } {
  const started = runs.flatMap(cellGroups).flatMap((group) => {
    const [part] = group.parts
    return part === undefined ? [] : [{ group, wordingHash: part.wordingHash }]
  })
  const tested = started.filter(({ group }) => !group.control)
  const chosen = tested.length === 0 ? started : tested
  return {
    cells: chosen.map((cell) => {
      const { k, n } = countGroup(rule, cell.group)
      return { ...cell, k, n }
    }),
    controlsLeftOut: started.length - chosen.length,
    onlyControls: tested.length === 0,
  }
}

/** A factor of the scenario that happens to be called `agent` or `run` would be lost: theirs get a mark. */
export function factorRow({ group, k, n }: CountedCell): FactorRow {
  const { agent, arm, run } = group
  const marked = Object.entries(arm).map(([factor, level]): [string, string] => [
    factor === AGENT || factor === RUN ? `factor ${factor}` : factor,
    level,
  ])
  return { k, n, levels: { [AGENT]: agent, ...Object.fromEntries(marked), [RUN]: run.report.run } }
}

/** Rates of each text over all agents, and how far those of each agent lie apart. */
export function wordingRates(
  cells: readonly CountedCell[],
  terms: Pick<RegressionResult, 'interval' | 'level' | 'basis'>,
): Pick<RegressionResult, 'wordings' | 'spread'> {
  const counted = cells.filter(({ n }) => n > 0)
  const texts = [...Map.groupBy(counted, ({ wordingHash }) => wordingHash)]
  const agents = [...Map.groupBy(counted, ({ group }) => group.agent)]
  return {
    wordings: texts.map(([wordingHash, same]) => {
      const counts = sumOf(same)
      return { wordingHash, arm: same[0]?.group.arm ?? {}, ...counts, ...rateOf(counts, terms) }
    }),
    spread: agents.map(([agent, own]) => {
      const rates = [...Map.groupBy(own, ({ wordingHash }) => wordingHash).values()].map((same) => {
        const { k, n } = sumOf(same)
        return k / n
      })
      return {
        agent,
        wordings: rates.length,
        lowest: Math.min(...rates),
        highest: Math.max(...rates),
        deviation: deviationOf(rates),
      }
    }),
  }
}

/** What was observed, with the interval that the study has; after early stopping that would not hold, and is withheld. */
export function rateOf(
  { k, n }: { readonly k: number; readonly n: number },
  { interval, level, basis }: Pick<RegressionResult, 'interval' | 'level' | 'basis'>,
): { rate: number | null; low: number | null; high: number | null } {
  const rate = n === 0 ? null : k / n
  if (basis === 'sequence') return { rate, low: null, high: null }
  const { low, high } = proportionInterval({ k, n, level, method: interval })
  return { rate, low, high }
}

function sumOf(cells: readonly CountedCell[]): { k: number; n: number } {
  return {
    k: cells.reduce((sum, { k }) => sum + k, 0),
    n: cells.reduce((sum, { n }) => sum + n, 0),
  }
}

function deviationOf(rates: readonly number[]): number {
  if (rates.length < 2) return 0
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length
  const squares = rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0)
  return Math.sqrt(squares / (rates.length - 1))
}
