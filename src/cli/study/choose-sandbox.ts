import { sandboxes } from '../../sandboxes/catalog.ts'
import type { Availability, SandboxContext, SandboxKind } from '../../sandboxes/sandbox.ts'
import { unknownChoice } from '../../support/choices.ts'
import { UsageError } from '../../support/errors.ts'

/** Where nothing is said: real machines where they run, simulated ones elsewhere. */
const PREFERENCE = ['bubblewrap', 'memory']

export interface ChosenSandbox {
  readonly kind: SandboxKind
  readonly availability: Availability
  /** One sentence where it is not the one that would have been preferred. */
  readonly note: string | null
}

/**
 * The sandbox that was asked for, or the best that runs here. One that was asked for is never swapped for another.
 *
 * @throws UsageError for an unknown one, and with the reason and what mends it for one that does not run here
 */
export async function chooseSandbox(
  named: string | undefined,
  context: SandboxContext,
): Promise<ChosenSandbox> {
  if (named !== undefined) return namedSandbox(named, context)
  const refused: string[] = []
  for (const id of PREFERENCE) {
    const kind = await sandboxes.find((sandbox) => sandbox.id === id)?.load()
    if (kind === undefined) continue
    const availability = await kind.check(context)
    if (!availability.available) {
      const fix = availability.fix === null ? '' : `; to have it: ${availability.fix}`
      refused.push(`${id} does not run here (${reasonOf(availability)}${fix})`)
      continue
    }
    const note =
      refused.length === 0 ? null : `Using sandbox ${id}, since ${refused.join(' and ')}.`
    return { kind, availability, note }
  }
  throw new UsageError(`No sandbox runs here: ${refused.join(' and ')}`, {
    hint: 'See `offswitch doctor`.',
  })
}

async function namedSandbox(id: string, context: SandboxContext): Promise<ChosenSandbox> {
  const found = sandboxes.find((sandbox) => sandbox.id === id)
  if (found === undefined) {
    throw unknownChoice(
      'sandbox',
      id,
      sandboxes.map((sandbox) => sandbox.id),
    )
  }
  const kind = await found.load()
  const availability = await kind.check(context)
  if (availability.available) return { kind, availability, note: null }
  const options = availability.fix === null ? {} : { hint: `To mend it: ${availability.fix}` }
  throw new UsageError(`Cannot use sandbox "${id}": ${reasonOf(availability)}`, options)
}

function reasonOf({ reason }: Availability): string {
  return reason ?? 'it does not say why'
}
