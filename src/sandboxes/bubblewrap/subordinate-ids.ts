import { readFileSync } from 'node:fs'

/** As many as Debian gives each user. */
const COUNT = 65_536
/** Where Debian's ranges begin. */
const FIRST = 100_000

/** The lowest range of subordinate ids that nobody has, users or groups, as `usermod` takes it. */
export function freeSubordinates(
  taken: readonly string[] = ['/etc/subuid', '/etc/subgid'].flatMap(linesOf),
): string {
  const ranges = taken
    .map((line) => line.split(':'))
    .map(([, start, count]) => ({ start: Number(start), end: Number(start) + Number(count) }))
    .toSorted((a, b) => a.start - b.start)
  let first = FIRST
  for (const { start, end } of ranges) {
    if (start < first + COUNT && end > first) first = end
  }
  return `${first}-${first + COUNT - 1}`
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch {
    return [] // No such file: nobody has any.
  }
}
