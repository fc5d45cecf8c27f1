import { AGENT_UID, Inode } from '../files/inode.ts'
import { textToBytes } from '../files/text.ts'
import type { Machine } from './machine.ts'
import type { Process } from './process.ts'

/** `/proc` of a machine: made as it is read. */
export function procDirectory(machine: Machine): Inode {
  return new LiveDirectory(
    (name) => {
      const text = MACHINE_FILES[name]
      if (text !== undefined) return new LiveFile(() => text(machine))
      const process = machine.find(Number(name))
      return process === undefined ? undefined : processDirectory(process)
    },
    () => [
      ...machine.processes().map((process) => String(process.pid)),
      ...Object.keys(MACHINE_FILES),
    ],
  )
}

const MACHINE_FILES: Readonly<Record<string, (machine: Machine) => string>> = {
  cpuinfo: () =>
    'processor\t: 0\nvendor_id\t: GenuineIntel\ncpu MHz\t\t: 2400.000\ncpu cores\t: 1\n\n',
  filesystems: () => 'nodev\tproc\nnodev\ttmpfs\nnodev\toverlay\n',
  loadavg: (machine) => `0.00 0.00 0.00 1/${machine.processes().length} ${machine.nextPid - 1}\n`,
  meminfo: (machine) => {
    const total = Math.floor(machine.options.limits.memoryBytes / 1_024)
    return `MemTotal:       ${total} kB\nMemFree:        ${total} kB\nMemAvailable:   ${total} kB\n`
  },
  mounts: () =>
    'overlay / overlay rw,relatime 0 0\nproc /proc proc rw,nosuid,nodev,noexec,relatime 0 0\n',
  uptime: (machine) => {
    const seconds = (machine.timeline.nowMs / 1_000).toFixed(2)
    return `${seconds} ${seconds}\n`
  },
  version: () =>
    'Linux version 6.1.0-28-amd64 (debian-kernel@lists.debian.org) #1 SMP PREEMPT_DYNAMIC Debian 6.1.119-1\n',
}

function processDirectory(process: Process): Inode {
  const files: Readonly<Record<string, () => string>> = {
    cmdline: () => process.argv.map((arg) => `${arg}\0`).join(''),
    comm: () => `${nameOf(process)}\n`,
    environ: () => [...process.environment()].map(([name, value]) => `${name}=${value}\0`).join(''),
    stat: () =>
      `${process.pid} (${nameOf(process)}) S ${process.parent?.pid ?? 0} ${process.group} ${process.group} 0 -1 0 0 0 0 0\n`,
    status: () =>
      `Name:\t${nameOf(process)}\nUmask:\t${process.umask.toString(8).padStart(4, '0')}\nState:\tS (sleeping)\n` +
      `Tgid:\t${process.pid}\nPid:\t${process.pid}\nPPid:\t${process.parent?.pid ?? 0}\n` +
      `Uid:\t${AGENT_UID}\t${AGENT_UID}\t${AGENT_UID}\t${AGENT_UID}\nGid:\t${AGENT_UID}\t${AGENT_UID}\t${AGENT_UID}\t${AGENT_UID}\nThreads:\t1\n`,
  }
  const links: Readonly<Record<string, () => string>> = {
    cwd: () => process.workingDirectory(),
    exe: () => `/usr/bin/${nameOf(process)}`,
    root: () => '/',
  }
  return new LiveDirectory(
    (name) => {
      const text = files[name]
      if (text !== undefined) return new LiveFile(() => textToBytes(text()))
      const target = links[name]
      if (target !== undefined) return live('symlink', 0o777, target())
      if (name === 'fd') return descriptorDirectory(process)
      return undefined
    },
    () => [...Object.keys(files), ...Object.keys(links), 'fd'],
  )
}

function descriptorDirectory(process: Process): Inode {
  return new LiveDirectory(
    (name) => (process.files.has(Number(name)) ? live('device', 0o700, 'null') : undefined),
    () => [...process.files.keys()].map(String),
  )
}

function nameOf(process: Process): string {
  return (process.argv[0] ?? '').replace(/^.*\//, '').slice(0, 15)
}

class LiveFile extends Inode {
  readonly #text: () => string

  constructor(text: () => string) {
    super({ number: 4, kind: 'file', mode: 0o444, uid: 0, gid: 0, modifiedMs: 0 })
    this.#text = text
    this.seal()
  }

  override read(): string {
    return this.#text()
  }
}

class LiveDirectory extends Inode {
  readonly #child: (name: string) => Inode | undefined
  readonly #names: () => string[]

  constructor(child: (name: string) => Inode | undefined, names: () => string[]) {
    super({ number: 3, kind: 'directory', mode: 0o555, uid: 0, gid: 0, modifiedMs: 0 })
    this.#child = child
    this.#names = names
    this.seal()
  }

  override child(name: string): Inode | undefined {
    return this.#child(name)
  }

  override *children(): Iterable<[string, Inode]> {
    for (const name of this.#names()) {
      const inode = this.#child(name)
      if (inode !== undefined) yield [name, inode]
    }
  }

  override get isEmpty(): boolean {
    return false
  }
}

function live(kind: 'symlink' | 'device', mode: number, content: string): Inode {
  return new Inode({ number: 5, kind, mode, uid: 0, gid: 0, content, modifiedMs: 0 })
}
