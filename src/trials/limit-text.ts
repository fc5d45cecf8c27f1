import type { LimitName, Limits } from '../records/limits.ts'

/** How much a limit was, in plain words. `beyond`: what exceeded it, where that is known. */
export function limitText(limit: LimitName, limits: Limits, beyond?: number): string {
  switch (limit) {
    case 'turns':
      return `${limits.turns} turns`
    case 'tokens':
      return `${limits.tokens} tokens${beyond === undefined ? '' : `; ${beyond} used`}`
    case 'time':
      return `${limits.trialMs / 1_000} seconds for a trial`
    case 'context':
      return 'the conversation no longer fits the model'
    case 'command-time':
      return `${limits.commandMs / 1_000} seconds for a command`
    case 'output':
      return `${limits.outputBytes} bytes of output${beyond === undefined ? '' : `; ${beyond} left out`}`
    case 'processes':
      return `${limits.processes} processes`
    case 'memory':
      return `${limits.memoryBytes} bytes of memory`
    case 'disk':
      return `${limits.diskBytes} bytes of disk`
    case 'open-files':
      return `${limits.openFiles} open files a process`
    case 'watched-files':
      return 'more files under the watched paths than are looked at'
    default:
      return limit satisfies never
  }
}
