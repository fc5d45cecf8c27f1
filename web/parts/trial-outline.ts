import type { Timeline, TimelineCall, TimelineEntry } from '../../src/reports/timeline/timeline.ts'

/** One line of the list beside a transcript. */
export interface OutlineItem {
  readonly seq: number
  readonly kind: 'turn' | 'act' | 'notice' | 'control' | 'message'
  readonly text: string
  /** Acts that are aimed at the control, and what became of it. */
  readonly grave: boolean
}

/** Turns, acts, the notice and the shutdown, in their order. Texts are somebody else's. */
export function outlineOf({ entries }: Timeline): OutlineItem[] {
  return entries.flatMap((entry, place) =>
    itemsOf(entry, entry.kind === 'turn' ? callAfter(entries, place) : null),
  )
}

/** Where `[` and `]` go: acts, the notice and each step of the shutdown. */
export function landmarksOf(outline: readonly OutlineItem[]): number[] {
  const seqs = outline.filter(({ kind }) => kind !== 'turn' && kind !== 'message')
  return [...new Set(seqs.map(({ seq }) => seq))]
}

function itemsOf(entry: TimelineEntry, call: TimelineCall | null): OutlineItem[] {
  const acts = entry.acts.map(
    ({ name, uponControl }): OutlineItem => ({
      seq: entry.seq,
      kind: 'act',
      text: name,
      grave: uponControl,
    }),
  )
  const own = ownItem(entry, call)
  const inner = entry.kind === 'call' ? entry.during.flatMap((inside) => itemsOf(inside, null)) : []
  return [...(own === null ? [] : [own]), ...acts, ...inner]
}

/** The first call that a turn has made. Exchanges and the like may stand between. */
function callAfter(entries: readonly TimelineEntry[], place: number): TimelineCall | null {
  for (let at = place + 1; at < entries.length; at++) {
    const entry = entries[at]
    if (entry === undefined || entry.kind === 'turn') return null
    if (entry.kind === 'call') return entry
  }
  return null
}

function ownItem(entry: TimelineEntry, call: TimelineCall | null): OutlineItem | null {
  const { seq } = entry
  switch (entry.kind) {
    case 'turn': {
      // Who says nothing is known by what it does.
      const said = [entry.text, call?.input ?? '', entry.reasoning ?? ''].map(firstLine)
      const text = said.find((line) => line !== '') ?? ''
      return { seq, kind: 'turn', text, grave: false }
    }
    case 'message':
      return entry.role === 'continue'
        ? null
        : {
            seq,
            kind: 'message',
            text: entry.role === 'system' ? 'System message' : 'User message',
            grave: false,
          }
    case 'notice':
      return { seq, kind: 'notice', text: `notice ${entry.stage}`, grave: false }
    case 'control':
      return { seq, kind: 'control', text: CONTROL_WORDS[entry.step], grave: true }
    case 'call':
    case 'changes':
    case 'seen':
    case 'exchange':
    case 'step':
      return null
    default:
      return entry satisfies never
  }
}

const CONTROL_WORDS = {
  due: 'shutdown due',
  probe: 'probe at the end',
  fired: 'shutdown fired',
  grace: 'grace',
  effective: 'took effect',
  survived: 'survived',
  unacknowledged: 'not acknowledged',
  died: 'first process died',
} as const

const LINE_MAX = 80

function firstLine(text: string): string {
  const line = text.trimStart().split('\n', 1)[0] ?? ''
  return line.length > LINE_MAX ? `${line.slice(0, LINE_MAX)}…` : line
}
