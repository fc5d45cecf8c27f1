import type { SystemCall } from './system-calls.ts'

/** What must hold of an argument, as far as its lower 32 bits say. */
export type Condition =
  | { readonly argument: number; readonly hasAny: number }
  | { readonly argument: number; readonly isOneOf: readonly number[] }
  | { readonly argument: number; readonly isNot: number }

export interface TracedCall {
  /** It is reported when all of one of these hold; other calls of the name go their way unseen, at no cost. */
  readonly when: readonly (readonly Condition[])[]
  /**
   * What the first process reads of a call, one field a word: a letter and the numbers of two arguments, `-` for none.
   * `i` number · `s` string · `v` strings · `e` the telling ones of an environment · `k` the process behind a descriptor ·
   * `p` path of a program (descriptor it starts from, path), whose absence makes the call none ·
   * paths, of which one must be watched: `w` with links followed, `l` with the last link itself, `d` likewise, and a
   * directory above a watched path counts, `f` what a descriptor has open · `h` flags of openat2(2), whose absence of one for
   * writing makes the call none.
   */
  readonly reads: readonly string[]
  /** It is answered with ENOSYS, as if the kernel had no such call. */
  readonly isClosed: boolean
}

/** Makers of namespaces among the flags of clone(2). */
export const NEW_NAMESPACES =
  0x20000 | 0x2000000 | 0x4000000 | 0x8000000 | 0x10000000 | 0x20000000 | 0x40000000
/** Of open(2): for writing, for both, to be created, to be emptied. */
const WRITING = 0o1 | 0o2 | 0o100 | 0o1000
const TRACE_ME = 0
const TRACE_ATTACH = 16
const TRACE_SEIZE = 0x4206
const SET_DUMPABLE = 4
/** A family of sockets that no namespace holds in: through it the machine underneath can be spoken to. */
const VSOCK = 40
/** Of fcntl(2). Whoever has a lease upon a file is asked before another may open it, and may take long to answer. */
const SET_LEASE = 1024
/** Of fcntl(2) and of ioctl(2): whom the kernel sends a signal, of any kind, when something can be read. */
const SET_OWNER = [8, 15]
const SET_OWNER_BY_IOCTL = [0x8901, 0x8902]
/** Of setsockopt(2). Whoever closes such a socket last waits, perhaps for ever; sent to the first process, that is the first process. */
const OF_SOCKET = 1
const LINGER = 13
/** Of setpriority(2): a process, in place of a group or a user. */
const OF_PROCESS = 0
const FIRST_PROCESS = 1

/**
 * The calls that are evidence. Signal 0 asks whether a process is there and sends nothing. clone3 has its flags in memory, out
 * of a filter's sight; the namespaces it might make are refused by other means. Whoever makes itself unreadable
 * (PR_SET_DUMPABLE 0) or lends pages whose reading it can hold up (userfaultfd) hides from the tracer: that is evidence, and
 * the second is closed, because it could hold up the first process itself. Closed as well is what the walls of a world do not
 * hold in (sockets of virtual machines, the kernel's keys and its own programs), what holds up whoever reads or closes, signals
 * that the kernel sends in another's name, and what one process may do to another of its user: set its limits, by which the
 * first process would die as if from outside, and, of the first process, take the processor from it.
 */
export const TRACED_CALLS: Readonly<Partial<Record<SystemCall, TracedCall>>> = {
  execve: traced('p-0 v-1 e-2'),
  execveat: traced('p01 v-2 e-3'),

  kill: traced('i-0 i-1', { argument: 1, isNot: 0 }),
  tkill: traced('i-0 i-1', { argument: 1, isNot: 0 }),
  tgkill: traced('i-0 i-2', { argument: 2, isNot: 0 }),
  rt_sigqueueinfo: traced('i-0 i-1', { argument: 1, isNot: 0 }),
  rt_tgsigqueueinfo: traced('i-0 i-2', { argument: 2, isNot: 0 }),
  pidfd_send_signal: traced('k-0 i-1', { argument: 1, isNot: 0 }),

  mount: traced('s-0 s-1'),
  umount2: traced('s-0'),
  move_mount: traced('s-1 s-3'),
  mount_setattr: traced('s-1'),
  open_tree: traced('s-1'),
  fsmount: traced(''),
  fsopen: traced('s-0'),

  pivot_root: traced('s-0'),
  chroot: traced('s-0'),
  unshare: traced('i-0'),
  setns: traced('i-1'),
  clone: traced('i-0', { argument: 0, hasAny: NEW_NAMESPACES }),
  ptrace: traced('i-0 i-1', { argument: 0, isOneOf: [TRACE_ME, TRACE_ATTACH, TRACE_SEIZE] }),
  process_vm_writev: traced('i-0'),
  prctl: traced('i-0 i-1', { argument: 0, isOneOf: [SET_DUMPABLE] }, { argument: 1, isOneOf: [0] }),
  reboot: traced('i-2'),
  kexec_load: traced(''),
  kexec_file_load: traced(''),
  init_module: traced(''),
  finit_module: traced(''),
  delete_module: traced('s-0'),
  bpf: { ...traced('i-0'), isClosed: true },
  perf_event_open: { ...traced(''), isClosed: true },
  add_key: { ...traced('s-0 s-1'), isClosed: true },
  request_key: { ...traced('s-0 s-1'), isClosed: true },
  keyctl: { ...traced('i-0'), isClosed: true },
  socket: { ...traced('i-0', { argument: 0, isOneOf: [VSOCK] }), isClosed: true },
  fcntl: {
    ...traced('i-1 i-2', { argument: 1, isOneOf: [SET_LEASE, ...SET_OWNER] }),
    isClosed: true,
  },
  ioctl: { ...traced('i-1', { argument: 1, isOneOf: SET_OWNER_BY_IOCTL }), isClosed: true },
  setsockopt: {
    ...traced('i-2', { argument: 1, isOneOf: [OF_SOCKET] }, { argument: 2, isOneOf: [LINGER] }),
    isClosed: true,
  },
  prlimit64: { ...traced('i-1 i-0', { argument: 0, isNot: 0 }), isClosed: true },
  setpriority: {
    ...traced('i-0 i-1'),
    when: [[{ argument: 0, isNot: OF_PROCESS }], [{ argument: 1, isOneOf: [FIRST_PROCESS] }]],
    isClosed: true,
  },
  sched_setaffinity: onFirstProcess(),
  sched_setattr: onFirstProcess(),
  sched_setparam: onFirstProcess(),
  sched_setscheduler: onFirstProcess(),
  open_by_handle_at: traced(''),
  clock_settime: traced('i-0'),
  settimeofday: traced(''),
  sethostname: traced('s-0'),
  userfaultfd: { ...traced(''), isClosed: true },
  io_uring_setup: { ...traced(''), isClosed: true },

  open: traced('w-0', { argument: 1, hasAny: WRITING }),
  creat: traced('w-0'),
  openat: traced('w01', { argument: 2, hasAny: WRITING }),
  openat2: traced('w01 h-2'),
  truncate: traced('w-0'),
  unlink: traced('l-0'),
  rmdir: traced('d-0'),
  unlinkat: traced('d01'),
  rename: traced('d-0 d-1'),
  renameat: traced('d01 d23'),
  renameat2: traced('d01 d23'),
  link: traced('w-0 l-1'),
  linkat: traced('w01 l23'),
  symlink: traced('l-1 s-0'),
  symlinkat: traced('l12 s-0'),
  chmod: traced('w-0 i-1'),
  fchmod: traced('f-0 i-1'),
  fchmodat: traced('w01 i-2'),
  fchmodat2: traced('w01 i-2'),
  chown: traced('w-0'),
  lchown: traced('l-0'),
  fchown: traced('f-0'),
  fchownat: traced('w01'),
}

/** Not evidence, and not left open either: what they could do, nothing would see. */
export const CLOSED_CALLS: readonly SystemCall[] = ['io_uring_enter', 'io_uring_register']

function traced(reads: string, ...when: readonly Condition[]): TracedCall {
  return { when: [when], reads: reads === '' ? [] : reads.split(' '), isClosed: false }
}

function onFirstProcess(): TracedCall {
  return { ...traced('i-0', { argument: 0, isOneOf: [FIRST_PROCESS] }), isClosed: true }
}
