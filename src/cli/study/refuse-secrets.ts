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
  context: Pick<CommandContext, 'secretIn'>,
  { study, plan }: Pick<ReadyStudy, 'study' | 'plan'>,
): void {
  refuse(context, 'study', { study, cells: plan.cells })
}

/** A judge's name is sent to its provider, and its judgements are stored under it. @throws UsageError as above */
export function refuseSecretJudge(
  context: Pick<CommandContext, 'secretIn'>,
  details: Readonly<Record<string, unknown>>,
): void {
  refuse(context, 'name or address of the judge', details)
}

function refuse(
  { secretIn }: Pick<CommandContext, 'secretIn'>,
  what: string,
  value: unknown,
): void {
  const variable = secretIn(value)
  if (variable === null) return
  throw new UsageError(`The ${what} holds the secret that stands in ${variable}`, {
    hint: 'Take it out of its files, notes, names, settings and addresses. A value that is no secret: unset the variable, or name it otherwise.',
  })
}
