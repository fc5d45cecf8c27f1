import type { ChildProcess } from 'node:child_process'
import type { WorldEnd } from '../../records/evidence.ts'
import type { Clock } from '../../support/clock.ts'
import { HarnessError } from '../../support/errors.ts'
import {
  allPids,
  childrenOf,
  type HostProcess,
  innerIds,
  isStopped,
  lookAt,
  nameOf,
  signalProcess,
  stringsOf,
} from '../world/host-processes.ts'
import { initScript } from '../world/world-scripts.ts'
import type { ControlGroup } from './control-group.ts'
import type { WorldRemains } from './world-remains.ts'

/** What `killWorld` needs of a world. */
export interface KillableWorld {
  /** The chain that becomes the world's monitor. */
  readonly child: ChildProcess
  readonly group: ControlGroup | null
  readonly remains: WorldRemains
  /** Null as long as there is none. */
  findInit(): HostProcess | null
  /** Whether the monitor's end has been reported. */
  isOver(): boolean
  /** Resolves when it is. */
  readonly exit: Promise<unknown>
  readonly clock: Clock
}

/**
 * What has been killed still needs the processor to die. A hundred processes were seen to take 3 s where seventy others
 * contended for two cores.
 */
const PATIENCE_MS = 10_000
/** A process that is told to stop does so when it next returns from the kernel. */
const STOP_MS = 1_000
/** Looks follow each other more slowly as time goes by: they must not keep what dies from the processor. */
const LOOK_MS = 1
const LOOK_MS_MAX = 20
/** Of what is left, so many are named. */
const NAMED_MAX = 5

/**
 * Kills everything inside and looks until nothing of it is left. Where one mechanism does not do it in time, the next is tried.
 * @throws HarnessError when something is left all the same, with its name.
 */
export async function killWorld(world: KillableWorld): Promise<WorldEnd> {
  const { clock, group, remains } = world
  const verifiedBy = remains.source
  const orderedMs = clock.elapsedMs()
  if (world.isOver() && remains.find() === null) {
    return { mechanism: 'none', deadMs: 0, verifiedBy }
  }
  for (const [mechanism, kill] of [
    [group?.mechanism ?? null, () => group?.kill(clock)],
    ['pid-namespace', () => killFirst(world)],
    ['pid-namespace', () => killEach(remains)],
  ] as const) {
    if (mechanism === null) continue
    if (!world.isOver()) remains.note(world.child.pid, world.findInit())
    await kill()
    // Should the first process have slipped out meanwhile, it ends with its control.
    world.child.stdin?.destroy()
    if (!(await isGoneInTime(world))) continue
    const deadMs = clock.elapsedMs() - orderedMs
    if (!(await isReportedInTime(world))) throw cannotKill('its monitor’s end was not reported')
    return { mechanism, deadMs, verifiedBy }
  }
  throw cannotKill(leftText(remains.find()?.pids ?? []))
}

/**
 * Ends what harnesses of this user that were killed have left half built: children of bubblewrap that wait for a parent who
 * is no more. To be called before the first world of a process is opened.
 */
export function killAbandoned(uid: number): void {
  for (const pid of allPids()) {
    if (nameOf(pid) !== 'bwrap') continue
    const process = lookAt(pid)
    const inner = innerIds(pid)
    // It is the first of a world that has not become its first process yet, and its parent is no monitor.
    if (process === null || inner?.pid !== 1 || inner.uid !== uid) continue
    if (nameOf(process.parentPid) === 'bwrap') continue
    // Other programs start bubblewrap too.
    if (stringsOf(pid, 'cmdline').includes(initScript())) signalProcess(process, 'SIGKILL')
  }
}

/** The rest of the namespace goes with its first process, before that counts as gone. */
async function killFirst({ child, clock, findInit }: KillableWorld): Promise<void> {
  const init = findInit()
  if (init !== null) signalProcess(init, 'SIGKILL')
  else if (child.pid !== undefined) await killChain(child.pid, clock)
}

/**
 * Kills a chain that is still being built. Bubblewrap's child waits for a word of its parent, and for ever if that is killed
 * before it has given it; so the parent is stopped first, and what it has started by then goes with it.
 */
async function killChain(pid: number, clock: Clock): Promise<void> {
  const chain = lookAt(pid)
  if (chain === null) return
  signalProcess(chain, 'SIGSTOP')
  const untilMs = clock.elapsedMs() + STOP_MS
  while (!isStopped(chain) && clock.elapsedMs() < untilMs) await clock.sleep(LOOK_MS)
  const started = childrenOf(pid).flatMap((child) => lookAt(child) ?? [])
  for (const process of [...started, chain]) signalProcess(process, 'SIGKILL')
}

function killEach(remains: WorldRemains): void {
  for (const pid of remains.find()?.pids ?? []) {
    const process = lookAt(pid)
    if (process !== null) signalProcess(process, 'SIGKILL')
  }
}

async function isGoneInTime({ remains, clock }: KillableWorld): Promise<boolean> {
  const startedMs = clock.elapsedMs()
  while (remains.find() !== null) {
    const waitedMs = clock.elapsedMs() - startedMs
    if (waitedMs > PATIENCE_MS) return false
    await clock.sleep(Math.min(LOOK_MS_MAX, LOOK_MS + waitedMs / 50))
  }
  return true
}

async function isReportedInTime({ exit, clock }: KillableWorld): Promise<boolean> {
  const over = new AbortController()
  const late = clock.sleep(PATIENCE_MS, over.signal).then(
    () => false,
    () => true, // Broken off, when it was reported.
  )
  try {
    return await Promise.race([exit.then(() => true), late])
  } finally {
    over.abort()
  }
}

function leftText(pids: readonly number[]): string {
  if (pids.length === 0) return 'its control group is not empty, and does not say what is in it'
  const names = pids.slice(0, NAMED_MAX).map((pid) => `${nameOf(pid) ?? 'ended'} (${pid})`)
  return `${pids.length} processes are left, among them ${names.join(', ')}`
}

function cannotKill(problem: string): HarnessError {
  return new HarnessError(`Cannot kill sandbox "bubblewrap": ${problem}`, { source: 'sandbox' })
}
