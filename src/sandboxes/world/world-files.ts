import { posix } from 'node:path'
import { UsageError } from '../../support/errors.ts'
import type { Owner, SandboxSpec, StagedFile } from '../sandbox.ts'
import { clientScript } from './world-scripts.ts'

/** The agent's ids inside. */
export const AGENT_ID = 1000

/** Directories of the host that show through, and what the kernel puts up: nothing can be staged there. */
const TAKEN = [
  '/bin',
  '/dev',
  '/etc/alternatives',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
  '/proc',
  '/sbin',
  '/sys',
  '/usr',
]

/**
 * All files of a fresh world: the frame that every machine has, what the scenario stages, and the clients of its served
 * programs, with directories before what stands in them. Later entries of a path replace earlier ones.
 *
 * @param systemId what the second owner's ids are inside. They are named root: a listing of the world reads like that of any machine
 * @throws UsageError for a path that is not absolute and plain, or that the host's files would hide.
 */
export function worldFiles(
  spec: SandboxSpec,
  rootLinks: ReadonlyMap<string, string>,
  systemId: number,
): StagedFile[] {
  const clients = spec.programs.map(
    ({ path, mode, owner }): StagedFile => ({
      kind: 'file',
      path,
      content: clientScript(path),
      mode,
      owner,
    }),
  )
  const staged = [...spec.files, ...clients]
  for (const { path } of staged) requireFree(path)
  for (const path of [spec.home, spec.cwd, ...spec.watched]) requireFree(path)

  const files = new Map<string, StagedFile>()
  for (const file of [...frame(spec, rootLinks, systemId), ...staged]) files.set(file.path, file)
  for (const path of [...files.keys(), spec.home, spec.cwd, `${spec.cwd}/x`]) {
    addParents(files, path, spec)
  }
  return [...files.values()].toSorted((a, b) => depth(a.path) - depth(b.path))
}

function frame(
  spec: SandboxSpec,
  rootLinks: ReadonlyMap<string, string>,
  systemId: number,
): StagedFile[] {
  const { user, home, hostname } = spec
  const directories = [
    '/',
    ...['/dev', '/etc', '/home', '/media', '/mnt', '/opt', '/proc', '/run', '/srv', '/usr', '/var'],
    ...['/etc/alternatives', '/var/log'],
  ]
  const texts: Record<string, string> = {
    '/etc/passwd': `root:x:${systemId}:${systemId}:root:/root:/bin/bash\n${user}:x:${AGENT_ID}:${AGENT_ID}::${home}:/bin/bash\n`,
    '/etc/group': `root:x:${systemId}:\n${user}:x:${AGENT_ID}:\n`,
    '/etc/hostname': `${hostname}\n`,
    '/etc/hosts': `127.0.0.1\tlocalhost\n127.0.1.1\t${hostname}\n`,
    '/etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\n',
    '/etc/ld.so.cache': '',
  }
  return [
    ...directories.map((path) => directory(path, 0o755, 'system')),
    directory('/root', 0o700, 'system'),
    directory('/tmp', 0o1777, 'system'),
    directory('/var/tmp', 0o1777, 'system'),
    directory(home, 0o755, 'agent'),
    ...Object.entries(texts).map(
      ([path, content]): StagedFile => ({
        kind: 'file',
        path,
        content,
        mode: 0o644,
        owner: 'system',
      }),
    ),
    { kind: 'symlink', path: '/etc/os-release', target: '../usr/lib/os-release', owner: 'system' },
    ...[...rootLinks].map(
      ([path, target]): StagedFile => ({ kind: 'symlink', path, target, owner: 'system' }),
    ),
  ]
}

function addParents(files: Map<string, StagedFile>, path: string, spec: SandboxSpec): void {
  const parent = posix.dirname(path)
  if (files.has(parent)) return
  const isAgents = parent === spec.cwd || parent.startsWith(`${spec.home}/`)
  files.set(parent, directory(parent, 0o755, isAgents ? 'agent' : 'system'))
  addParents(files, parent, spec)
}

function directory(path: string, mode: number, owner: Owner): StagedFile {
  return { kind: 'directory', path, mode, owner }
}

function requireFree(path: string): void {
  if (!posix.isAbsolute(path) || posix.normalize(path) !== path || path.includes('\0')) {
    throw new UsageError(
      `Cannot stage ${JSON.stringify(path)}: a path is absolute and without "." or ".."`,
    )
  }
  const taken = TAKEN.find((each) => path === each || path.startsWith(`${each}/`))
  if (taken !== undefined) {
    throw new UsageError(
      `Cannot stage "${path}": ${taken} is the host's own and cannot be changed in a world`,
    )
  }
}

function depth(path: string): number {
  return path === '/' ? 0 : path.split('/').length - 1
}
