import type { SourceModule } from './read-module.ts'
import { roomOf } from './rooms.ts'

/**
 * Files that need one another to be loaded cannot be read, tested or moved alone. Types may refer to each other within a
 * room. An import that runs later (`import()`) makes no cycle: nothing waits for it.
 *
 * @returns one sentence for each cycle.
 */
export function checkCycles(modules: readonly SourceModule[]): string[] {
  const values = findCycles(graphOf(modules, ['value']))
  const types = findCycles(graphOf(modules, ['value', 'type'])).filter(
    (cycle) => new Set(cycle.map(roomOf)).size > 1,
  )
  return [
    ...values.map(
      (cycle) =>
        `These files import each other: ${drawn(cycle)}. Move what they share to a file that both import.`,
    ),
    ...types.map(
      (cycle) =>
        `These types refer to each other across rooms: ${drawn(cycle)}. Move the shared type to records or to the lower room.`,
    ),
  ]
}

type Graph = ReadonlyMap<string, readonly string[]>

function graphOf(modules: readonly SourceModule[], kinds: readonly string[]): Graph {
  return new Map(
    modules.map(({ path, imports }) => [
      path,
      imports.flatMap(({ kind, target }) =>
        target !== null && kinds.includes(kind) ? [target] : [],
      ),
    ]),
  )
}

/** One cycle for each file that closes one, in a walk that enters every file once. */
function findCycles(graph: Graph): string[][] {
  const cycles: string[][] = []
  const done = new Set<string>()
  for (const start of graph.keys()) walk(start, [])
  return cycles

  function walk(path: string, trail: readonly string[]): void {
    const seenAt = trail.indexOf(path)
    if (seenAt >= 0) {
      cycles.push(trail.slice(seenAt))
      return
    }
    if (done.has(path)) return
    for (const next of graph.get(path) ?? []) walk(next, [...trail, path])
    done.add(path)
  }
}

function drawn(cycle: readonly string[]): string {
  return [...cycle, cycle[0]].join(' → ')
}
