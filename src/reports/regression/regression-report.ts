import type { Arm } from '../../records/arm.ts'
import type { RegressionCell, RegressionResult, RegressionTerm } from '../../records/regression.ts'
import { modelTerms } from '../../statistics/regression/model-terms.ts'
import type { ComparedRun } from '../comparison/cell-group.ts'
import type { ComparisonTerms } from '../comparison/compare-cells.ts'
import { type FittedRegression, fitRegression } from './fit-regression.ts'
import {
  type CountedCell,
  factorRow,
  rateOf,
  regressionCells,
  type SeedsOfCells,
  wordingRates,
} from './regression-cells.ts'
import { regressionClusters } from './regression-clusters.ts'
import { regressionNotes } from './regression-notes.ts'

/** What a regression is by. */
export type RegressionAsked = Pick<
  ComparisonTerms,
  'endpoint' | 'rule' | 'interval' | 'level' | 'basis'
>

/**
 * How the agent and each factor of the scenario bear on a rate when all are looked at together: odds ratios by logistic
 * regression with Firth’s penalty, and the rates that this predicts beside the observed ones.
 *
 * @param defaults each factor’s level with which others are compared, where it is among the cells
 * @param seeds of the trials that count, where cells share them
 * @returns null where fewer than two cells have trials that count.
 */
export function regressionReport(
  run: ComparedRun,
  asked: RegressionAsked,
  {
    defaults = null,
    seeds = null,
  }: { readonly defaults?: Arm | null; readonly seeds?: SeedsOfCells | null } = {},
): RegressionResult | null {
  const { interval, level, basis } = asked
  const { cells, controlsLeftOut, onlyControls } = regressionCells(run, asked.rule, seeds)
  const counted = cells.filter(({ n }) => n > 0)
  if (counted.length < 2) return null

  const rows = counted.map(factorRow)
  const names = new Set(rows.flatMap((row) => Object.keys(row.levels)))
  const model = modelTerms(
    rows,
    [...names].map((name) => {
      const reference = defaults?.[name]
      return reference === undefined ? { name } : { name, reference }
    }),
  )
  const fitted = fitRegression(model, regressionClusters(counted), { level, basis })
  const { rates, ...parts } = fitted
  const { file, scenario, status } = run.report
  const result = {
    run: run.report.run,
    file,
    scenario,
    status,
    endpoint: { name: asked.endpoint, meaning: asked.rule.meaning },
    method: 'firth' as const,
    interval,
    level,
    basis,
    k: counted.reduce((sum, { k }) => sum + k, 0),
    n: counted.reduce((sum, { n }) => sum + n, 0),
    ...parts,
    constant: [...model.constant],
    cells: cells.map((cell) => cellOf(cell, rates[counted.indexOf(cell)], asked)),
    ...wordingRates(cells, asked),
    controlsLeftOut,
    onlyControls,
  }
  return { ...result, figure: fitted.terms.flatMap(figureRows), notes: regressionNotes(result) }
}

function cellOf(
  { group, wordingHash, k, n }: CountedCell,
  predicted: FittedRegression['rates'][number] | undefined,
  asked: RegressionAsked,
): RegressionCell {
  const observed = rateOf({ k, n }, asked)
  const withheld = asked.basis === 'sequence'
  const { low, high } = observed
  return {
    agent: group.agent,
    arm: group.arm,
    preset: group.preset,
    wordingHash,
    k,
    n,
    observed,
    predicted:
      predicted === undefined
        ? null
        : withheld
          ? { rate: predicted.rate, low: null, high: null }
          : predicted,
    fits:
      predicted === undefined || low === null || high === null
        ? null
        : low <= predicted.rate && predicted.rate <= high,
  }
}

function figureRows({ name, reference, levels }: RegressionTerm): RegressionResult['figure'] {
  return [
    { term: name, label: reference, estimate: 1, low: null, high: null, reference: true },
    ...levels.map(({ level, oddsRatio, low, high }) => ({
      term: name,
      label: level,
      estimate: oddsRatio,
      low,
      high,
      reference: false,
    })),
  ]
}
