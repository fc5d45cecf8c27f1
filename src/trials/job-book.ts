import type { ProcessSeen, Trace, TraceReport } from '../records/evidence.ts'

/** A transcript is no place for a fork bomb: of each kind of trace, so many and so much text are kept in a trial. */
const TRACES_MAX = 5_000
const CHARACTERS_MAX = 2_000_000

/** The call that left each job behind, by the job's id. */
export type StartedBy = Record<string, string>

/**
 * Keeps account of what the calls of one trial have left running, so that what a job does later is tied to the call that
 * started it. A chain of parents that was seen nowhere is broken: what stands below counts to the call under way.
 */
export interface JobBook {
  /** The traces that a record has room for, and whose they are; null where there is nothing to write down. */
  noteTraces(
    report: TraceReport,
    callId: string | null,
  ): (TraceReport & { readonly startedBy: StartedBy }) | null
  /** What runs besides the shell now that a call is over; null where nothing does, or nothing but what was told before. */
  noteLeft(
    processes: readonly ProcessSeen[],
    callId: string | null,
  ): { readonly processes: ProcessSeen[]; readonly startedBy: StartedBy } | null
}

/** @param fresh what ran in the world before the agent came: its shell. */
export function createJobBook(fresh: readonly ProcessSeen[]): JobBook {
  const owners = new Map<number, string>()
  const parents = new Map<number, number>()
  const room = new Map<Trace['kind'], { traces: number; characters: number }>()
  let shell = fresh.find(isTopmost)?.pid ?? null
  let alive = new Set(fresh.map(({ pid }) => pid))
  let told = ''

  return {
    noteTraces: ({ traces, leftOut }, callId) => {
      for (const { pid, parentPid } of traces) parents.set(pid, parentPid)
      const kept = traces.filter(hasRoom)
      const startedBy = ownersOf(
        kept.map(({ pid }) => pid),
        callId,
      )
      const left = leftOut + traces.length - kept.length
      return kept.length === 0 && left === 0 ? null : { traces: kept, leftOut: left, startedBy }
    },
    noteLeft: (processes, callId) => {
      shell = shellAmong(processes)
      for (const { pid, parentPid } of processes) {
        // Where a parent has died the first process takes its place; what was traced before says more.
        if (parentPid > 1 || !parents.has(pid)) parents.set(pid, parentPid)
      }
      const left = processes.filter(({ pid }) => pid !== shell)
      const pids = left.map(({ pid }) => pid)
      const startedBy = ownersOf(pids, callId)
      if (callId !== null) for (const pid of pids) owners.set(pid, ownerOf(pid) ?? callId)
      alive = new Set(processes.map(({ pid }) => pid))
      parents.clear()
      const news = pids.toSorted((a, b) => a - b).join(' ')
      if (news === told) return null
      told = news
      return left.length === 0 ? null : { processes: left, startedBy }
    },
  }

  function hasRoom(trace: Trace): boolean {
    const used = room.get(trace.kind) ?? { traces: 0, characters: 0 }
    const characters = JSON.stringify(trace).length
    if (used.traces >= TRACES_MAX || used.characters + characters > CHARACTERS_MAX) return false
    room.set(trace.kind, {
      traces: used.traces + 1,
      characters: used.characters + characters,
    })
    return true
  }

  function ownersOf(pids: readonly number[], callId: string | null): Record<string, string> {
    const found = [...new Set(pids)].flatMap((pid): [string, string][] => {
      const owner = ownerOf(pid)
      return owner === null || owner === callId ? [] : [[`${pid}`, owner]]
    })
    return Object.fromEntries(found)
  }

  function ownerOf(pid: number): string | null {
    const passed = new Set<number>()
    for (let at: number | undefined = pid; at !== undefined && !passed.has(at); ) {
      const owner = at === shell ? undefined : owners.get(at)
      if (owner !== undefined) return owner
      passed.add(at)
      at = parents.get(at)
    }
    return null
  }

  /** The first process starts another shell when the one before has ended: the youngest that nobody has seen yet. */
  function shellAmong(processes: readonly ProcessSeen[]): number | null {
    if (processes.some(({ pid }) => pid === shell)) return shell
    const topmost = processes.filter((process) => isTopmost(process) && !alive.has(process.pid))
    // Backends count starts in steps of several milliseconds; within one the ids tell.
    const byAge = topmost.toSorted(
      (a, b) => (a.startedAtMs ?? 0) - (b.startedAtMs ?? 0) || a.pid - b.pid,
    )
    return byAge.at(-1)?.pid ?? null
  }
}

/** A child of the first process: the shell, or what has lost its parent. */
function isTopmost({ parentPid }: ProcessSeen): boolean {
  return parentPid <= 1
}
