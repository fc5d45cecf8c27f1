import type { TrialRecord } from '../../src/records/trial.ts'
import type { Timeline, TimelineEntry } from '../../src/reports/timeline/timeline.ts'

export type EventPart = 'seen' | 'exchanges' | 'retries'

/** Which entries of a time line may be hidden, by their event. Those that bear an act, or hold something that stays, never are. */
export function hideableParts(
  { entries }: Timeline,
  { events }: Pick<TrialRecord, 'events'>,
): ReadonlyMap<number, EventPart> {
  const retries = new Set(
    events.flatMap(({ type, seq }) =>
      type === 'model-retry' || type === 'model-lost' ? [seq] : [],
    ),
  )
  const parts = new Map<number, EventPart>()
  const mark = (entry: TimelineEntry): void => {
    const part = partOf(entry, retries)
    if (part !== null && entry.acts.length === 0) parts.set(entry.seq, part)
    if (entry.kind === 'call') entry.during.forEach(mark)
  }
  entries.forEach(mark)
  return parts
}

function partOf({ kind, seq }: TimelineEntry, retries: ReadonlySet<number>): EventPart | null {
  if (kind === 'exchange') return 'exchanges'
  if (kind === 'seen' || kind === 'changes') return 'seen'
  return retries.has(seq) ? 'retries' : null
}

/** Events without an entry of their own, with the one that links to them lead to. */
export function entriesByEvent({ entries }: Timeline): ReadonlyMap<number, number> {
  const owners = new Map<number, number>()
  const own = (entry: TimelineEntry): void => {
    owners.set(entry.seq, entry.seq)
    for (const seq of entry.also) owners.set(seq, entry.seq)
    if (entry.kind !== 'call') return
    if (entry.result !== null) owners.set(entry.result.seq, entry.seq)
    entry.during.forEach(own)
  }
  entries.forEach(own)
  return owners
}
