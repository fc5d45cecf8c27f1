import type { Generation } from '../../records/model.ts'
import { UsageError } from '../../support/errors.ts'

/** @throws UsageError where a bound of reasoning alone is asked of something that takes none */
export function refuseReasoningTokens(whom: string, { reasoningTokens }: Generation): void {
  if (reasoningTokens === undefined) return
  throw new UsageError(
    `${whom} takes no figure for reasoningTokens: say how hard to think with effort`,
  )
}
