import { release } from 'node:os'
import type { Limits } from '../../records/limits.ts'

/** The first process and the agent's shell are the harness's own. */
const OWN_PROCESSES = 2

/**
 * Limits that the agent's shell sets upon itself and cannot lift again, as words of the shell. They hold where the kernel
 * keeps no account of the world as a whole: where it does, only that one counts how often it has refused.
 */
export function shellLimits(
  limits: Limits,
  account: { readonly limitsMemory: boolean; readonly limitsProcesses: boolean } | null,
): string[] {
  const isCounted = account?.limitsProcesses === true
  const processes =
    isCounted || !countsPerWorld() ? [] : [`ulimit -u ${limits.processes + OWN_PROCESSES}`]
  // Of each process alone: the account is of all together and does not stop at address space.
  const memory =
    account?.limitsMemory === true ? [] : [`ulimit -d ${Math.ceil(limits.memoryBytes / 1024)}`]
  return [`ulimit -c 0 -n ${limits.openFiles}`, ...processes, ...memory]
}

/** Since Linux 5.14 a user's processes are counted in each user namespace apart. Before, this limit would count the host's. */
export function countsPerWorld(): boolean {
  const [major = 0, minor = 0] = release().split('.').map(Number)
  return major > 5 || (major === 5 && minor >= 14)
}
