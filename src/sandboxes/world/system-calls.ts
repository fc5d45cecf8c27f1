/**
 * Numbers of Linux's system calls on the processors that Offswitch knows: on x64, and in the generic table that arm64, riscv64
 * and loong64 share (null: it has no such call, a newer one does its work). From `asm/unistd_64.h` and `asm-generic/unistd.h`.
 */
const NUMBERS = {
  add_key: [248, 217],
  bpf: [321, 280],
  chmod: [90, null],
  chown: [92, null],
  chroot: [161, 51],
  clock_settime: [227, 112],
  clone: [56, 220],
  clone3: [435, 435],
  creat: [85, null],
  delete_module: [176, 106],
  execve: [59, 221],
  execveat: [322, 281],
  fchmod: [91, 52],
  fchmodat: [268, 53],
  fchmodat2: [452, 452],
  fchown: [93, 55],
  fchownat: [260, 54],
  fcntl: [72, 25],
  finit_module: [313, 273],
  fsmount: [432, 432],
  fsopen: [430, 430],
  fstatfs: [138, 44],
  init_module: [175, 105],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
  io_uring_setup: [425, 425],
  ioctl: [16, 29],
  kexec_file_load: [320, 294],
  kexec_load: [246, 104],
  keyctl: [250, 219],
  kill: [62, 129],
  lchown: [94, null],
  link: [86, null],
  linkat: [265, 37],
  mount: [165, 40],
  mount_setattr: [442, 442],
  move_mount: [429, 429],
  open: [2, null],
  open_by_handle_at: [304, 265],
  open_tree: [428, 428],
  openat: [257, 56],
  openat2: [437, 437],
  pidfd_open: [434, 434],
  perf_event_open: [298, 241],
  pidfd_send_signal: [424, 424],
  pivot_root: [155, 41],
  ppoll: [271, 73],
  prctl: [157, 167],
  prlimit64: [302, 261],
  process_vm_writev: [311, 271],
  ptrace: [101, 117],
  reboot: [169, 142],
  recvmsg: [47, 212],
  rename: [82, null],
  renameat: [264, 38],
  renameat2: [316, 276],
  request_key: [249, 218],
  rmdir: [84, null],
  rt_sigqueueinfo: [129, 138],
  rt_tgsigqueueinfo: [297, 240],
  sched_setaffinity: [203, 122],
  sched_setattr: [314, 274],
  sched_setparam: [142, 118],
  sched_setscheduler: [144, 119],
  seccomp: [317, 277],
  sendmsg: [46, 211],
  sethostname: [170, 161],
  setns: [308, 268],
  setpriority: [141, 140],
  setsockopt: [54, 208],
  settimeofday: [164, 170],
  socket: [41, 198],
  statx: [332, 291],
  symlink: [88, null],
  symlinkat: [266, 36],
  tgkill: [234, 131],
  tkill: [200, 130],
  truncate: [76, 45],
  umount2: [166, 39],
  unlink: [87, null],
  unlinkat: [263, 35],
  unshare: [272, 97],
  userfaultfd: [323, 282],
} as const satisfies Record<string, readonly [number, number | null]>

export type SystemCall = keyof typeof NUMBERS

/** A processor as the kernel names it to a filter (`linux/audit.h`), and the column of its numbers. */
const PROCESSORS: Readonly<Record<string, { readonly audit: number; readonly column: 0 | 1 }>> = {
  x64: { audit: 0xc000003e, column: 0 },
  arm64: { audit: 0xc00000b7, column: 1 },
  loong64: { audit: 0xc0000102, column: 1 },
  riscv64: { audit: 0xc00000f3, column: 1 },
}

/** How a processor's programs call the kernel. */
export interface SystemCalls {
  readonly audit: number
  /** Null where it has no such call. */
  number(call: SystemCall): number | null
}

/** @returns null for a processor whose numbers are not known. @param arch as `process.arch` has it */
export function systemCallsOf(arch: string): SystemCalls | null {
  const processor = PROCESSORS[arch]
  if (processor === undefined) return null
  const { audit, column } = processor
  return { audit, number: (call) => NUMBERS[call][column] }
}
