import type { RunReader } from '../../store/store.ts'

/** US dollars that a stored run has spent, or may have: by the trials that it holds, and by those that it does not. */
export async function spentSoFar(reader: RunReader): Promise<{
  readonly usd: number
  readonly outsideUsd: number
}> {
  const outsideUsd = await reader.outsideUsd()
  return { usd: (await spentByTrials(reader)) + outsideUsd, outsideUsd }
}

async function spentByTrials(reader: RunReader): Promise<number> {
  const { costUsd, unconfirmedUsd } = await reader.usage()
  if (costUsd !== null) return costUsd + unconfirmedUsd
  // Of some trial the price is not known; what the others have cost is spent all the same.
  let usd = 0
  for await (const { usage } of reader.summaries()) {
    usd += (usage.costUsd ?? 0) + usage.unconfirmedUsd
  }
  return usd
}
