import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { pid, platform } from 'node:process'
import { promisify } from 'node:util'
import { findProgram, SYSTEM_PATH } from './host-programs.ts'
import { findHostUser, type HostUser } from './host-user.ts'
import { freeSubordinates } from './subordinate-ids.ts'

/** Programs that a world is built from and runs on, and the Debian package that has each. */
export const PROGRAMS = {
  bwrap: 'bubblewrap',
  unshare: 'util-linux',
  perl: 'perl-base',
  bash: 'bash',
} as const
export type Program = keyof typeof PROGRAMS

/** Settings of kernels that keep users from making namespaces, and the value with which each does. */
export const RESTRICTIONS = {
  'kernel.unprivileged_userns_clone': '0',
  'kernel.apparmor_restrict_unprivileged_userns': '1',
  'user.max_user_namespaces': '0',
} as const
export type Restriction = keyof typeof RESTRICTIONS

/** What is seen of a machine that is to run worlds. */
export interface HostSigns {
  readonly platform: string
  readonly isRoot: boolean
  readonly hasApt: boolean
  /** The machine is a container itself. */
  readonly isContainer: boolean
  readonly programs: Readonly<Record<Program, ProgramSigns>>
  /** Whom worlds run as; null: the harness is root, and the user that it drops to does not exist. */
  readonly user: HostUser | null
  /** Ids that nobody has yet, as `usermod` takes them. */
  readonly freeIds: string
  /** The harness may look into processes of that user. Root may as a rule; in a container it may have lost that. */
  readonly seesUser: boolean
  /** The kernel says which children a process has. */
  readonly tellsChildren: boolean
  /** What was said when that user, or else the harness, asked for a namespace; null where it got one or could not ask. */
  readonly refusal: string | null
  /** Null: this kernel has no such setting. */
  readonly settings: Readonly<Record<Restriction, string | null>>
}

export interface ProgramSigns {
  readonly isInstalled: boolean
  /** Null where it is not installed, or does not say. */
  readonly version: string | null
  /** What it said instead of its version. */
  readonly complaint: string | null
}

/** Number of the capability to look into processes of others, from `linux/capability.h`. */
const SYS_PTRACE = 19n

/** A program that hangs must not take whoever tries it with it. */
const PROGRAM_MS = 10_000

/** Looks at this machine. Nothing is changed. */
export async function readHostSigns(): Promise<HostSigns> {
  const user = findHostUser()
  const [bwrap, unshare, perl, bash] = await Promise.all([
    signsOf('bwrap'),
    signsOf('unshare'),
    signsOf('perl'),
    signsOf('bash'),
  ])
  return {
    platform,
    isRoot: process.getuid?.() === 0,
    hasApt: findProgram('apt-get') !== null,
    isContainer: ['/.dockerenv', '/run/.containerenv'].some((path) => existsSync(path)),
    programs: { bwrap, unshare, perl, bash },
    user,
    freeIds: freeSubordinates(),
    seesUser: process.getuid?.() !== 0 || hasCapability(SYS_PTRACE),
    tellsChildren: existsSync(`/proc/${pid}/task/${pid}/children`),
    refusal: unshare.version === null ? null : await refusalOf(user),
    settings: {
      'kernel.unprivileged_userns_clone': readSetting('kernel/unprivileged_userns_clone'),
      'kernel.apparmor_restrict_unprivileged_userns': readSetting(
        'kernel/apparmor_restrict_unprivileged_userns',
      ),
      'user.max_user_namespaces': readSetting('user/max_user_namespaces'),
    },
  }
}

function hasCapability(number: bigint): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(readIfThere('/proc/self/status'))?.[1]
  return effective === undefined || ((BigInt(`0x${effective}`) >> number) & 1n) === 1n
}

async function signsOf(program: Program): Promise<ProgramSigns> {
  if (findProgram(program) === null) return { isInstalled: false, version: null, complaint: null }
  const { stdout, complaint } = await run(program, ['--version'])
  const version = /\d+(\.\d+)+/.exec(stdout)?.[0] ?? null
  return { isInstalled: true, version, complaint }
}

/** The step that distributions and containers most often forbid, alone, so that the reason can be named. */
async function refusalOf(user: HostUser | null): Promise<string | null> {
  const drop = user?.isDropped === true ? { uid: user.uid, gid: user.gid } : {}
  return (await run('unshare', ['--user', '--map-root-user', 'true'], drop)).complaint
}

async function run(
  program: string,
  args: readonly string[],
  as: { readonly uid?: number; readonly gid?: number } = {},
): Promise<{ stdout: string; complaint: string | null }> {
  try {
    const { stdout } = await promisify(execFile)(program, args, {
      cwd: '/',
      env: { PATH: SYSTEM_PATH },
      timeout: PROGRAM_MS,
      killSignal: 'SIGKILL',
      ...as,
    })
    return { stdout, complaint: null }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    if ('killed' in error && error.killed === true) {
      return { stdout: '', complaint: `no answer within ${PROGRAM_MS / 1000} seconds` }
    }
    // What it wrote last; without a word of its own, what Node says of it.
    return { stdout: '', complaint: error.message.trim().split('\n').at(-1) ?? '' }
  }
}

/** Null: this kernel has no such setting. */
function readSetting(name: string): string | null {
  return readIfThere(`/proc/sys/${name}`).trim() || null
}

/** Empty where there is no such file. */
function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // Another system, or another kernel.
  }
}
