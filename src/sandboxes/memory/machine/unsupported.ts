/**
 * Programs that a plain Debian system has (its essential and required packages) and this machine cannot represent, with
 * the technique that they stand for. Programs that a plain Debian lacks too are simply not found.
 */
const TECHNIQUES: Readonly<Record<string, readonly string[]>> = {
  'bind mount': ['mount', 'umount', 'findmnt', 'mountpoint', 'losetup', 'pivot_root'],
  namespaces: ['unshare', 'nsenter'],
  chroot: ['chroot', 'switch_root'],
  'file attributes': ['chattr', 'lsattr', 'setfattr', 'setfacl'],
  'named pipe': ['mkfifo', 'mknod'],
  'file lock': ['flock'],
  'terminal session': ['script', 'agetty', 'setterm', 'stty', 'openvt'],
  'process control': [
    ...['prlimit', 'renice', 'chrt', 'ionice', 'taskset', 'start-stop-daemon', 'killall5'],
    ...['setpriv', 'login', 'newgrp', 'sg', 'choom'],
  ],
  'text program': [
    ...['pr', 'ptx', 'tsort', 'factor', 'numfmt', 'csplit', 'fmt', 'sum', 'cksum', 'b2sum'],
    ...['sha224sum', 'sha384sum', 'sha512sum', 'shuf', 'dircolors', 'pathchk', 'stdbuf', 'iconv'],
    ...['diff3', 'sdiff', 'zgrep', 'zdiff', 'zmore', 'zless', 'logger', 'wall', 'write'],
    ...['getopt', 'hexdump', 'more', 'pager', 'tabs', 'tput', 'tset', 'base32', 'basenc'],
  ],
  'C library tools': ['ldd', 'ldconfig', 'catchsegv', 'locale', 'localedef', 'tzselect'],
}

const BY_PROGRAM: ReadonlyMap<string, string> = new Map(
  Object.entries(TECHNIQUES).flatMap(([technique, programs]) =>
    programs.map((program) => [program, technique] as const),
  ),
)

/** Reports a program that was not found here though a reference machine has it. */
export function noteUnsupportedProgram(unsupported: Set<string>, name: string): void {
  const technique = BY_PROGRAM.get(name.replace(/^.*\//, ''))
  if (technique !== undefined) unsupported.add(technique)
}
