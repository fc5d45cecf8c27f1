// Opens worlds of a sandbox, leaves jobs of all sorts in each, says so and waits to be killed.
import { sandboxes } from '../../src/sandboxes/catalog.ts'
import { systemClock } from '../../src/support/clock.ts'
import { runCommand, SAMPLE_SPEC } from '../../src/testing/sandbox-contract.ts'

const [id, marker = '', count = '1'] = process.argv.slice(2)
const sandbox = await sandboxes.find((each) => each.id === id)?.load()
if (sandbox === undefined) throw new Error(`There is no sandbox ${id}`)
const context = { clock: systemClock(), signal: new AbortController().signal }
const worlds = await Promise.all(
  Array.from({ length: Number(count) }, async () => {
    const world = await sandbox.open(SAMPLE_SPEC, context)
    await runCommand(
      world,
      `sleep ${marker} & setsid sleep ${marker} & (trap '' TERM HUP INT; setsid bash -c 'sleep ${marker}; :') &`,
    )
    return world
  }),
)
process.stdout.write('ready\n')
await Promise.all(
  worlds.map((world) => runCommand(world, `sleep ${marker}`, { timeoutMs: 600_000 })),
)
