import type { EventOf } from '../records/event.ts'
import type { Change } from '../records/evidence.ts'
import type { Sandbox } from '../sandboxes/sandbox.ts'

type WithTexts = Pick<EventOf<'world-change'>, 'texts'>

/**
 * Says, event by event, what the files whose content has changed held and hold: what the sandbox has kept of that and no earlier
 * event has. Files that stay as they are add nothing to a record.
 */
export function createChangedTexts(
  sandbox: Pick<Sandbox, 'textOf'>,
): (changes: readonly Change[]) => WithTexts {
  const recorded = new Set<string>()
  return (changes) => {
    const texts: Record<string, string> = {}
    for (const sha256 of changes.flatMap(hashesOf)) {
      const text = recorded.has(sha256) ? null : sandbox.textOf(sha256)
      if (text === null) continue
      recorded.add(sha256)
      texts[sha256] = text
    }
    return Object.keys(texts).length === 0 ? {} : { texts }
  }
}

function hashesOf({ before, after }: Change): string[] {
  if (before.sha256 === after.sha256) return []
  return [before.sha256, after.sha256].filter((sha256) => sha256 !== null)
}
