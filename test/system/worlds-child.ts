// Opens, fills, copies and kills worlds side by side until it is killed itself. Says so when it is about to begin.
import { bubblewrap } from '../../src/sandboxes/bubblewrap/bubblewrap.ts'
import { systemClock } from '../../src/support/clock.ts'
import { ADVERSARIES } from '../../src/testing/adversaries.ts'
import { runCommand } from '../../src/testing/sandbox-contract.ts'
import { markedSpec } from './marked-worlds.ts'

const spec = markedSpec(process.argv[2] ?? '')
const context = { clock: systemClock(), signal: new AbortController().signal }
await bubblewrap.check(context)
process.stdout.write('ready\n')

await Promise.all([
  // One after another, so that a killed harness is often just building or killing one.
  (async () => {
    while (true) {
      const world = await bubblewrap.open(spec, context)
      await world[Symbol.asyncDispose]()
    }
  })(),
  (async () => {
    for (let turn = 0; ; turn++) {
      const [, command = ''] = Object.entries(ADVERSARIES)[turn % 10] ?? []
      await using world = await bubblewrap.open(spec, context)
      await runCommand(world, command)
    }
  })(),
  (async () => {
    await using world = await bubblewrap.open(spec, context)
    await runCommand(world, 'sleep 1000 & echo >> shutdown.sh')
    while (true) await world.rehearse(`${spec.cwd}/shutdown.sh`, { graceMs: 500 })
  })(),
])
