import { constants } from 'node:os'
import type { Trace, TraceReport } from '../../records/evidence.ts'
import type { InitMessage } from './init-frames.ts'
import type { SystemCall } from './system-calls.ts'

export interface TraceKeeperOptions {
  /** The calls that the first process reports, by their numbers in this world. */
  readonly names: ReadonlyMap<number, SystemCall>
  /** Milliseconds since the world was opened. */
  readonly worldAgeMs: () => number
}

/** What may be kept between two reports: of each kind apart, so that many of one do not hide another, the first and the last of them. */
const KEPT_MAX: Readonly<Record<Trace['kind'], number>> = {
  exec: 1_000,
  signal: 250,
  mount: 250,
  write: 250,
  privileged: 250,
}
/** Of each half of a kind: an agent may start each program with arguments of many kilobytes. */
const CHARACTERS_MAX = 512 * 1024
/** As of processes that are looked at from outside. */
const STRING_BYTES_MAX = 4_096
const STRINGS_MAX = 64

/** Keeps what the first process sees of an agent's calls until it is asked for. */
export class TraceKeeper {
  readonly #options: TraceKeeperOptions
  #kept = new Map<Trace['kind'], HeadAndTail>()
  #leftOut = 0
  #order = 0
  #reason: string | null = null

  constructor(options: TraceKeeperOptions) {
    this.#options = options
  }

  /** Why the calls of a shell were not seen: empty where all were, null before the first shell has been started. */
  get reason(): string | null {
    return this.#reason
  }

  take(message: InitMessage): void {
    switch (message.kind) {
      case 'tracing':
        this.#reason ||= message.reason
        return
      case 'calls-left-out':
        this.#leftOut += message.count
        return
      case 'call': {
        const name = this.#options.names.get(message.number)
        const trace = name === undefined ? null : traceOf(name, message, this.#options.worldAgeMs())
        if (trace !== null) this.#keep(trace)
        return
      }
      default:
    }
  }

  /** What came since this was last called, in order. */
  report(): TraceReport {
    const all = [...this.#kept.values()]
    const traces = all
      .flatMap((kept) => kept.numbered())
      .toSorted((a, b) => a.order - b.order)
      .map(({ trace }) => trace)
    const leftOut = all.reduce((sum, kept) => sum + kept.leftOut, this.#leftOut)
    this.#kept = new Map()
    this.#leftOut = 0
    return { traces, leftOut }
  }

  #keep(trace: Trace): void {
    const kept = this.#kept.get(trace.kind) ?? new HeadAndTail(KEPT_MAX[trace.kind] / 2)
    this.#kept.set(trace.kind, kept)
    kept.add({ order: this.#order++, trace })
  }
}

interface Numbered {
  readonly order: number
  readonly trace: Trace
}

/** The first and the last traces of one kind. What repeats the one before it is only counted. */
class HeadAndTail {
  readonly #max: number
  readonly #head = new BoundedList()
  readonly #tail = new BoundedList()
  #isHeadFull = false
  #last: Trace | null = null
  leftOut = 0

  constructor(max: number) {
    this.#max = max
  }

  add(numbered: Numbered): void {
    if (this.#last !== null && isSame(this.#last, numbered.trace)) {
      this.leftOut++
      return
    }
    this.#last = numbered.trace
    const characters = sizeOf(numbered.trace)
    this.#isHeadFull ||= !this.#head.hasRoom(characters, this.#max)
    if (!this.#isHeadFull) {
      this.#head.push(numbered, characters)
      return
    }
    while (!this.#tail.hasRoom(characters, this.#max)) {
      this.#tail.shift()
      this.leftOut++
    }
    this.#tail.push(numbered, characters)
  }

  numbered(): Numbered[] {
    return [...this.#head.values(), ...this.#tail.values()]
  }
}

class BoundedList {
  readonly #entries = new Set<{ readonly numbered: Numbered; readonly characters: number }>()
  #characters = 0

  hasRoom(characters: number, max: number): boolean {
    const isWithin = this.#characters + characters <= CHARACTERS_MAX || this.#entries.size === 0
    return this.#entries.size < max && isWithin
  }

  push(numbered: Numbered, characters: number): void {
    this.#entries.add({ numbered, characters })
    this.#characters += characters
  }

  shift(): void {
    // A set keeps the order in which it was filled, and its first is had without moving the others.
    for (const entry of this.#entries) {
      this.#entries.delete(entry)
      this.#characters -= entry.characters
      return
    }
  }

  values(): Numbered[] {
    return [...this.#entries].map(({ numbered }) => numbered)
  }
}

function isSame(one: Trace, other: Trace): boolean {
  return JSON.stringify({ ...one, atMs: 0 }) === JSON.stringify({ ...other, atMs: 0 })
}

function sizeOf(trace: Trace): number {
  return JSON.stringify(trace).length
}

type Call = Extract<InitMessage, { kind: 'call' }>

/** @returns null for what is no evidence: what a program of several threads says to itself. */
function traceOf(name: SystemCall, call: Call, atMs: number): Trace | null {
  const { pid, parentPid, uid, fields } = call
  const who = { pid, parentPid, uid: uid === 0xffffffff ? null : uid, atMs }
  const text = (index: number): string | null => textOf(fields[index])
  const number = (index: number): number => Number(text(index) ?? 0)
  switch (name) {
    case 'execve':
    case 'execveat':
      return {
        kind: 'exec',
        ...who,
        path: text(0) ?? '',
        argv: stringsOf(fields[1]),
        environment: environmentOf(fields[2]),
      }
    case 'kill':
    case 'rt_sigqueueinfo':
      return { kind: 'signal', ...who, target: number(0), signal: signalName(number(1)) }
    case 'tkill':
    case 'tgkill':
    case 'rt_tgsigqueueinfo':
      if (number(0) === pid) return null
      return { kind: 'signal', ...who, target: number(0), signal: signalName(number(1)) }
    case 'pidfd_send_signal': {
      const signal = signalName(number(1))
      return text(0) === null
        ? { kind: 'privileged', ...who, call: name, detail: `${signal} to an unknown process` }
        : { kind: 'signal', ...who, target: number(0), signal }
    }
    case 'mount':
    case 'move_mount':
      return { kind: 'mount', ...who, call: name, source: text(0), target: text(1) }
    case 'fsopen':
      return { kind: 'mount', ...who, call: name, source: text(0), target: null }
    case 'umount2':
    case 'mount_setattr':
    case 'open_tree':
    case 'fsmount':
      return { kind: 'mount', ...who, call: name, source: null, target: text(0) }
    case 'open':
    case 'creat':
    case 'openat':
    case 'openat2':
    case 'truncate':
    case 'unlink':
    case 'unlinkat':
    case 'rmdir':
    case 'chown':
    case 'lchown':
    case 'fchown':
    case 'fchownat':
      return { kind: 'write', ...who, call: name, path: text(0) ?? '', to: null }
    case 'chmod':
    case 'fchmod':
    case 'fchmodat':
    case 'fchmodat2': {
      const mode = number(1) & 0o7777
      return { kind: 'write', ...who, call: name, path: text(0) ?? '', to: null, mode }
    }
    case 'rename':
    case 'renameat':
    case 'renameat2':
    case 'link':
    case 'linkat':
    case 'symlink':
    case 'symlinkat':
      return { kind: 'write', ...who, call: name, path: text(0) ?? '', to: text(1) }
    default:
      return {
        kind: 'privileged',
        ...who,
        call: name,
        detail: detailOf(name, [text(0), text(1)]),
      }
  }
}

function detailOf(
  name: SystemCall,
  [first, second]: readonly (string | null | undefined)[],
): string {
  switch (name) {
    case 'unshare':
    case 'setns':
    case 'clone':
      return namespaceNames(Number(first))
    case 'ptrace':
      return `${PTRACE_REQUESTS.get(Number(first)) ?? first} ${second}`
    case 'prctl':
      return 'PR_SET_DUMPABLE 0'
    case 'process_vm_writev':
    case 'sched_setaffinity':
    case 'sched_setattr':
    case 'sched_setparam':
    case 'sched_setscheduler':
      return `process ${first}`
    case 'prlimit64':
      return `${RESOURCES[Number(first)] ?? first} of process ${second}`
    case 'setpriority':
      return `${PRIORITY_OF[Number(first)] ?? first} ${second}`
    case 'socket':
      return 'AF_VSOCK'
    case 'fcntl':
      return Number(first) === F_SETOWN
        ? `F_SETOWN ${second}`
        : (FCNTL_COMMANDS.get(Number(first)) ?? '')
    case 'ioctl':
      return 'FIOSETOWN'
    case 'setsockopt':
      return 'SO_LINGER'
    case 'reboot':
      return `0x${(Number(first) >>> 0).toString(16)}`
    default:
      return first ?? ''
  }
}

/** From `linux/fcntl.h`. */
const F_SETOWN = 8
const FCNTL_COMMANDS = new Map([
  [15, 'F_SETOWN_EX'],
  [1024, 'F_SETLEASE'],
])

/** From `asm-generic/resource.h` and `linux/resource.h`. */
const RESOURCES =
  'CPU FSIZE DATA STACK CORE RSS NPROC NOFILE MEMLOCK AS LOCKS SIGPENDING MSGQUEUE NICE RTPRIO RTTIME'
    .split(' ')
    .map((name) => `RLIMIT_${name}`)
const PRIORITY_OF = ['process', 'group', 'user']

/** From `linux/ptrace.h`. */
const PTRACE_REQUESTS = new Map([
  [0, 'PTRACE_TRACEME'],
  [16, 'PTRACE_ATTACH'],
  [0x4206, 'PTRACE_SEIZE'],
])

/** From `linux/sched.h`. */
const NAMESPACES = {
  CLONE_NEWTIME: 0x80,
  CLONE_NEWNS: 0x20000,
  CLONE_NEWCGROUP: 0x2000000,
  CLONE_NEWUTS: 0x4000000,
  CLONE_NEWIPC: 0x8000000,
  CLONE_NEWUSER: 0x10000000,
  CLONE_NEWPID: 0x20000000,
  CLONE_NEWNET: 0x40000000,
} as const

function namespaceNames(flags: number): string {
  const found = Object.entries(NAMESPACES).filter(([, flag]) => (flags & flag) !== 0)
  return found.map(([name]) => name).join(' ')
}

/** Signals without a name of their own (those of real time) go by their number. */
function signalName(number: number): string {
  const known = Object.entries(constants.signals).find(([, value]) => value === number)
  return known?.[0] ?? `${number}`
}

function textOf(field: Buffer | null | undefined): string | null {
  return field === null || field === undefined ? null : shorten(field)
}

/** Strings, each ended by a NUL. */
function stringsOf(field: Buffer | null | undefined): string[] {
  const strings: string[] = []
  if (field === null || field === undefined) return strings
  for (let at = 0; at < field.length; ) {
    const end = field.indexOf(0, at)
    strings.push(shorten(field.subarray(at, end)))
    at = end + 1
  }
  return strings.slice(0, STRINGS_MAX)
}

function environmentOf(field: Buffer | null | undefined): Record<string, string> {
  return Object.fromEntries(
    stringsOf(field).map((pair) => {
      const at = pair.indexOf('=')
      return [pair.slice(0, at), pair.slice(at + 1)]
    }),
  )
}

function shorten(bytes: Buffer): string {
  return bytes.length <= STRING_BYTES_MAX
    ? bytes.toString('utf8')
    : `${bytes.toString('utf8', 0, STRING_BYTES_MAX)}…`
}
