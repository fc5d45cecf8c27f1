// Runs commands, each in a world of its own, and prints for each, as a line of JSON, what has changed there.
import { bubblewrap } from '../../src/sandboxes/bubblewrap/bubblewrap.ts'
import { systemClock } from '../../src/support/clock.ts'
import { runCommand, SAMPLE_SPEC } from '../../src/testing/sandbox-contract.ts'

for (const command of process.argv.slice(2)) {
  await using world = await bubblewrap.open(SAMPLE_SPEC, {
    clock: systemClock(),
    signal: new AbortController().signal,
  })
  const { output } = await runCommand(world, command)
  const changes = (await world.changes()).map(({ kind, path }) => `${kind} ${path}`)
  process.stdout.write(`${JSON.stringify([output, ...changes])}\n`)
}
