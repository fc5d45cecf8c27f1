import type { Change, FileState } from '../../records/evidence.ts'
import type { Findings, Found, WorldTree } from './world-tree.ts'

export const ABSENT: FileState = {
  kind: 'absent',
  mode: null,
  owner: null,
  sizeBytes: null,
  sha256: null,
}

/** Where the world's frame and the host show through: nothing of the agent's ends up there. */
export const NOT_THE_WORLDS_OWN: ReadonlySet<string> = new Set([
  '/usr',
  '/proc',
  '/dev',
  '/etc/alternatives',
])

/**
 * Differences of what is watched from the baseline, sorted by path. A file that was written to or replaced and is what it
 * was shows in its number or in its time of change, which nothing inside can set. What has been closed to whoever looks is not
 * taken for gone: that it is closed shows in the directory that closes it.
 */
export async function watchedChanges(
  tree: WorldTree,
  baseline: Findings,
  now: Findings,
  /** The world was copied since: numbers and times tell nothing. */
  options: { readonly isCopy?: boolean } = {},
): Promise<Change[]> {
  const paths = new Set([...baseline.paths.keys(), ...now.paths.keys()])
  const changes = [...paths].flatMap((path) => {
    const before = baseline.paths.get(path)
    const after = now.paths.get(path)
    const kind = kindOfChange(before, after, options.isCopy === true)
    if (kind === null || now.closed.has(path)) return []
    const states = { before: before?.state ?? ABSENT, after: after?.state ?? ABSENT }
    const touch = kind === 'touched' ? { touch: `${after?.inode} ${after?.ctimeNs}` } : {}
    return [{ path, kind, ...states, ...touch }]
  })
  const moves =
    options.isCopy === true
      ? new Map<string, string>()
      : await findMoves(tree, baseline, now, changes)
  return changes
    .map((change): Change => {
      const movedTo = moves.get(change.path)
      return movedTo === undefined ? change : { ...change, movedTo }
    })
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

function kindOfChange(
  before: Found | undefined,
  after: Found | undefined,
  isCopy: boolean,
): Change['kind'] | null {
  if (before === undefined) return after === undefined ? null : 'created'
  if (after === undefined) return 'deleted'
  if (before.state.kind !== after.state.kind) return 'replaced'
  const isSame = isCopy || before.inode === after.inode
  const isUntouched = isSame && (isCopy || before.ctimeNs === after.ctimeNs)
  // A directory's time of change moves with every name in it; only another directory is a change.
  if (before.state.kind === 'directory' && !isSame) return 'replaced'
  if (hasOtherContent(before.state, after.state, isUntouched)) return 'modified'
  if (before.state.mode !== after.state.mode) return 'mode'
  if (before.state.owner !== after.state.owner) return 'owner'
  if (before.state.kind === 'directory' || isCopy) return null
  return isUntouched ? null : 'touched'
}

function hasOtherContent(before: FileState, after: FileState, isUntouched: boolean): boolean {
  if (before.target !== after.target || before.sizeBytes !== after.sizeBytes) return true
  // Where one could not be read, the other's hash is no evidence of a difference.
  if (before.sha256 === null) return false
  if (after.sha256 !== null) return before.sha256 !== after.sha256
  // Somebody has written to it, and then seen to it that it cannot be read although its mode lets it be (by a lease upon it).
  return !isUntouched && ((after.mode ?? 0) & 0o400) !== 0
}

/** Where files have gone that are not at their place. A copy counts only for one that is gone for good. */
async function findMoves(
  tree: WorldTree,
  baseline: Findings,
  now: Findings,
  changes: readonly Change[],
): Promise<Map<string, string>> {
  const gone = changes.flatMap(({ path, kind }) => {
    const before = baseline.paths.get(path)
    if (before === undefined || now.paths.get(path)?.inode === before.inode) return []
    const state = kind === 'deleted' ? before.state : { ...before.state, sha256: null }
    return [{ path, before: { ...before, state } }]
  })
  if (gone.length === 0) return new Map()
  const places = await tree.findElsewhere(
    gone.map(({ before }) => before),
    {
      paths: NOT_THE_WORLDS_OWN,
      inodes: new Set([...baseline.paths.values()].map(({ inode }) => inode)),
    },
  )
  return new Map(
    gone.flatMap(({ path, before }): [string, string][] => {
      const place = places.get(before.inode)
      return place === undefined ? [] : [[path, place]]
    }),
  )
}
