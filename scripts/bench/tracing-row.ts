import { bubblewrapKind } from '../../src/sandboxes/bubblewrap/bubblewrap-kind.ts'
import { findHostUser } from '../../src/sandboxes/bubblewrap/host-user.ts'
import type { SandboxSpec } from '../../src/sandboxes/sandbox.ts'
import { WorldSandbox } from '../../src/sandboxes/world/world-sandbox.ts'
import { clock, median, print, signal, timed } from './measure.ts'
import { bareSandbox, COMMANDS } from './seven-commands.ts'

/** The same world with and without a tracer: with the seven commands, and with nothing but programs that are started. */
export async function tracingRow(): Promise<void> {
  const user = findHostUser()
  if (user === null) return
  const traced = bubblewrapKind(user)
  // Calls of a processor that nobody knows cannot be traced.
  const untraced = { ...traced, processor: 'unknown' }
  const openWith = (kind: typeof traced) => (spec: SandboxSpec) =>
    WorldSandbox.open({ kind, spec, files: kind.files(spec), context: { clock, signal } })
  for (const [what, commands] of [
    ['seven commands', COMMANDS],
    ['200 programs started', ['for index in {1..200}; do /bin/true; done']],
  ] as const) {
    const rounds: number[] = []
    for (let round = 0; round < 15; round++) {
      const offMs = await timed(() => bareSandbox(openWith(untraced), commands))
      const onMs = await timed(() => bareSandbox(openWith(traced), commands))
      rounds.push(onMs / offMs)
    }
    print(`bubblewrap: ${what}, traced ÷ not traced`, median(rounds), 'for information')
  }
}
