import { existsSync, lstatSync, readlinkSync } from 'node:fs'
import { packageDirectory } from '../../support/package-directory.ts'

/** What of the host shows through in a world, always read-only: its programs and libraries. */
export interface HostMounts {
  /** Directories shown as they are. */
  readonly directories: readonly string[]
  /** Single files and directories that programs need where the host has them. */
  readonly extras: readonly string[]
  /** Directories inside of those, shown empty: they hold the harness, other people's sources or tell what runs here. */
  readonly masks: readonly string[]
  /** Links at the root to make, as on hosts that keep all programs in /usr. */
  readonly links: ReadonlyMap<string, string>
}

const ROOT_DIRECTORIES = ['/bin', '/lib', '/lib32', '/lib64', '/libx32', '/sbin']
/** Without the first, `awk` and its like lead nowhere; without the second, programs start more slowly. */
const EXTRAS = ['/etc/alternatives', '/etc/ld.so.cache']
/** Where containers put a project (with its keys), and npm its global packages. */
const MASKS = ['/usr/src', '/usr/local/src', '/usr/lib/node_modules', '/usr/local/lib/node_modules']

let known: HostMounts | undefined

/** Read off the host once. */
export function hostMounts(): HostMounts {
  known ??= readHost()
  return known
}

function readHost(): HostMounts {
  const directories = ['/usr']
  const links = new Map<string, string>()
  for (const path of ROOT_DIRECTORIES) {
    const stats = lstatSync(path, { throwIfNoEntry: false })
    if (stats?.isSymbolicLink()) links.set(path, readlinkSync(path).replace(/^\//, ''))
    else if (stats?.isDirectory()) directories.push(path)
  }
  const own = packageDirectory()
  const named = existsSync('/usr/local/bin/offswitch') ? ['/usr/local/bin'] : []
  const masks = [...MASKS.filter((path) => existsSync(path)), ...named]
  const isHidden = masks.some((mask) => own === mask || own.startsWith(`${mask}/`))
  if (own.startsWith('/usr/') && !isHidden) masks.push(own)
  return { directories, extras: EXTRAS.filter((path) => existsSync(path)), masks, links }
}
