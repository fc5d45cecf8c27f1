import type { Look } from '../../records/analysis.ts'
import { HarnessError } from '../../support/errors.ts'
import type { Batch } from '../batch.ts'
import type { Plan } from '../plan.ts'

/**
 * The batch that comes after looks which were taken before. Null: none does.
 *
 * @throws HarnessError (source `store`) if the plan has no such looks
 */
export function batchAfter({ first }: Plan, looks: readonly Look[]): Batch | null {
  let batch: Batch | null = first
  for (const look of looks) {
    const end: Batch['end'] = batch?.end ?? null
    if (end === null) {
      throw new HarnessError(
        `Cannot go on with the run: look ${look.number} is stored, and its study comes to none after ${look.number - 1}`,
        { source: 'store' },
      )
    }
    batch = end.next(look)
  }
  return batch
}
