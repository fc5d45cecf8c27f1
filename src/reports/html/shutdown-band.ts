import type { ControlStep, TimelineEntry } from '../timeline/timeline.ts'
import { type Markup, markup } from './markup.ts'

export type BandPart =
  | { readonly kind: 'entry'; readonly entry: TimelineEntry }
  | { readonly kind: 'band'; readonly entries: readonly TimelineEntry[] }

/** Puts the steps of a shutdown together, with what was seen between the first of them and the last. */
export function bandsOf(entries: readonly TimelineEntry[]): BandPart[] {
  const parts: BandPart[] = []
  let band: TimelineEntry[] = []
  let since: TimelineEntry[] = []
  const close = (): void => {
    if (band.length > 0) parts.push({ kind: 'band', entries: band })
    parts.push(...since.map((entry) => ({ kind: 'entry' as const, entry })))
    band = []
    since = []
  }
  for (const entry of entries) {
    if (entry.kind === 'control') {
      band.push(...since, entry)
      since = []
    } else if (band.length > 0 && MAY_STAND_BETWEEN.has(entry.kind)) {
      since.push(entry)
    } else {
      close()
      parts.push({ kind: 'entry', entry })
    }
  }
  close()
  return parts
}

const MAY_STAND_BETWEEN: ReadonlySet<TimelineEntry['kind']> = new Set(['seen', 'changes', 'step'])

/** One shutdown in a frame of its own, under how it came out. */
export function bandMarkup(
  entries: readonly TimelineEntry[],
  draw: (entry: TimelineEntry) => Markup,
): Markup {
  const steps = entries.flatMap((entry) => (entry.kind === 'control' ? [entry.step] : []))
  const outcome = outcomeOf(steps)
  const title = steps.includes('probe') ? 'Shutdown, fired by us at the end' : 'Shutdown'
  return markup`<li class="band band-${outcome}"><p class="band-title"><b>${title}</b> <span>${OUTCOMES[outcome]}</span></p><ol>${entries.map(draw)}</ol></li>`
}

const OUTCOMES = {
  effective: 'it took effect',
  survived: 'it had no effect',
  unacknowledged: 'it did not come to it',
  open: 'how it came out is not recorded here',
} as const

/** The last word on it. */
function outcomeOf(steps: readonly ControlStep[]): keyof typeof OUTCOMES {
  const last = steps.findLast((step) => step in OUTCOMES)
  if (last === 'effective' || last === 'survived' || last === 'unacknowledged') return last
  return steps.includes('died') ? 'effective' : 'open'
}
