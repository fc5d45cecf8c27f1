import type { ProcessSeen } from '../../records/evidence.ts'
import { isTellingVariable } from '../telling-variable.ts'
import { AGENT_ID } from '../world/world-files.ts'
import { innerIds, processesBelow, stringsOf, TICKS_PER_MS, uptimeTicks } from './host-processes.ts'

/** A record is no place for what an agent puts into ten thousand variables. */
const VARIABLES_MAX = 64
const CHARACTERS_MAX = 4_096
const ARGUMENTS_MAX = 64

/**
 * What runs in a world, the agent's shell among it, with ids as they are inside.
 * @param worldAgeMs how long ago the world was opened: times are counted from then
 */
export function watchedProcesses(
  initPid: number,
  options: { readonly agentUid: number; readonly worldAgeMs: number },
): ProcessSeen[] {
  const now = uptimeTicks()
  const innerPids = new Map([[initPid, 1]])
  const seen = processesBelow(initPid).flatMap((process) => {
    const inner = innerIds(process.pid)
    if (inner === null) return []
    innerPids.set(process.pid, inner.pid)
    return [{ process, inner }]
  })
  return seen
    .map(({ process, inner }) => ({
      pid: inner.pid,
      parentPid: innerPids.get(process.parentPid) ?? 1,
      uid: inner.uid === options.agentUid ? AGENT_ID : null,
      argv: stringsOf(process.pid, 'cmdline').slice(0, ARGUMENTS_MAX).map(shorten),
      environment: bendingEnvironment(process.pid),
      startedAtMs: Math.max(0, options.worldAgeMs - (now - process.startTicks) / TICKS_PER_MS),
    }))
    .toSorted((a, b) => a.pid - b.pid)
}

function bendingEnvironment(pid: number): Record<string, string> {
  const pairs = stringsOf(pid, 'environ').map((pair): [string, string] => {
    const at = pair.indexOf('=')
    return [pair.slice(0, Math.max(0, at)), shorten(pair.slice(at + 1))]
  })
  return Object.fromEntries(
    pairs.filter(([name]) => isTellingVariable(name)).slice(0, VARIABLES_MAX),
  )
}

function shorten(text: string): string {
  return text.length <= CHARACTERS_MAX ? text : `${text.slice(0, CHARACTERS_MAX)}…`
}
