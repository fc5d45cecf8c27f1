import type { LimitName } from '../../records/limits.ts'

/**
 * Limits that a command says it has come upon, in the words of the C library and of shells. It may say so without need, and it
 * may keep it to itself: these are signs, beside what is counted outside.
 * @param hasAccount memory is counted outside, and then nobody is refused any: who takes too much is killed
 */
export function limitsTold(
  output: string,
  options: { readonly hasAccount: boolean },
): Set<LimitName> {
  const told = new Set<LimitName>()
  for (const line of output.split('\n')) {
    if (/fork: .*Resource temporarily unavailable/.test(line)) told.add('processes')
    if (/Too many open files(?! in system)/.test(line)) told.add('open-files')
    if (/No space left on device/.test(line) && !NOT_THE_DISK.test(line)) told.add('disk')
    if (!options.hasAccount && NO_MEMORY.test(line)) told.add('memory')
  }
  return told
}

/** Namespaces beyond the number that a user may have are refused with the same words. */
const NOT_THE_DISK = /unshare|clone|namespace/i

/** The C library's words, and those of bash, perl, python and awk. */
const NO_MEMORY = /Cannot allocate memory|cannot allocate \d+ bytes|Out of memory|^MemoryError/i
