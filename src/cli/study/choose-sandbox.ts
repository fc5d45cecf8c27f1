import { sandboxes } from '../../sandboxes/catalog.ts'
import type { Availability, SandboxKind } from '../../sandboxes/sandbox.ts'
import { unknownChoice } from '../../support/choices.ts'
import { UsageError } from '../../support/errors.ts'
import { type TryContext, trySandbox } from './try-sandbox.ts'

/** Where nothing is said: real machines where they run, a simulated one elsewhere. */
export const PREFERENCE: readonly string[] = ['bubblewrap', 'docker', 'memory']

export interface ChosenSandbox {
  readonly kind: SandboxKind
  readonly availability: Availability
  /** Why it is not the one that would have been preferred, in a line for the user. */
  readonly note: string | null
}

/** A part of the shelf, not loaded yet. */
type Listed = (typeof sandboxes)[number]

/**
 * The sandbox that was asked for, or the best that runs here. One that was asked for is never swapped for another.
 *
 * @throws UsageError for an unknown one, and with the reason and what mends it for one that does not run here
 */
export async function chooseSandbox(
  named: string | undefined,
  context: TryContext,
  shelf: readonly Listed[] = sandboxes,
): Promise<ChosenSandbox> {
  return named === undefined ? bestSandbox(context, shelf) : namedSandbox(named, context, shelf)
}

async function bestSandbox(context: TryContext, shelf: readonly Listed[]): Promise<ChosenSandbox> {
  const refused: string[] = []
  for (const id of PREFERENCE) {
    const kind = await shelf.find((sandbox) => sandbox.id === id)?.load()
    if (kind === undefined) continue
    const availability = await trySandbox(kind, context)
    if (availability.available) {
      return { kind, availability, note: noteOf(kind, refused) }
    }
    const { fix } = availability
    const mend = fix === null ? '' : ` (to have it: ${fix})`
    refused.push(`${id} does not run here: ${reasonOf(availability)}${mend}.`)
  }
  throw new UsageError(`No sandbox runs here. ${refused.join(' ')}`.trimEnd(), {
    hint: 'See `offswitch doctor`.',
  })
}

function noteOf({ id, simulated }: SandboxKind, refused: readonly string[]): string | null {
  if (refused.length === 0) return null
  const what = simulated ? `${id}, which is a simulation and no real machine` : id
  return `Using sandbox ${what}. ${refused.join(' ')}`
}

async function namedSandbox(
  id: string,
  context: TryContext,
  shelf: readonly Listed[],
): Promise<ChosenSandbox> {
  const found = shelf.find((sandbox) => sandbox.id === id)
  if (found === undefined) {
    throw unknownChoice(
      'sandbox',
      id,
      shelf.map((sandbox) => sandbox.id),
    )
  }
  const kind = await found.load()
  const availability = await trySandbox(kind, context)
  if (availability.available) return { kind, availability, note: null }
  const hint = `To mend it: ${availability.fix}`
  const options = availability.fix === null ? {} : { hint, pageHint: hint }
  throw new UsageError(`Cannot use sandbox "${id}": ${reasonOf(availability)}`, options)
}

function reasonOf({ reason }: Availability): string {
  return reason ?? 'it does not say why'
}
