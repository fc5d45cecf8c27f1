import type { EngineKind } from './engine-problem.ts'

/** A client puts these into every container when its own configuration, or podman its environment, names a proxy. */
const PROXY_VARIABLES = ['http_proxy', 'https_proxy', 'ftp_proxy', 'no_proxy', 'all_proxy'].flatMap(
  (name) => [name, name.toUpperCase()],
)

/**
 * What a container needs beyond what is the same for both engines: nothing of the user's own settings goes into it.
 * For docker the variables are there and empty: an address, with perhaps a password in it, does not come through.
 */
export function containerFlags({ kind }: { readonly kind: EngineKind }): readonly string[] {
  switch (kind) {
    case 'docker':
      return PROXY_VARIABLES.flatMap((name) => ['--env', `${name}=`])
    case 'podman':
      return ['--http-proxy=false', ...ULIMITS]
    default:
      return kind satisfies never
  }
}

/** The same for building an image. */
export function buildFlags({ kind }: { readonly kind: EngineKind }): readonly string[] {
  return kind === 'podman' ? ULIMITS : []
}

/**
 * podman raises both limits to what its configuration says, and fails where it may not (a root without CAP_SYS_RESOURCE).
 * These are below what a process has anywhere; a later `--ulimit` of the same name wins.
 */
const ULIMITS = ['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=4096:4096']

/** File systems in memory, from which programs may be run. podman has no bound on the number of their files, and would fill them from the image. */
export function tmpfsFlags(
  { kind }: { readonly kind: EngineKind },
  mounts: readonly { readonly path: string; readonly options: readonly string[] }[],
): readonly string[] {
  const isKnown = (option: string): boolean => kind === 'docker' || !option.startsWith('nr_inodes=')
  const own = kind === 'podman' ? ['notmpcopyup'] : []
  return mounts.flatMap(({ path, options }) => [
    '--tmpfs',
    `${path}:${['exec', 'nosuid', 'nodev', ...options.filter(isKnown), ...own].join(',')}`,
  ])
}
