import { userInfo } from 'node:os'
import type { Environment } from './open-environment.ts'

/** By what name the user is logged in. Null where nobody says: in a container a user may have a number and no name. */
export function loginName(environment: Environment): string | null {
  // POSIX gives LOGNAME; where there is none, shells of the BSDs and Windows have their own.
  for (const variable of ['LOGNAME', 'USER', 'USERNAME']) {
    const name = environment[variable]?.trim() ?? ''
    if (name !== '') return name
  }
  try {
    return userInfo().username
  } catch {
    return null // No entry for this user: there is no other place that would know.
  }
}
