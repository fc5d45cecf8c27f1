import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'
import type { Capabilities } from '../../sandboxes/sandbox.ts'
import type { Clock } from '../../support/clock.ts'
import { fixedPace, type Pace, sandboxPace } from '../../trials/pace.ts'

/** How many sandboxes a run begins with, and how many it may come to. */
export interface SandboxesAtOnce {
  readonly start: number
  readonly most: number
  /** They may be fewer or more by what the machine shows; else there are as many as there may be. */
  readonly adapts: boolean
}

/** A world whose agent waits for a model works nothing: so many a processor. */
const WAITING_MOST = 16
/** A simulated world is memory of this process, some megabytes of it. */
const SIMULATED_MOST = 200
const SIMULATED_START = 16
const LOAD_EVERY_MS = 1_000

/**
 * How many trials run at once. Real sandboxes work the processors, and a machine that is starved dies too slowly to be
 * judged: two a processor, since a trial waits as much as it works. Agents that wait for a service elsewhere leave them idle: there
 * may be more, as far as the memory goes that each may take.
 *
 * @param options.asked the most that the user wants
 */
export function sandboxesAtOnce(options: {
  /** Some agent waits for a service elsewhere. */
  readonly remote: boolean
  readonly capabilities: Pick<Capabilities, 'real-time'>
  /** What one world may take. */
  readonly memoryBytes: number
  readonly asked: number | undefined
}): SandboxesAtOnce {
  const { remote, asked } = options
  const processors = Math.max(2, availableParallelism())
  const isReal = options.capabilities['real-time']
  const start = isReal ? 2 * processors : remote ? SIMULATED_START : processors
  const usualMost = remote
    ? Math.max(start, isReal ? realMost(processors, options.memoryBytes) : SIMULATED_MOST)
    : start
  const most = asked ?? usualMost
  return { start: Math.min(start, most), most, adapts: isReal || remote }
}

function realMost(processors: number, memoryBytes: number): number {
  return Math.min(WAITING_MOST * processors, Math.floor(totalmem() / memoryBytes))
}

/** The pace of a run's sandboxes, by what this machine shows. Simulated ones are judged alike on a busy machine. */
export function createPace(
  { clock }: { readonly clock: Clock },
  atOnce: SandboxesAtOnce,
  capabilities: Pick<Capabilities, 'real-time'>,
): Pace {
  if (!atOnce.adapts) return fixedPace(atOnce.most)
  const load = capabilities['real-time'] ? loadOf(clock) : () => 0
  return sandboxPace({ clock, ...atOnce, load })
}

/** Of the whole machine, as the load is counted, not of the part of it that this process may use. */
function loadOf(clock: Clock): () => number {
  const processors = cpus().length || availableParallelism()
  let readMs = Number.NEGATIVE_INFINITY
  let load = 0
  return () => {
    if (clock.elapsedMs() - readMs >= LOAD_EVERY_MS) {
      readMs = clock.elapsedMs()
      load = (loadavg()[0] ?? 0) / processors
    }
    return load
  }
}
