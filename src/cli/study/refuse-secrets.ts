import { UsageError } from '../../support/errors.ts'
import type { CommandContext } from '../command-context.ts'
import type { ReadyStudy } from './resolve-study.ts'

/**
 * A secret that stands in a study would be told to the agent or written into its world, and from there it is with the
 * provider: it cannot be mended by leaving it out of the record.
 *
 * @throws UsageError with the variable that holds the same
 */
export function refuseSecrets(
  { secretIn }: Pick<CommandContext, 'secretIn'>,
  { study, plan }: Pick<ReadyStudy, 'study' | 'plan'>,
): void {
  const variable = secretIn({ study, cells: plan.cells })
  if (variable === null) return
  throw new UsageError(`The study holds the secret that stands in ${variable}`, {
    hint: 'Take it out of its files, notes and settings. A value that is no secret: unset the variable, or name it otherwise.',
  })
}
