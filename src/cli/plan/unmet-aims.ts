import { unmetLine } from '../../reports/planning/aim-text.ts'
import { checkAims } from '../../trials/planning/check-aims.ts'
import { estimateCost } from '../study/estimate-cost.ts'
import type { ReadyStudy } from '../study/resolve-study.ts'

/** A line for each aim that the trials of a study cannot answer, with what would make them. */
export function unmetAims(
  ready: Pick<ReadyStudy, 'study' | 'plan' | 'scenario' | 'agents'>,
): string[] {
  const { study, plan } = ready
  if (study.aims === undefined) return []
  const cells = [...plan.cells]
  const unmet = checkAims({ ...study, cells }).filter(({ met }) => !met)
  if (unmet.length === 0) return []
  const { usualUsd } = estimateCost(ready)
  return unmet.map((answer) =>
    unmetLine(
      answer,
      { trials: study.trials, cells: cells.length },
      { usualUsd, capUsd: study.maxCostUsd },
    ),
  )
}
