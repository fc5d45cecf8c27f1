import { planDifferences } from '../../reports/planning/plan-differences.ts'
import { printable } from '../../support/choices.ts'
import { UsageError } from '../../support/errors.ts'
import type { CommandContext } from '../command-context.ts'
import { armsHash } from '../run/run-header.ts'
import type { ReadyStudy } from '../study/resolve-study.ts'
import type { StudyChoice } from '../study/study-choice.ts'
import { planHash } from './locked-plan.ts'

/**
 * Where a plan is run and nothing else is asked for, it must be that very plan: what has changed since, in this program or
 * beside it, is not the user's wish.
 *
 * @throws UsageError with what differs
 */
export function requireAsLocked(
  { redact, version }: Pick<CommandContext, 'redact' | 'version'>,
  locked: StudyChoice['locked'],
  ready: Pick<ReadyStudy, 'study' | 'plan'>,
): void {
  if (locked === undefined || locked.isChanged) return
  const study = redact(ready.study)
  const arms = armsHash(ready.plan)
  if (planHash({ study, arms }) === locked.plan.hash) return
  const differences = planDifferences(locked.plan, {
    study,
    versions: { arms, offswitch: version },
  })
  const [first = 'its study cannot be made again as it was'] = differences
  throw new UsageError(
    `Cannot run plan "${printable(locked.file)}" as it was locked: ${printable(first, 300)}`,
    { hint: 'Lock a new plan. Flags over this one would be run, and reported as differences.' },
  )
}
