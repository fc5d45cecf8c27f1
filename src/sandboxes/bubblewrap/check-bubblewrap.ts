import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { release } from 'node:os'
import { pid, platform } from 'node:process'
import { promisify } from 'node:util'
import { Limits } from '../../records/limits.ts'
import type { Availability, SandboxContext } from '../sandbox.ts'
import { WorldSandbox } from '../world/world-sandbox.ts'
import { bubblewrapKind } from './bubblewrap-kind.ts'
import { describeControlGroups } from './control-group.ts'
import { findProgram, SYSTEM_PATH } from './host-programs.ts'
import { findHostUser, type HostUser, SANDBOX_USER } from './host-user.ts'
import { countsPerWorld } from './shell-limits.ts'

/** Programs that a world is built from and runs on, and the Debian package that has each. */
const PROGRAMS = {
  bwrap: 'bubblewrap',
  unshare: 'util-linux',
  perl: 'perl-base',
  bash: 'bash',
} as const
/** The first that can keep what runs inside from making namespaces of its own. */
const OLDEST_BUBBLEWRAP = [0, 8]

/** What a machine without a user to run worlds as could represent. */
const NOBODY: HostUser = { name: '', uid: -1, gid: -1, isDropped: false, hasSubordinates: false }

/** What is missing, and the one command that mends it, where there is one. */
class Missing extends Error {
  readonly fix: string | null

  constructor(reason: string, fix: string | null = null) {
    super(reason)
    this.fix = fix
  }
}

let known: Promise<Availability> | undefined

/** Tries every ingredient and then a small world, once in a process. */
export function checkBubblewrap(context: SandboxContext): Promise<Availability> {
  known ??= check(context).catch((error: unknown) => {
    // An aborted check has found nothing out.
    known = undefined
    throw error
  })
  return known
}

async function check(context: SandboxContext): Promise<Availability> {
  const user = findHostUser()
  const { capabilities } = bubblewrapKind(user ?? NOBODY)
  try {
    const details = await tryIngredients(user)
    await tryWorld(context, user)
    return {
      available: true,
      reason: capabilities.owners
        ? null
        : 'A world has one owner of files: no second one can be had',
      fix: capabilities.owners ? null : subordinatesFix(user),
      capabilities,
      details,
    }
  } catch (error) {
    context.signal.throwIfAborted()
    const reason = error instanceof Error ? error.message : String(error)
    const fix = error instanceof Missing ? error.fix : null
    return { available: false, reason, fix, capabilities, details: {} }
  }
}

async function tryIngredients(user: HostUser | null): Promise<Record<string, string>> {
  if (platform !== 'linux') throw new Missing('Bubblewrap runs on Linux only')
  const missing = Object.entries(PROGRAMS).filter(([program]) => findProgram(program) === null)
  if (missing.length > 0) {
    const packages = [...new Set(missing.map(([, from]) => from))].join(' ')
    throw new Missing(
      `Not installed: ${missing.map(([program]) => program).join(', ')}`,
      `sudo apt-get install -y ${packages}`,
    )
  }
  if (user === null) {
    throw new Missing(
      `As root, worlds run as the user "${SANDBOX_USER}", which does not exist`,
      `useradd --system --no-create-home --shell /usr/sbin/nologin ${SANDBOX_USER}`,
    )
  }
  const version = await versionOf('bwrap')
  if (isOlder(version, OLDEST_BUBBLEWRAP)) {
    throw new Missing(`bubblewrap ${version} is too old: 0.8 is the first that will do`)
  }
  if (!existsSync(`/proc/${pid}/task/${pid}/children`)) {
    throw new Missing(
      'This kernel does not say which children a process has (CONFIG_PROC_CHILDREN)',
    )
  }
  await tryNamespaces(user)
  return {
    bubblewrap: version,
    unshare: await versionOf('unshare'),
    kernel: release(),
    user: user.name,
    owners: user.hasSubordinates ? 'two (subordinate ids)' : 'one',
    'limits of all together': describeControlGroups() || 'none',
    'limits of each world': countsPerWorld() ? 'processes, disk, open files' : 'disk, open files',
  }
}

/** The step that distributions and containers most often forbid, tried alone, so that the reason can be named. */
async function tryNamespaces(user: HostUser): Promise<void> {
  try {
    await run('unshare', ['--user', '--map-root-user', 'true'], user)
  } catch (error) {
    const setting = RESTRICTIONS.find(({ file, forbids }) => readSetting(file) === forbids)
    const said = error instanceof Error ? error.message.trim().split('\n').at(-1) : ''
    throw new Missing(
      `Users may not make namespaces here (${setting?.file ?? said})`,
      setting === undefined ? null : `sudo sysctl -w ${setting.name}=${setting.allows}`,
    )
  }
}

const RESTRICTIONS = [
  {
    name: 'kernel.unprivileged_userns_clone',
    file: '/proc/sys/kernel/unprivileged_userns_clone',
    forbids: '0',
    allows: '1',
  },
  {
    name: 'kernel.apparmor_restrict_unprivileged_userns',
    file: '/proc/sys/kernel/apparmor_restrict_unprivileged_userns',
    forbids: '1',
    allows: '0',
  },
  {
    name: 'user.max_user_namespaces',
    file: '/proc/sys/user/max_user_namespaces',
    forbids: '0',
    allows: '15000',
  },
] as const

/** Everything at once, as in a trial, and that what must be out of reach is. */
async function tryWorld(context: SandboxContext, user: HostUser | null): Promise<void> {
  if (user === null) return
  const spec = {
    files: [],
    programs: [],
    user: 'user',
    home: '/home/user',
    cwd: '/home/user',
    hostname: 'desk',
    watched: ['/home/user'],
    limits: Limits.parse({}),
  }
  const kind = bubblewrapKind(user)
  await using world = await WorldSandbox.open({ kind, spec, files: kind.files(spec), context })
  const { output } = await world.session.exec(TRIAL, { timeoutMs: 10_000, signal: context.signal })
  if (output !== 'well\n') throw new Missing(`A world does not work as it must: ${output.trim()}`)
  const seen = (await world.changes()).map(({ path, kind }) => `${kind} ${path}`).join(', ')
  if (seen !== 'created /home/user/seen') {
    throw new Missing(`What changes in a world is not seen from outside: ${seen || 'nothing'}`)
  }
}

const TRIAL = `
ls / > /dev/null && touch seen &&
! (echo x > /proc/sys/kernel/core_pattern) 2> /dev/null &&
! unshare --user true 2> /dev/null &&
! touch /usr/seen /etc/seen 2> /dev/null &&
echo well`

function subordinatesFix(user: HostUser | null): string | null {
  if (findProgram('newuidmap') === null) return 'sudo apt-get install -y uidmap'
  return user === null
    ? null
    : `sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ${user.name}`
}

async function versionOf(program: string): Promise<string> {
  const { stdout } = await promisify(execFile)(program, ['--version'], {
    env: { PATH: SYSTEM_PATH },
  })
  return /\d+(\.\d+)+/.exec(stdout)?.[0] ?? 'unknown'
}

async function run(program: string, args: readonly string[], user: HostUser): Promise<void> {
  const drop = user.isDropped ? { uid: user.uid, gid: user.gid } : {}
  await promisify(execFile)(program, args, { cwd: '/', env: { PATH: SYSTEM_PATH }, ...drop })
}

function isOlder(version: string, oldest: readonly number[]): boolean {
  const parts = version.split('.').map(Number)
  for (const [index, wanted] of oldest.entries()) {
    const part = parts[index] ?? 0
    if (part !== wanted) return part < wanted
  }
  return false
}

function readSetting(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return null // This kernel has no such setting.
  }
}
