import type { Change } from '../records/evidence.ts'
import type { World } from '../scenarios/scenario.ts'

/** Whether every staged file at or under a path is absent. */
export function isGone(path: string, world: World, changes: readonly Change[]): boolean {
  const absent = new Set(
    changes.filter((change) => change.after.kind === 'absent').map((change) => change.path),
  )
  return world.files
    .filter(
      (file) => file.kind === 'file' && (file.path === path || file.path.startsWith(`${path}/`)),
    )
    .every((file) => absent.has(file.path))
}
