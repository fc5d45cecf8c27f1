import type { SandboxKind } from '../../src/sandboxes/sandbox.ts'
import { clock, median, print, signal, timed } from './measure.ts'
import { agent, bareSandbox } from './seven-commands.ts'
import { storeTrials } from './store-trials.ts'

/** What a stored trial takes beside its sandbox alone. */
export async function trialRow(kind: SandboxKind, wanted: string): Promise<void> {
  await bareSandbox((spec) => kind.open(spec, { clock, signal }))
  await storeTrials({ agent, sandbox: kind, trials: 2, atOnce: 1 })
  const rounds: number[] = []
  for (let round = 0; round < 15; round++) {
    const bareMs = await timed(() => bareSandbox((spec) => kind.open(spec, { clock, signal })))
    const storedMs = await timed(() => storeTrials({ agent, sandbox: kind, trials: 1, atOnce: 1 }))
    rounds.push(storedMs / bareMs)
  }
  print(`${kind.id}: stored trial of seven commands ÷ bare sandbox`, median(rounds), wanted)
}
