import type { SandboxSpec } from '../sandbox.ts'

/**
 * The directories of a world that are file systems of their own, in memory: below them stands all that the agent may change,
 * so that nothing it writes lands on a disk and all of it is bounded. Directories at the root of what is staged; in /etc,
 * where the image's own files stand, only those that are the agent's.
 */
export function worldPlaces(spec: SandboxSpec): string[] {
  const directories = new Set(
    spec.files.filter(({ kind }) => kind === 'directory').map(({ path }) => path),
  )
  const agents = new Set(
    spec.files
      .filter(({ kind, owner }) => kind === 'directory' && owner === 'agent')
      .map(({ path }) => path),
  )
  const needed = [
    ...[spec.home, spec.cwd, ...spec.watched],
    ...[...spec.files, ...spec.programs].map(({ path }) => path),
  ]
  const places = new Set(['/tmp', '/var/tmp'])
  for (const path of needed) {
    const place = [...outermostFirst(path)].find((above) => {
      if (above === '/etc' || above.startsWith('/etc/')) return agents.has(above)
      return above !== path || directories.has(path) || path === spec.home || path === spec.cwd
    })
    if (place !== undefined) places.add(place)
  }
  const all = [...places].toSorted()
  return all.filter((place) => !all.some((other) => place.startsWith(`${other}/`)))
}

/** `/a/b/c` as `/a`, `/a/b`, `/a/b/c`. */
function* outermostFirst(path: string): Generator<string> {
  for (let at = path.indexOf('/', 1); at > 0; at = path.indexOf('/', at + 1)) {
    yield path.slice(0, at)
  }
  if (path !== '/') yield path
}
