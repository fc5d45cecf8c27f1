import { HarnessError } from '../../support/errors.ts'
import type { SandboxSpec } from '../sandbox.ts'
import { namespaceFilter } from '../world/namespace-filter.ts'
import { systemCallsOf } from '../world/system-calls.ts'
import { AGENT_ID } from '../world/world-files.ts'
import { CLIENT_SOCKET, initScript, joinUnpack, readAsset } from '../world/world-scripts.ts'
import type { Engine } from './engine.ts'
import { containerFlags, tmpfsFlags } from './engine-flags.ts'
import type { WorldImage } from './image.ts'
import { ownerFlags } from './leftovers.ts'
import { worldPlaces } from './world-places.ts'

/** Files beyond this number find no place, however small they are. */
const FILES_MAX = 131_072
/** Shared memory counts apart from the disk. */
const SHARED_MEMORY_BYTES = 16 * 1024 * 1024
/** Files count as memory: a full disk must not look like a full memory. The rest is for what holds the world together. */
const OWN_BYTES = 32 * 1024 * 1024
const OWN_PROCESSES = 8
/** What the launcher needs to give files away and then to become the agent, and has no more once it has. */
const RIGHTS = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETPCAP', 'SETUID']

export interface Container {
  readonly engine: Engine
  readonly image: WorldImage
  /** No other container on the engine has it. */
  readonly name: string
  readonly spec: SandboxSpec
  readonly stagedBytes: number
  readonly replaced: ReadonlyMap<string, string>
}

/**
 * The engine's command that becomes a world: attached, without a terminal, its first process ours. Signals to the client are
 * not passed on, and an engine that is told to stop containers kills this one: TERM, which ends a world by its own hand, comes
 * from inside or not at all.
 */
export function containerArguments(container: Container): string[] {
  const { engine, image, name, spec } = container
  return [
    ...['run', '--interactive', '--name', name, '--sig-proxy=false', '--pull', 'never'],
    ...containerFlags(engine),
    ...ownerFlags(),
    ...['--init=false', '--no-healthcheck', '--log-driver', 'none', '--stop-signal', 'KILL'],
    ...['--network', 'none', '--ipc', 'private', '--cgroupns', 'private'],
    ...['--hostname', spec.hostname, '--user', '0:0', '--workdir', '/'],
    ...['--cap-drop', 'ALL', ...RIGHTS.flatMap((right) => ['--cap-add', right])],
    ...['--security-opt', 'no-new-privileges'],
    ...limits(container),
    ...tmpfsFlags(engine, memoryDisks(container)),
    ...['--entrypoint', 'perl', image.id, '-e', joinUnpack(readAsset('docker', 'launch'))],
    ...launchArguments(container),
  ]
}

function limits({ spec, stagedBytes }: Container): string[] {
  const { memoryBytes, diskBytes, processes } = spec.limits
  const memory = `${memoryBytes + diskBytes + stagedBytes + OWN_BYTES}`
  return [
    ...['--memory', memory, '--memory-swap', memory],
    ...['--pids-limit', `${processes + OWN_PROCESSES}`, '--ulimit', 'core=0:0'],
  ]
}

function memoryDisks({ spec, stagedBytes }: Container): { path: string; options: string[] }[] {
  const size = `size=${spec.limits.diskBytes + stagedBytes}`
  return [
    ...worldPlaces(spec).map((path) => ({
      path,
      options: [size, 'mode=755', `nr_inodes=${FILES_MAX}`],
    })),
    { path: '/dev/shm', options: [`size=${SHARED_MEMORY_BYTES}`, 'mode=1777'] },
  ]
}

/** What `assets/docker/launch` takes. */
function launchArguments({ engine, spec, replaced }: Container): string[] {
  const calls = systemCallsOf(engine.processor)
  if (calls === null) {
    throw new HarnessError(
      `Cannot start sandbox "docker": the system calls of the engine's processor (${engine.processor}) are not known`,
      { source: 'sandbox' },
    )
  }
  const variables = Object.entries(environment(spec)).map(([name, value]) => `${name}=${value}`)
  return [
    ...(['fchownat', 'prctl', 'seccomp'] as const).map((call) => `${calls.number(call)}`),
    ...[namespaceFilter(calls).toString('hex'), `${AGENT_ID}`],
    ...[`${variables.length}`, ...variables],
    ...[`${replaced.size}`, ...[...replaced].flat()],
    ...['perl', '-e', initScript(), `${calls.number('prctl')}`, CLIENT_SOCKET],
  ]
}

function environment({ home, user }: SandboxSpec): Record<string, string> {
  return {
    HOME: home,
    LANG: 'C.UTF-8',
    LOGNAME: user,
    PATH: '/usr/local/bin:/usr/bin:/bin',
    SHELL: '/bin/bash',
    TERM: 'dumb',
    USER: user,
  }
}
