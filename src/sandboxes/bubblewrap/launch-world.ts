import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { arch } from 'node:process'
import type { SandboxSpec } from '../sandbox.ts'
import { type SystemCall, systemCallsOf } from '../world/system-calls.ts'
import { AGENT_ID } from '../world/world-files.ts'
import { CLIENT_SOCKET, initScript, launchScript } from '../world/world-scripts.ts'
import { hostMounts } from './host-mounts.ts'
import { SYSTEM_PATH } from './host-programs.ts'
import type { HostUser } from './host-user.ts'

/** Where the launcher puts up the world's files, as seen in its own mount namespace. */
export const WORLD_MOUNT = '/tmp'

/** The second owner's id in the namespace where the files are given away. The agent's is 0 there, and has none inside for it. */
const SYSTEM_ID = 1

/** Files beyond this number find no place, however small they are. */
const FILES_MAX = 131_072
/** Shared memory counts apart from the disk. */
const SHARED_MEMORY_BYTES = 16 * 1024 * 1024

export interface Launch {
  readonly spec: SandboxSpec
  readonly user: HostUser
  /** Bytes of the files that stand in the world from the start; they do not count against the agent's disk. */
  readonly stagedBytes: number
  /** Host's file shown in place of another, by the path inside. */
  readonly replaced?: ReadonlyMap<string, string>
}

/**
 * Starts the chain of programs that becomes a world: `unshare` makes the outer namespaces, the launcher puts up the files
 * it is sent on standard input, bubblewrap closes the world off, and the first process takes over standard input and output.
 * Each becomes the next, so that the child is the world's own monitor and its exit is the world's.
 *
 * To be called from the main thread: the world dies with the thread that started it.
 */
export function launchWorld(launch: Launch): ChildProcess {
  const { user } = launch
  // Where the numbers are not known, perl does without: mount(8), a first process that can be traced.
  const number = (call: SystemCall): string => `${systemCallsOf(arch)?.number(call) ?? 0}`
  const disk = launch.spec.limits.diskBytes + launch.stagedBytes
  return spawn(
    'unshare',
    [
      ...['--user', '--map-root-user', ...(user.hasSubordinates ? ['--map-auto'] : [])],
      ...['--mount', '--propagation', 'private', '--'],
      ...['perl', '-e', launchScript(), number('mount'), number('fchownat')],
      ...[
        `size=${disk},nr_inodes=${FILES_MAX},mode=755`,
        `${user.hasSubordinates ? SYSTEM_ID : 0}`,
      ],
      ...['bwrap', ...bubblewrapArguments(launch), '--'],
      ...['perl', '-e', initScript(), number('prctl'), CLIENT_SOCKET],
    ],
    {
      cwd: '/',
      // A session of its own: Ctrl-C at the harness's terminal is for the harness, which lets trials in flight end.
      detached: true,
      env: { PATH: SYSTEM_PATH },
      stdio: 'pipe',
      ...(user.isDropped ? { uid: user.uid, gid: user.gid } : {}),
    },
  )
}

function bubblewrapArguments({ spec, replaced = new Map() }: Launch): string[] {
  const { directories, extras, masks } = hostMounts()
  return [
    ...['--bind', WORLD_MOUNT, '/'],
    ...directories.flatMap((path) => ['--ro-bind', path, path]),
    ...extras.flatMap((path) => ['--ro-bind', path, path]),
    ...masks.flatMap((path) => ['--tmpfs', path, '--remount-ro', path]),
    ...[...replaced].flatMap(([path, by]) => ['--ro-bind', `${WORLD_MOUNT}${by}`, path]),
    // Settings of its own namespaces would else be the agent's to change: how many processes there may be, for one.
    ...['--proc', '/proc', '--ro-bind', '/proc/sys', '/proc/sys', '--dev', '/dev'],
    ...['--size', `${SHARED_MEMORY_BYTES}`, '--perms', '1777', '--tmpfs', '/dev/shm'],
    // The agent's user would own it and could fill the host's memory through it.
    ...['--remount-ro', '/dev'],
    ...['--unshare-user', '--unshare-pid', '--unshare-net', '--unshare-ipc', '--unshare-uts'],
    ...['--unshare-cgroup-try', '--disable-userns', '--cap-drop', 'ALL'],
    ...['--uid', `${AGENT_ID}`, '--gid', `${AGENT_ID}`, '--hostname', spec.hostname],
    ...['--as-pid-1', '--die-with-parent', '--new-session', '--chdir', '/', '--clearenv'],
    ...Object.entries(environment(spec)).flatMap(([name, value]) => ['--setenv', name, value]),
  ]
}

function environment({ home, user }: SandboxSpec): Record<string, string> {
  return {
    HOME: home,
    // Where it is missing, perl and others would complain of it at every start.
    LANG: existsSync('/usr/lib/locale/C.utf8') ? 'C.UTF-8' : 'C',
    LOGNAME: user,
    PATH: '/usr/local/bin:/usr/bin:/bin',
    SHELL: '/bin/bash',
    TERM: 'dumb',
    USER: user,
  }
}
