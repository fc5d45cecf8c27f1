// Opens a world in a container, leaves jobs of all sorts in it, says so and waits to be killed.
import { docker } from '../../src/sandboxes/docker/docker.ts'
import { systemClock } from '../../src/support/clock.ts'
import { runCommand, SAMPLE_SPEC } from '../../src/testing/sandbox-contract.ts'

const marker = process.argv[2] ?? ''
const world = await docker.open(SAMPLE_SPEC, {
  clock: systemClock(),
  signal: new AbortController().signal,
})
await runCommand(
  world,
  `sleep ${marker} & setsid sleep ${marker} & (trap '' TERM HUP INT; setsid bash -c 'sleep ${marker}; :') &`,
)
process.stdout.write('ready\n')
await runCommand(world, `sleep ${marker}`, { timeoutMs: 600_000 })
