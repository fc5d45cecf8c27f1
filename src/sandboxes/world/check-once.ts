import type { Availability, SandboxContext } from '../sandbox.ts'

type Check = (context: SandboxContext) => Promise<Availability>

/** A check that is made once in a process. */
export function checkOnce(check: Check): Check {
  let known: Promise<Availability> | undefined
  return (context) => {
    known ??= check(context).catch((error: unknown) => {
      // An aborted check has found nothing out.
      known = undefined
      throw error
    })
    return known
  }
}
