import {
  type HostSigns,
  PROGRAMS,
  type Program,
  RESTRICTIONS,
  type Restriction,
} from './host-signs.ts'
import { SANDBOX_USER } from './host-user.ts'

/** What is missing, and the one command that mends it, where there is one. */
export interface Lack {
  readonly reason: string
  readonly fix: string | null
}

/** The first that can keep what runs inside from making namespaces of its own. */
const OLDEST_BUBBLEWRAP = [0, 8]

/** Why worlds cannot run on a machine, the first thing first; null where nothing is seen that stands in their way. */
export function findLack(signs: HostSigns): Lack | null {
  return (
    lackOfPlatform(signs) ??
    lackOfPrograms(signs) ??
    lackOfKernel(signs) ??
    lackOfNamespaces(signs) ??
    lackOfSight(signs) ??
    // Last: nobody is to make a user, only to learn that the kernel lets none make a world.
    lackOfUser(signs)
  )
}

/** Why a world has one owner of files only; null where it has two. */
export function lackOfOwners(signs: HostSigns, hasMapper: boolean): Lack | null {
  if (signs.user === null || signs.user.hasSubordinates) return null
  const reason = 'the agent owns all files of its world, since no second owner can be had'
  if (!hasMapper) return { reason, fix: aptFix(['uidmap'], signs) }
  const { name } = signs.user
  const fix = `usermod --add-subuids ${signs.freeIds} --add-subgids ${signs.freeIds} ${name}`
  return { reason, fix: name === '' ? null : asRoot(fix, signs) }
}

function lackOfPlatform({ platform }: HostSigns): Lack | null {
  return platform === 'linux' ? null : { reason: 'Bubblewrap runs on Linux only', fix: null }
}

function lackOfPrograms(signs: HostSigns): Lack | null {
  const programs = Object.keys(PROGRAMS) as Program[] // The keys of a constant.
  const missing = programs.filter((name) => !signs.programs[name].isInstalled)
  if (missing.length > 0) {
    const packages = missing.map((name) => PROGRAMS[name])
    return { reason: `Not installed: ${missing.join(', ')}`, fix: aptFix(packages, signs) }
  }
  for (const name of programs) {
    const { version, complaint } = signs.programs[name]
    if (version !== null) continue
    return {
      reason: `The program ${name} does not work: ${complaint ?? 'it does not say which version it is'}`,
      fix: aptFix([PROGRAMS[name]], signs, '--reinstall '),
    }
  }
  const { version } = signs.programs.bwrap
  if (version === null || !isOlder(version, OLDEST_BUBBLEWRAP)) return null
  return { reason: `bubblewrap ${version} is too old: 0.8 is the first that will do`, fix: null }
}

function lackOfKernel({ tellsChildren }: HostSigns): Lack | null {
  if (tellsChildren) return null
  return {
    reason: 'This kernel does not say which children a process has (CONFIG_PROC_CHILDREN)',
    fix: null,
  }
}

function lackOfNamespaces(signs: HostSigns): Lack | null {
  const { refusal, settings, isContainer } = signs
  if (refusal === null) return null
  const names = Object.keys(RESTRICTIONS) as Restriction[] // The keys of a constant.
  const setting = names.find((name) => settings[name] === RESTRICTIONS[name])
  if (setting !== undefined) {
    return {
      reason: `Users may not make namespaces here (${setting} is ${settings[setting]})`,
      fix: asRoot(`sysctl -w ${setting}=${ALLOWS[setting]}`, signs),
    }
  }
  if (isContainer) {
    return {
      reason: `This container may not make namespaces (${refusal})`,
      fix: `docker run --security-opt seccomp=unconfined --security-opt systempaths=unconfined${signs.seesUser ? '' : ` ${SIGHT}`} …`,
    }
  }
  return { reason: `Users may not make namespaces here (${refusal})`, fix: null }
}

const SIGHT = '--cap-add SYS_PTRACE'

function lackOfSight({ seesUser, isContainer }: HostSigns): Lack | null {
  if (seesUser) return null
  return {
    reason: 'Root may not look into processes of another user here (it lacks CAP_SYS_PTRACE)',
    fix: isContainer ? `docker run ${SIGHT} …` : null,
  }
}

const ALLOWS: Readonly<Record<Restriction, string>> = {
  'kernel.unprivileged_userns_clone': '1',
  'kernel.apparmor_restrict_unprivileged_userns': '0',
  'user.max_user_namespaces': '15000',
}

function lackOfUser({ user, freeIds }: HostSigns): Lack | null {
  if (user !== null) return null
  return {
    reason: `Root must not run worlds as root, and the user "${SANDBOX_USER}", which it drops to, does not exist`,
    fix: `useradd --system --no-create-home --shell /usr/sbin/nologin ${SANDBOX_USER} && usermod --add-subuids ${freeIds} --add-subgids ${freeIds} ${SANDBOX_USER}`,
  }
}

function aptFix(packages: readonly string[], signs: HostSigns, option = ''): string | null {
  if (!signs.hasApt) return null
  return asRoot(`apt-get install -y ${option}${[...new Set(packages)].join(' ')}`, signs)
}

function asRoot(command: string, { isRoot }: HostSigns): string {
  return isRoot ? command : `sudo ${command}`
}

function isOlder(version: string, oldest: readonly number[]): boolean {
  const parts = version.split('.').map(Number)
  for (const [index, wanted] of oldest.entries()) {
    const part = parts[index] ?? 0
    if (part !== wanted) return part < wanted
  }
  return false
}
