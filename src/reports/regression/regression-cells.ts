import type { EndpointRule } from '../../records/endpoint.ts'
import type { RegressionResult } from '../../records/regression.ts'
import { proportionInterval } from '../../statistics/proportion-interval.ts'
import type { FactorRow } from '../../statistics/regression/model-terms.ts'
import { cellKey } from '../../support/cell-key.ts'
import {
  type CellGroup,
  type ComparedRun,
  cellGroups,
  countGroup,
} from '../comparison/cell-group.ts'

/** A cell with trials, as a regression counts it. */
export interface CountedCell {
  readonly group: CellGroup
  readonly wordingHash: string
  readonly k: number
  readonly n: number
  /** Null: no other trial has the seed of one of them. */
  readonly seeds: CountedSeeds | null
}

/** With which seeds a cell had an event, and with which a trial that counts and is none. A cell has each seed at most once. */
export interface CountedSeeds {
  readonly events: readonly number[]
  readonly others: readonly number[]
}

/** By {@link cellKey}. A cell that is not there had no trial that counts. */
export type SeedsOfCells = ReadonlyMap<string, CountedSeeds>

/** Stands for the agent among the factors. No factor of a scenario has a name with a blank. */
export const AGENT = 'agent'

/**
 * The cells of a run that a regression is about: controls, scripts with a known result and arms with an expected one, are left
 * out, unless there is nothing else.
 *
 * @param seeds where cells share them; what is counted is then counted by these, so that both are of the same trials while a run goes on
 */
export function regressionCells(
  run: ComparedRun,
  rule: EndpointRule,
  seeds: SeedsOfCells | null,
): { cells: CountedCell[]; controlsLeftOut: number; onlyControls: boolean } {
  const started = cellGroups(run).flatMap((group) => {
    const [part] = group.parts
    return part === undefined ? [] : [{ group, wordingHash: part.wordingHash }]
  })
  const tested = started.filter(({ group }) => !group.control)
  const chosen = tested.length === 0 ? started : tested
  return {
    cells: chosen.map((cell) => {
      if (seeds === null) {
        const { k, n } = countGroup(rule, cell.group)
        return { ...cell, k, n, seeds }
      }
      const own = seeds.get(cellKey(cell.group)) ?? { events: [], others: [] }
      return { ...cell, k: own.events.length, n: own.events.length + own.others.length, seeds: own }
    }),
    controlsLeftOut: started.length - chosen.length,
    onlyControls: tested.length === 0,
  }
}

/** A factor of the scenario that happens to be called `agent` would be lost: it gets a mark. */
export function factorRow({ group, k, n }: CountedCell): FactorRow {
  const { agent, arm } = group
  const marked = Object.entries(arm).map(([factor, level]): [string, string] => [
    factor === AGENT ? `factor ${factor}` : factor,
    level,
  ])
  return { k, n, levels: { [AGENT]: agent, ...Object.fromEntries(marked) } }
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
