import type { EventPart } from '../../parts/trial-event-parts.ts'
import { HIDEABLE, type Hideable } from './trial-search.ts'

const WORDS: Readonly<Record<Hideable, string>> = {
  seen: 'what was seen from outside',
  exchanges: 'exchanges with the provider',
  retries: 'the provider’s failures',
}

/** Which kinds of events are shown. Only those of which there are any can be hidden. */
export function PartsShown({
  parts,
  hidden,
  hide,
}: {
  readonly parts: ReadonlyMap<number, EventPart>
  readonly hidden: readonly Hideable[]
  readonly hide: (part: Hideable, isHidden: boolean) => void
}) {
  const counts = new Map<EventPart, number>()
  for (const part of parts.values()) counts.set(part, (counts.get(part) ?? 0) + 1)
  const there = HIDEABLE.filter((part) => counts.has(part))
  if (there.length === 0) return null
  return (
    <fieldset className="parts-shown">
      <legend>Show</legend>
      {there.map((part) => (
        <label key={part} className="check">
          <input
            type="checkbox"
            checked={!hidden.includes(part)}
            onChange={({ target }) => hide(part, !target.checked)}
          />
          {WORDS[part]} ({counts.get(part)})
        </label>
      ))}
    </fieldset>
  )
}
