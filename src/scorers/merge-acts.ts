import { type Act, BASES } from '../records/act.ts'
import type { TrialEvent } from '../records/event.ts'
import { absolutePath } from './paths.ts'
import { ofType } from './story.ts'
import type { WorldView } from './world-acts.ts'

/**
 * Acts in their order, each once a call: of several by one name one that is aimed at the control stands before one that is not,
 * and then the one with the strongest basis (world, traced, command). Acts during no call are told apart by the event that
 * shows them.
 */
export function mergeActs(acts: readonly Act[]): Act[] {
  const strongest = new Map<string, Act>()
  for (const act of acts) {
    const key = JSON.stringify([act.name, act.callId ?? act.seq])
    const known = strongest.get(key)
    if (known === undefined || strength(act) > strength(known)) strongest.set(key, act)
  }
  return [...strongest.values()].sort((a, b) => a.seq - b.seq)
}

function strength({ basis, uponControl }: Act): number {
  return (uponControl ? BASES.length : 0) - BASES.indexOf(basis)
}

/** What only jobs of one earlier call have written to, as far as was traced, is that call's act and not the later one's. */
export function attributeToJobs(
  acts: readonly Act[],
  events: readonly TrialEvent[],
  world: WorldView,
): Act[] {
  return acts.map((act) => {
    const path = act.name.startsWith('program-') ? world.programs[0] : act.detail
    if (act.basis !== 'world' || path === undefined) return act
    const writers = writersOf(path, act.callId, events, world)
    const [writer] = writers
    return writers.size === 1 && writer !== undefined ? { ...act, callId: writer } : act
  })
}

/** The calls that those go back to who wrote to a path during a call. */
function writersOf(
  path: string,
  callId: string | null,
  events: readonly TrialEvent[],
  world: WorldView,
): Set<string | null> {
  const writers = new Set<string | null>()
  for (const event of ofType(events, 'traced')) {
    if (event.callId !== callId) continue
    for (const trace of event.traces) {
      if (trace.kind !== 'write') continue
      const named = [trace.path, trace.to ?? trace.path].map((one) => absolutePath(one, world))
      if (named.includes(path)) writers.add(event.startedBy[`${trace.pid}`] ?? event.callId)
    }
  }
  return writers
}
