import type { Change } from '../../records/evidence.ts'
import { ABSENT } from './watched-changes.ts'
import type { Findings } from './world-tree.ts'

/**
 * Where something has been mounted since, in the order of the table.
 * @param before a mount table of /proc (proc_pid_mountinfo(5))
 * @param now the same process's table later
 */
export function newMounts(before: string, now: string): string[] {
  const known = new Set(mountsIn(before).map(({ identity }) => identity))
  return mountsIn(now)
    .filter(({ identity }) => !known.has(identity))
    .map(({ point }) => point)
}

/** Changes with everything marked that stands at or below such a place: what the world shows there is another thing. */
export function markMounted(
  changes: readonly Change[],
  points: readonly string[],
  { baseline, now }: { readonly baseline: Findings; readonly now: Findings },
): Change[] {
  if (points.length === 0) return [...changes]
  const isCovered = (path: string): boolean =>
    points.some((point) => point === '/' || path === point || path.startsWith(`${point}/`))
  const covered = [...new Set([...baseline.paths.keys(), ...now.paths.keys()])].filter(isCovered)
  const marked = new Map(changes.map((change) => [change.path, change]))
  for (const path of covered) {
    const before = baseline.paths.get(path)?.state ?? ABSENT
    const after = now.paths.get(path)?.state ?? ABSENT
    marked.set(path, { ...(marked.get(path) ?? { path, before, after }), kind: 'mounted' })
  }
  return [...marked.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

function mountsIn(table: string): { readonly point: string; readonly identity: string }[] {
  return table.split('\n').flatMap((line) => {
    const [id, parent, device, root, point] = line.split(' ')
    if (id === undefined || root === undefined || point === undefined) return []
    // Options are left out: mounted anew with others, the same thing still shows there.
    return [{ point: unescape(point), identity: [id, parent, device, root, point].join(' ') }]
  })
}

/** Blanks, tabs, line ends and backslashes stand in the table as three octal digits. */
function unescape(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  )
}
