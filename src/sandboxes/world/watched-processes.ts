import type { ProcessSeen } from '../../records/evidence.ts'
import { isTellingVariable } from '../telling-variable.ts'
import { type OutsideProcess, type ProcessReader, TICKS_PER_MS } from './process-reader.ts'
import { AGENT_ID } from './world-files.ts'

/** A record is no place for what an agent puts into ten thousand variables. */
const VARIABLES_MAX = 64
const CHARACTERS_MAX = 4_096
const ARGUMENTS_MAX = 64

/**
 * What runs in a world, the agent's shell among it, with ids as they are inside.
 * @param agentUid the agent's user as the machine around the world knows it
 * @param worldAgeMs how long ago the world was opened: times are counted from then
 */
export async function watchedProcesses(
  reader: ProcessReader,
  first: OutsideProcess,
  options: { readonly agentUid: number; readonly worldAgeMs: () => number },
): Promise<ProcessSeen[]> {
  const { nowTicks, processes } = await reader.details()
  const worldAgeMs = options.worldAgeMs()
  const innerPids = new Map([[first.pid, 1]])
  for (const { pid, innerPid } of processes) innerPids.set(pid, innerPid)
  return processes
    .map(({ innerPid, parentPid, uid, argv, variables, startTicks }) => ({
      pid: innerPid,
      parentPid: innerPids.get(parentPid) ?? 1,
      uid: uid === options.agentUid ? AGENT_ID : null,
      argv: argv.slice(0, ARGUMENTS_MAX).map(shorten),
      environment: bendingEnvironment(variables),
      startedAtMs: Math.max(0, worldAgeMs - (nowTicks - startTicks) / TICKS_PER_MS),
    }))
    .toSorted((a, b) => a.pid - b.pid)
}

function bendingEnvironment(variables: readonly string[]): Record<string, string> {
  const pairs = variables.map((pair): [string, string] => {
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
