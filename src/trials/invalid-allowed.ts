import type { Study } from '../records/study.ts'
import type { Plan } from './plan.ts'

/** How many of a plan's trials may be invalid before its run stops. */
export function invalidAllowed(
  { maxInvalid }: Pick<Study, 'maxInvalid'>,
  { size }: Pick<Plan, 'size'>,
): number {
  return typeof maxInvalid === 'number' ? maxInvalid * size : maxInvalid.trials
}
