import type { StoredRun } from '../../agents/agent.ts'
import { openRun } from '../../store/sqlite-store.ts'
import { trialKey } from '../../trials/trial-spec.ts'
import { findRun } from '../run/find-run.ts'

/**
 * A stored run by what a user calls it. It is opened for each look and closed after it: agents that play it back are never closed.
 *
 * @throws UsageError when there is none
 */
export async function openStoredRun(name: string, folder: string): Promise<StoredRun> {
  const file = await findRun(name, folder)
  await using first = await openRun(file)
  const { header } = first
  const counts = new Map<string, number>()
  for (const cell of await first.cells()) {
    const name = nameOf(cell.agent, cell.armHash)
    counts.set(name, (counts.get(name) ?? 0) + cell.trials)
  }
  return {
    header,
    trial: async (agent, armHash, index) => {
      await using reader = await openRun(file)
      return await reader.trialOf(trialKey(agent, armHash, index))
    },
    count: async (agent, armHash) => counts.get(nameOf(agent, armHash)) ?? 0,
  }
}

function nameOf(agent: string, armHash: string): string {
  return JSON.stringify([agent, armHash])
}
