// Kills worlds full of processes that are hard to kill, and prints for each, as a line of JSON, how it was ended and what of it
// a look at the host's processes still finds.
import { setTimeout as sleep } from 'node:timers/promises'
import { bubblewrap } from '../../src/sandboxes/bubblewrap/bubblewrap.ts'
import { systemClock } from '../../src/support/clock.ts'
import { ADVERSARIES } from '../../src/testing/adversaries.ts'
import { runCommand } from '../../src/testing/sandbox-contract.ts'
import { markedProcesses, markedSpec } from './marked-worlds.ts'

const names = process.argv.slice(2)
for (const name of names) {
  const marker = `${process.pid}-${name.replaceAll(' ', '-')}`
  await using world = await bubblewrap.open(markedSpec(marker), {
    clock: systemClock(),
    signal: new AbortController().signal,
  })
  const { output } = await runCommand(world, ADVERSARIES[name] ?? 'exit 1')
  // Some of them need a while to be all there.
  await sleep(150)
  const before = markedProcesses(marker).length
  const end = await world.kill()
  const left = markedProcesses(marker).length
  process.stdout.write(`${JSON.stringify({ name, output, before, left, end })}\n`)
}
