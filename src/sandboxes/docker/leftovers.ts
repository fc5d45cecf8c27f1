import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { kill, pid, platform } from 'node:process'
import type { Clock } from '../../support/clock.ts'
import { HarnessError } from '../../support/errors.ts'
import { sha256 } from '../../support/hash.ts'
import { lookAt } from '../world/host-processes.ts'
import { containerState } from './container-state.ts'
import type { Engine } from './engine.ts'

const OWNER_LABEL = 'offswitch.owner'
/** One that dies under the hand of another process that sweeps as well is gone within this time. */
const PATIENCE_MS = 10_000
const LOOK_EVERY_MS = 100

/** The process that a container belongs to: which machine, since which start of it, which process, since when. */
interface Owner {
  readonly host: string
  readonly boot: string
  readonly pid: number
  readonly start: string
}

/** Marks a container as this process's own, so that it is found when this process is no more. */
export function ownerFlags(): readonly string[] {
  const { host, boot, start } = ownOwner()
  return ['--label', `${OWNER_LABEL}=${[host, boot, pid, start].join('.')}`]
}

/**
 * Removes the containers of harnesses that are no more, with what runs in them. Those of a living one stay, and so do those
 * of other machines that use the same engine: whether their owners live cannot be seen from here.
 *
 * @returns how many there were
 * @throws HarnessError (source `sandbox`) when one cannot be removed
 */
export async function removeLeftovers(engine: Engine, clock: Clock): Promise<number> {
  const leftovers = await listLeftovers(engine)
  if (leftovers.length === 0) return 0
  // podman would first ask each to end, and wait for that.
  const atOnce = engine.kind === 'podman' ? ['--time', '0'] : []
  const { stderr } = await engine.run(['rm', '--force', '--volumes', ...atOnce, ...leftovers])
  const untilMs = clock.elapsedMs() + PATIENCE_MS
  let left = await standingLeftovers(engine)
  while (left.length > 0 && clock.elapsedMs() < untilMs) {
    await clock.sleep(LOOK_EVERY_MS)
    left = await standingLeftovers(engine)
  }
  if (left.length === 0) return leftovers.length
  throw new HarnessError(
    `Cannot remove what an earlier run has left in containers (${left.join(', ')}): ${stderr.trim().split('\n').at(-1)}`,
    { source: 'sandbox' },
  )
}

/** A daemon that was killed may go on listing containers that it does not have any more. */
async function standingLeftovers(engine: Engine): Promise<string[]> {
  const listed = await listLeftovers(engine)
  const states = await Promise.all(listed.map((id) => containerState(engine, id)))
  return listed.filter((_, index) => states[index] !== 'absent')
}

async function listLeftovers(engine: Engine): Promise<string[]> {
  const { stdout } = await engine.demand('list containers', [
    ...['ps', '--all', '--no-trunc', '--filter', `label=${OWNER_LABEL}`],
    ...['--format', '{{.ID}} {{.Labels}}'],
  ])
  const own = ownOwner()
  return stdout
    .toString('utf8')
    .split('\n')
    .flatMap((line) => {
      const owner = readOwner(line)
      const [id = ''] = line.split(' ')
      return owner !== null && isGone(owner, own) ? [id] : []
    })
}

/** From a line in which docker writes `label=value` and podman `label:value`. */
export function readOwner(line: string): Owner | null {
  const [, host, boot, pidText, start] =
    /\boffswitch\.owner[=:]([0-9a-f]+)\.([0-9a-f]+)\.(\d+)\.(\d*)/.exec(line) ?? []
  if (host === undefined || boot === undefined || start === undefined) return null
  return { host, boot, pid: Number(pidText), start }
}

export function isGone(owner: Owner, own: Owner): boolean {
  if (owner.host !== own.host) return false
  if (owner.boot !== own.boot) return true
  if (platform === 'linux') return `${lookAt(owner.pid)?.startTicks}` !== owner.start
  try {
    kill(owner.pid, 0)
    return false
  } catch (error) {
    // Somebody else's process has its id: that is not known to be another one.
    return !(error instanceof Error && 'code' in error && error.code === 'EPERM')
  }
}

export function ownOwner(): Owner {
  // Harnesses in containers of one machine each count processes for themselves.
  const names = [hostname(), read('/etc/machine-id'), readNamespace()]
  return {
    host: sha256(names.join('\n')).slice(0, 12),
    boot: sha256(read('/proc/sys/kernel/random/boot_id')).slice(0, 8),
    pid,
    start: `${lookAt(pid)?.startTicks ?? ''}`,
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return '' // Not on this system.
  }
}

function readNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return '' // Not on this system.
  }
}
