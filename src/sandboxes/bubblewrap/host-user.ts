import { readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { findProgram } from './host-programs.ts'

/** The user of the host that the processes of a world run as. Never root. */
export interface HostUser {
  /** Empty where it has none. */
  readonly name: string
  readonly uid: number
  readonly gid: number
  /** The harness is root and drops to this user. */
  readonly isDropped: boolean
  /** It may hand out ids of other users, so that a world can have a second owner of files. */
  readonly hasSubordinates: boolean
}

/** The user that the set-up makes for a harness that runs as root. */
export const SANDBOX_USER = 'offswitch-sandbox'

/**
 * A process inside whose id is the host's root may write the host's kernel settings under /proc, whatever else was taken
 * from it. So root drops to a user of its own.
 *
 * @returns null when the harness is root and that user does not exist
 */
export function findHostUser(): HostUser | null {
  const uid = process.getuid?.() ?? -1
  const gid = process.getgid?.() ?? -1
  if (uid !== 0) {
    const name = ownName()
    return { name, uid, gid, isDropped: false, hasSubordinates: mayHandOut(name, uid) }
  }
  const [, , ownUid, ownGid] =
    entriesOf('/etc/passwd').find(([name]) => name === SANDBOX_USER) ?? []
  if (ownUid === undefined || ownGid === undefined) return null
  return {
    name: SANDBOX_USER,
    uid: Number(ownUid),
    gid: Number(ownGid),
    isDropped: true,
    hasSubordinates: mayHandOut(SANDBOX_USER, Number(ownUid)),
  }
}

/** Containers run as ids that have no name; then it is empty. */
function ownName(): string {
  try {
    return userInfo().username
  } catch {
    return '' // No entry for this id.
  }
}

function mayHandOut(name: string, uid: number): boolean {
  const isListed = (file: string): boolean =>
    entriesOf(file).some(
      ([owner, , count]) =>
        owner !== '' && [name, `${uid}`].includes(owner ?? '') && Number(count) > 1,
    )
  return (
    isListed('/etc/subuid') &&
    isListed('/etc/subgid') &&
    ['newuidmap', 'newgidmap'].every((program) => findProgram(program) !== null)
  )
}

function entriesOf(file: string): string[][] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
  } catch {
    return [] // No such file: no entries.
  }
}
