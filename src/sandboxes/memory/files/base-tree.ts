import { programContent } from '../programs/execute.ts'
import { PROGRAMS } from '../programs/registry.ts'
import { AGENT_UID, Inode, type InodeKind } from './inode.ts'

/** When the system files were installed, in milliseconds of the epoch (2025-01-13). */
const INSTALLED_MS = 1_736_726_400_000

/** Other names of programs, as Debian links them. */
const LINKS: Readonly<Record<string, string>> = {
  awk: '/etc/alternatives/awk',
  rbash: 'bash',
  sh: 'dash',
}
const NOT_FILES = new Set(['awk'])

/** Directories at the top that are links into `/usr`. */
const MERGED = ['bin', 'lib', 'lib64', 'sbin']

/**
 * A root directory like that of a small Debian machine, with the account of one user. What no machine changes is made once
 * and shared.
 */
export function baseRoot(options: {
  user: string
  home: string
  hostname: string
  bootedMs: number
}): Inode {
  const { user, home, hostname, bootedMs } = options
  const root = directory(0o755, bootedMs)
  for (const [name, inode] of shared().children()) root.attach(name, inode)
  const etc = directory(0o755, bootedMs)
  for (const [name, inode] of sharedEtc().children()) etc.attach(name, inode)
  const accounts = ACCOUNTS.map(
    ([name, id, place, shell]) => `${name}:x:${id}:${id}:${name}:${place}:${shell}`,
  )
  etc.attach(
    'passwd',
    file(
      [...accounts, `${user}:x:${AGENT_UID}:${AGENT_UID}::${home}:/bin/bash`].join('\n'),
      bootedMs,
    ),
  )
  const groups = ACCOUNTS.map(([name, id]) => `${name}:x:${id}:`)
  etc.attach('group', file([...groups, `${user}:x:${AGENT_UID}:`].join('\n'), bootedMs))
  etc.attach('hostname', file(hostname, bootedMs))
  etc.attach(
    'hosts',
    file(`127.0.0.1\tlocalhost\n::1\tlocalhost\n127.0.1.1\t${hostname}`, bootedMs),
  )
  root.attach('etc', etc)
  root.attach('home', directory(0o755, bootedMs))
  root.attach('tmp', directory(0o1777, bootedMs))
  const run = directory(0o755, bootedMs)
  root.attach('run', run)
  const variable = directory(0o755, bootedMs)
  for (const name of ['cache', 'lib', 'log', 'mail', 'spool']) {
    variable.attach(name, directory(0o755, bootedMs))
  }
  variable.attach('tmp', directory(0o1777, bootedMs))
  variable.attach('run', make('symlink', 0o777, '/run', bootedMs))
  root.attach('var', variable)
  return root
}

const ACCOUNTS = [
  ['root', 0, '/root', '/bin/bash'],
  ['daemon', 1, '/usr/sbin', '/usr/sbin/nologin'],
  ['bin', 2, '/bin', '/usr/sbin/nologin'],
  ['sys', 3, '/dev', '/usr/sbin/nologin'],
  ['mail', 8, '/var/mail', '/usr/sbin/nologin'],
  ['nobody', 65_534, '/nonexistent', '/usr/sbin/nologin'],
] as const

const RELEASE = `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
HOME_URL="https://www.debian.org/"`

let nextNumber = 2

function make(kind: InodeKind, mode: number, content: string, modifiedMs: number): Inode {
  return new Inode({ number: nextNumber++, kind, mode, uid: 0, gid: 0, content, modifiedMs })
}

function directory(mode: number, modifiedMs: number): Inode {
  return new Inode({ number: 1, kind: 'directory', mode, uid: 0, gid: 0, modifiedMs })
}

function file(text: string, modifiedMs: number): Inode {
  const content = `${text}\n`
  return new Inode({ number: 1, kind: 'file', mode: 0o644, uid: 0, gid: 0, content, modifiedMs })
}

let sharedRoot: Inode | undefined
let sharedEtcDirectory: Inode | undefined

function shared(): Inode {
  if (sharedRoot !== undefined) return sharedRoot
  const root = make('directory', 0o755, '', INSTALLED_MS)
  const usr = sharedDirectory(root, 'usr')
  const programs = sharedDirectory(usr, 'bin')
  for (const name of PROGRAMS.keys()) {
    if (NOT_FILES.has(name)) continue
    programs.attach(name, make('file', 0o755, programContent(name), INSTALLED_MS))
  }
  for (const [name, target] of Object.entries(LINKS)) {
    programs.attach(name, make('symlink', 0o777, target, INSTALLED_MS))
  }
  for (const name of ['games', 'include', 'lib', 'lib64', 'sbin', 'share', 'src'])
    sharedDirectory(usr, name)
  const local = sharedDirectory(usr, 'local')
  for (const name of ['bin', 'etc', 'lib', 'sbin', 'share']) sharedDirectory(local, name)
  for (const name of MERGED) {
    root.attach(name, make('symlink', 0o777, `usr/${name}`, INSTALLED_MS))
  }
  for (const name of ['boot', 'media', 'mnt', 'opt', 'srv', 'sys']) sharedDirectory(root, name)
  sharedDirectory(root, 'root').mode = 0o700
  const dev = sharedDirectory(root, 'dev')
  for (const name of ['full', 'null', 'random', 'tty', 'urandom', 'zero']) {
    dev.attach(name, make('device', 0o666, name, INSTALLED_MS))
  }
  dev.attach('fd', make('symlink', 0o777, '/proc/self/fd', INSTALLED_MS))
  for (const name of ['stdin', 'stdout', 'stderr']) {
    const number = ['stdin', 'stdout', 'stderr'].indexOf(name)
    dev.attach(name, make('symlink', 0o777, `/proc/self/fd/${number}`, INSTALLED_MS))
  }
  root.seal()
  sharedRoot = root
  return root
}

function sharedEtc(): Inode {
  if (sharedEtcDirectory !== undefined) return sharedEtcDirectory
  const etc = make('directory', 0o755, '', INSTALLED_MS)
  const alternatives = sharedDirectory(etc, 'alternatives')
  alternatives.attach('awk', make('symlink', 0o777, '/usr/bin/mawk', INSTALLED_MS))
  etc.attach('debian_version', file('12.9', INSTALLED_MS))
  etc.attach('os-release', file(RELEASE, INSTALLED_MS))
  etc.attach(
    'shells',
    file('/bin/sh\n/usr/bin/sh\n/bin/bash\n/usr/bin/bash\n/bin/dash', INSTALLED_MS),
  )
  etc.attach(
    'shadow',
    Object.assign(file('root:*:20101:0:99999:7:::', INSTALLED_MS), { mode: 0o640 }),
  )
  etc.attach('profile', file('PATH="/usr/local/bin:/usr/bin:/bin"\nexport PATH', INSTALLED_MS))
  etc.attach('bash.bashrc', file('# System-wide .bashrc', INSTALLED_MS))
  etc.seal()
  sharedEtcDirectory = etc
  return etc
}

function sharedDirectory(parent: Inode, name: string): Inode {
  const inode = make('directory', 0o755, '', INSTALLED_MS)
  parent.attach(name, inode)
  return inode
}
