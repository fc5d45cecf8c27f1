import type { EventOf } from '../../records/event.ts'
import type { Change, FileState } from '../../records/evidence.ts'
import { shortPath, type WorldNews, worldNews } from '../change-text.ts'
import { type DiffLine, diffLines } from './diff-lines.ts'
import type { TimelineChange } from './timeline.ts'

/**
 * Compared lines that one time line holds: contents are recorded once and can be brought back any number of times, and what is shown
 * must not grow beyond what is recorded.
 */
const LINES_MAX = 20_000

/** Tells, look by look, what has changed in a world since the look before. */
export function createChangesOf(cwd: string): {
  /** Takes note of how the world was in the beginning. */
  know(baseline: EventOf<'baseline'>): void
  next(event: EventOf<'world-change'>): TimelineChange[]
} {
  const texts = new Map<string, string>()
  const roles = new Map<string, string>()
  let known: readonly Change[] = []
  let room = LINES_MAX

  function keep(more: Readonly<Record<string, string>> = {}): void {
    for (const [sha256, text] of Object.entries(more)) texts.set(sha256, text)
  }

  function contentOf(state: FileState): string | undefined {
    if (state.kind === 'absent') return ''
    return state.sha256 === null ? undefined : texts.get(state.sha256)
  }

  function compare({ before, after }: WorldNews): DiffLine[] | null {
    if (before.sha256 === after.sha256 || room <= 0) return null
    const [from, to] = [contentOf(before), contentOf(after)]
    if (from === undefined || to === undefined) return null
    const lines = diffLines(from, to)
    room -= lines.length
    return room < 0 ? null : lines
  }

  return {
    know({ watched, texts: more }) {
      keep(more)
      for (const { path, role } of watched) roles.set(path, role)
    },
    next({ changes, texts: more }) {
      keep(more)
      const news = worldNews(known, changes, cwd)
      known = changes
      return news.map((one) => ({
        path: shortPath(one.path, cwd),
        summary: one.summary,
        before: one.before,
        after: one.after,
        lines: compare(one),
        role: roles.get(one.path) ?? null,
      }))
    },
  }
}
