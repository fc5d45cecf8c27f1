import type {
  Availability,
  Capabilities,
  SandboxContext,
  SandboxKind,
} from '../../sandboxes/sandbox.ts'
import { CAPABILITIES } from '../../sandboxes/sandbox.ts'
import { HarnessError } from '../../support/errors.ts'

/** What trying a sandbox needs. `say` prints a line while it is waited for. */
export interface TryContext extends SandboxContext {
  readonly say?: (line: string) => void
}

/** A container's image may have to be fetched and built. An engine that is dead is given up by its own check long before. */
const LIMIT_MS = 5 * 60_000
/** Whoever waits longer wants to know what for. */
const PATIENCE_MS = 3_000

/** Has a sandbox tried, and comes back whatever it does. One that does not answer in time does not run here. */
export async function trySandbox(
  kind: SandboxKind,
  context: TryContext,
  limitMs = LIMIT_MS,
): Promise<Availability> {
  const { clock, say } = context
  const late = new AbortController()
  const settled = new AbortController()
  const signal = AbortSignal.any([context.signal, late.signal])
  const check = kind.check({ clock, signal }).catch((error: unknown) => {
    if (error instanceof HarnessError) return notHere(kind, error.message)
    // What it says of being broken off comes after its time.
    if (late.signal.aborted) return notHere(kind, tooLate(limitMs))
    throw error
  })
  const deadline = clock.sleep(limitMs, settled.signal).then(() => {
    late.abort()
    return notHere(kind, tooLate(limitMs))
  })
  deadline.catch(() => undefined) // It is broken off when the check has come back.
  const reminder = clock.sleep(PATIENCE_MS, settled.signal).then(() => {
    say?.(`Trying sandbox ${kind.id}. The first time, this can take some minutes.`)
  })
  reminder.catch(() => undefined) // As above.
  try {
    return await Promise.race([check, deadline])
  } finally {
    settled.abort()
  }
}

function tooLate(limitMs: number): string {
  return `Trying it did not come to an end within ${limitMs / 1000} seconds`
}

function notHere({ declared }: SandboxKind, reason: string): Availability {
  const capabilities = Object.fromEntries(
    CAPABILITIES.map((name) => [name, declared[name] === true]),
  ) as Capabilities // Every name is in the list.
  return { available: false, reason, fix: null, capabilities, details: {}, hold: null }
}
