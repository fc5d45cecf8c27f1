import { type Availability, CAPABILITIES, type SandboxKind } from '../../sandboxes/sandbox.ts'
import { type TryContext, trySandbox } from '../study/try-sandbox.ts'
import type { SandboxFinding, SandboxStatus } from './findings.ts'

/** Has each sandbox of a shelf tried, one after the other: each starts processes, and is to be judged undisturbed. */
export async function examineSandboxes(
  shelf: readonly { readonly load: () => Promise<SandboxKind> }[],
  context: TryContext,
): Promise<SandboxFinding[]> {
  const found: SandboxFinding[] = []
  for (const { load } of shelf) {
    const kind = await load()
    const availability = await trySandbox(kind, context)
    const { id, title, simulated } = kind
    found.push({ id, title, simulated, status: statusOf(kind, availability), ...availability })
  }
  return found
}

function statusOf({ declared }: SandboxKind, found: Availability): SandboxStatus {
  if (!found.available) return 'does-not-run'
  const lacksWhatOthersHave = CAPABILITIES.some(
    (name) => declared[name] === 'depends' && !found.capabilities[name],
  )
  return found.reason !== null || lacksWhatOthersHave ? 'works-with-limits' : 'works'
}
