import { memory } from '../../src/sandboxes/memory/memory.ts'
import { clock, median, print, timed } from './measure.ts'
import { agent, bareJustBash } from './seven-commands.ts'
import { storeTrials } from './store-trials.ts'

/** What a stored trial costs beside just-bash alone, and whether a long run leaves anything behind. @param trials of the long run */
export async function memoryRow(trials: number): Promise<void> {
  await timed(() => bareJustBash(100))
  await timed(() => stored(100, 1))
  const rounds: number[] = []
  for (let round = 0; round < 5; round++) {
    const bareMs = await timed(() => bareJustBash(300))
    const storedMs = await timed(() => stored(300, 1))
    rounds.push(bareMs / storedMs)
  }
  print('memory: stored trial, speed ÷ bare just-bash', median(rounds), 'at least 0.5')

  await stored(1000, 8)
  const before = await settledHeap()
  await stored(trials, 8)
  const after = await settledHeap()
  print(`memory: heap after ${trials} more trials ÷ after 1000`, after / before, 'flat, about 1')
}

async function stored(trials: number, atOnce: number): Promise<void> {
  await storeTrials({ agent, sandbox: memory, trials, atOnce })
}

async function settledHeap(): Promise<number> {
  // What the last trials have left is let go of only after a turn of the event loop.
  await clock.sleep(50)
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}
