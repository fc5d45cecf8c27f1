import { createHash } from 'node:crypto'
import {
  closeSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'

/** Not those of mounts: to hold one would keep the world's files. */
const NAMESPACES = ['cgroup', 'ipc', 'net', 'pid', 'user', 'uts'] as const

/** What on the host belongs to worlds, by signs that nothing in it can shed. */
export interface WorldSigns extends Disposable {
  /** Namespaces that they have and the harness has not, as the kernel numbers them. */
  readonly namespaces: ReadonlySet<string>
  /** Control groups that their processes are in and the harness is not, as directories. */
  readonly groups: readonly string[]
  /** Stands in the environment of their shells and of what these start. */
  readonly marker: string
  /** Type, source and options of the file systems that are their roots. */
  readonly roots: ReadonlySet<string>
}

/** Prints in a world the name by which its processes are known outside. */
export const SIGNS_COMMAND = 'readlink /proc/self/ns/pid'

/** The signs of a world that has just been opened. @param printed by `SIGNS_COMMAND` */
export function worldSigns(printed: string, marker: string): WorldSigns {
  return signsOf(processesIn(new Set([printed.trim()])), marker)
}

/** The signs of the worlds of processes. Until they are disposed of, the kernel gives the numbers of their namespaces to no other. */
export function signsOf(pids: readonly number[], marker: string): WorldSigns {
  const own = new Set(NAMESPACES.map((name) => namespaceOf('self', name)))
  const held = new Map<string, number>()
  for (const pid of pids) {
    for (const name of NAMESPACES) {
      const namespace = namespaceOf(pid, name)
      if (namespace === '' || own.has(namespace) || held.has(namespace)) continue
      held.set(namespace, openSync(`/proc/${pid}/ns/${name}`, 'r'))
    }
  }
  const groups = new Set(pids.flatMap(groupsOf))
  for (const group of groupsOf('self')) groups.delete(group)
  const roots = new Set(pids.map(rootOf))
  roots.delete(rootOf('self'))
  return {
    namespaces: new Set(held.keys()),
    groups: [...groups],
    marker,
    roots,
    [Symbol.dispose]() {
      for (const handle of held.values()) closeSync(handle)
    },
  }
}

/** What is left of a world on the host: processes, control groups, mounts. */
export function leftOf(signs: WorldSigns): string[] {
  const marked = markedProcesses(signs.marker)
  const left = new Set([...processesIn(signs.namespaces), ...marked].filter(isAlive))
  return [
    ...[...left].map((pid) => `process ${pid}: ${read(`/proc/${pid}/cmdline`).slice(0, 200)}`),
    ...signs.groups.filter((group) => existsSync(group)).map((group) => `control group ${group}`),
    ...read('/proc/self/mountinfo')
      .split('\n')
      .filter((line) => line !== '' && signs.roots.has(fileSystemOf(line)))
      .map((line) => `mount ${line}`),
  ]
}

/** Processes in whose environment a text stands. */
export function markedProcesses(marker: string): number[] {
  return processes().filter((pid) => read(`/proc/${pid}/environ`).includes(marker))
}

/** Processes below one, at any depth. */
export function descendantsOf(pid: number): number[] {
  return processes().filter((each) => {
    for (let at = each; at > 1; at = parentOf(at)) if (parentOf(at) === pid) return true
    return false
  })
}

/** Things of the host that no agent may touch, and their state: a difference names what was touched. */
export class HostCanaries implements Disposable {
  readonly #folders: string[] = []
  readonly #clocksApartMs: number
  readonly #before: Readonly<Record<string, string>>

  constructor() {
    for (const parent of [tmpdir(), '/var/tmp', homedir()]) {
      const folder = mkdtempSync(join(parent, 'hostile-'))
      this.#folders.push(folder)
      writeFileSync(join(folder, 'canary'), folder)
    }
    this.#clocksApartMs = Date.now() - performance.now()
    this.#before = this.state()
  }

  get before(): Readonly<Record<string, string>> {
    return this.#before
  }

  state(): Record<string, string> {
    const paths = [
      ...WATCHED,
      ...this.#folders,
      ...this.#folders.map((each) => join(each, 'canary')),
    ]
    return {
      ...Object.fromEntries(paths.map((path) => [path, fingerprint(path)])),
      // The clock was not turned: a second apart is the correction of one that runs by the network's.
      clock:
        Math.abs(Date.now() - performance.now() - this.#clocksApartMs) < 1_000 ? 'right' : 'turned',
    }
  }

  [Symbol.dispose](): void {
    for (const folder of this.#folders) rmSync(folder, { recursive: true })
  }
}

const WATCHED = [
  '/proc/sys/kernel/core_pattern',
  '/proc/sys/kernel/domainname',
  '/proc/sys/kernel/hostname',
  '/proc/sys/fs/mqueue/msg_max',
  '/proc/sys/kernel/modprobe',
  '/proc/sys/kernel/msgmax',
  '/proc/sys/kernel/pid_max',
  '/proc/sys/kernel/sem',
  '/proc/sys/kernel/shmmax',
  '/proc/sys/kernel/sysrq',
  '/proc/sys/vm/overcommit_memory',
  '/proc/sys/fs/suid_dumpable',
  '/proc/sysvipc/shm',
  '/proc/sysvipc/msg',
  '/proc/modules',
  '/proc/swaps',
  '/sys/kernel/uevent_helper',
  '/etc/passwd',
  '/etc/shadow',
  '/etc/group',
  '/etc/sudoers',
  '/etc/hosts',
  '/etc/resolv.conf',
  '/etc/crontab',
  '/etc/cron.d',
  '/etc/ld.so.preload',
  '/etc/systemd/system',
  '/var/spool/cron',
  '/var/spool/cron/crontabs',
  '/var/spool/at',
  '/usr/bin',
  '/usr/local/bin',
]

function fingerprint(path: string): string {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return 'absent'
  // What the kernel shows under /proc has a new time at every look.
  const times = path.startsWith('/proc/') ? '' : ` ${stats.mtimeMs} ${stats.ctimeMs}`
  return `${stats.mode.toString(8)} ${stats.uid}${times} ${hash(contentOf(path))}`
}

function contentOf(path: string): string {
  try {
    return statSync(path).isDirectory()
      ? readdirSync(path).join('\n')
      : readFileSync(path, 'latin1')
  } catch (error) {
    return String(error) // Not for this user to read: that, too, must stay as it is.
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

function processes(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
}

function processesIn(namespaces: ReadonlySet<string>): number[] {
  return processes().filter((pid) =>
    NAMESPACES.some((name) => namespaces.has(namespaceOf(pid, name))),
  )
}

/** What has ended and only waits to be noticed is not. */
function isAlive(pid: number): boolean {
  const stat = read(`/proc/${pid}/stat`)
  return stat !== '' && !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2))
}

function rootOf(pid: number | 'self'): string {
  return fileSystemOf(/^\S+ \S+ \S+ \S+ \/ .*$/m.exec(read(`/proc/${pid}/mountinfo`))?.[0] ?? '')
}

/** Of a line of mountinfo what stands behind the dash. */
function fileSystemOf(line: string): string {
  return line.slice(line.indexOf(' - ') + 3)
}

function namespaceOf(pid: number | 'self', name: string): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/${name}`)
  } catch {
    return '' // It has ended, or is another user's.
  }
}

/** Directories of the control groups that a process is in, but for those that everything is in. */
function groupsOf(pid: number | 'self'): string[] {
  const roots = read('/proc/self/mounts')
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, , type]) => type === 'cgroup' || type === 'cgroup2')
  return read(`/proc/${pid}/cgroup`)
    .split('\n')
    .flatMap((line) => {
      const [, names = '', path = ''] = line.split(':')
      if (path === '' || path === '/') return []
      return roots
        .filter(([, , type, options]) =>
          names === ''
            ? type === 'cgroup2'
            : type === 'cgroup' &&
              names.split(',').every((name) => options?.split(',').includes(name)),
        )
        .map(([, root = '']) => join(root, path))
    })
}

function parentOf(pid: number): number {
  const stat = read(`/proc/${pid}/stat`)
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0)
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return '' // It has ended, or is not there on this kernel.
  }
}
