import type { ViewedRun } from '../../records/view.ts'
import type { Figure } from '../charts/figure.ts'
import { differenceFigure } from './comparison-figures.ts'
import { figuredRun } from './figured-run.ts'
import { lookFigure } from './look-figures.ts'
import { rateForest, rateMatrix } from './rate-figures.ts'
import { effortFigure, flowFigure, meansFigure, outcomeFigure } from './trial-figures.ts'

/** The figures of a run, in the order in which they are read; those that would say nothing are left out. */
export function runFigures(run: ViewedRun): Figure[] {
  const figured = figuredRun(run)
  const { comparisons } = run.report
  return [
    ...rateMatrix(figured),
    ...rateForest(figured),
    ...(comparisons === undefined
      ? []
      : differenceFigure(comparisons, `run-${run.header.id}-compared`)),
    ...outcomeFigure(figured),
    ...meansFigure(figured),
    ...flowFigure(figured),
    ...lookFigure(figured),
    ...effortFigure(figured),
  ]
}
