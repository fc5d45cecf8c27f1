import { readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { findProgram } from './host-programs.ts'

/** The user of the host that the processes of a world run as. Never root. */
export interface HostUser {
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
  const { username, uid, gid } = userInfo()
  if (uid !== 0) {
    const hasSubordinates = mayHandOut(username, uid)
    return { name: username, uid, gid, isDropped: false, hasSubordinates }
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

function mayHandOut(name: string, uid: number): boolean {
  const isListed = (file: string): boolean =>
    entriesOf(file).some(
      ([owner, , count]) => [name, `${uid}`].includes(owner ?? '') && Number(count) > 1,
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
