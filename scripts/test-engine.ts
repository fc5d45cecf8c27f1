// A docker engine of our own for tests and measurements, where the machine has none that answers: started by hand, without a
// service manager or a network, in a folder that holds all of it. As a program it runs one until Ctrl-C.
import { spawn, spawnSync } from 'node:child_process'
import {
  existsSync,
  globSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { basename, delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Engine, findEngine } from '../src/sandboxes/docker/engine.ts'
import { findImage, LOCAL_BASE } from '../src/sandboxes/docker/image.ts'
import { lookAt, pidsBelow } from '../src/sandboxes/world/host-processes.ts'
import { systemClock } from '../src/support/clock.ts'

/** An engine with the image of worlds, ready to be used by whoever has DOCKER_HOST in the environment; or why there is none. */
export type TestEngine =
  | {
      readonly available: true
      /** What DOCKER_HOST must be; null where the machine's own engine is used, as it is. */
      readonly dockerHost: string | null
    }
  | { readonly available: false; readonly reason: string }

/** The machine does not let one be started. */
class NoEngine extends Error {}

// Whoever looks at the mounts of a container sees this path.
const FOLDER = /^engine-(\d+)-(\d+)$/
const PROGRAMS = /^(?:dockerd|containerd(?:-shim[\w-]*)?|runc)$/
const START_MS = 30_000
const STOP_MS = 10_000
const LOOK_EVERY_MS = 20

/** The folder of the engine that belongs to this process. Nothing is made yet. */
export function testEngineFolder(): string {
  return join(tmpdir(), `engine-${process.pid}-${lookAt(process.pid)?.startTicks ?? 0}`)
}

/**
 * The machine's own engine, if one answers, else one started in `folder`. Processes that ask with the same folder at the
 * same time get the same one. To be ended with `stopTestEngine`.
 */
export async function startTestEngine(folder: string): Promise<TestEngine> {
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    return waitForOther(folder)
  }
  let outcome: TestEngine = { available: false, reason: 'it could not be started' }
  try {
    outcome = await findOrStart(folder)
  } catch (error) {
    if (!(error instanceof NoEngine)) throw error
    outcome = { available: false, reason: error.message }
  } finally {
    writeFileSync(outcomeFile(folder), JSON.stringify(outcome), { flag: 'wx' })
  }
  return outcome
}

/** Ends an engine, its containers and its helpers, and takes its folder away. */
export async function stopTestEngine(folder: string): Promise<void> {
  if (!existsSync(folder)) return
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    // The daemon ends its helpers. Containers it would first ask to end, and wait for.
    const all = engineProcesses(folder)
    const daemons = all.filter(({ program }) => program === 'dockerd')
    const first = signal === 'SIGTERM' && daemons.length > 0 ? daemons : all
    for (const { pid } of first) signalProcess(pid, signal)
    const untilMs = performance.now() + STOP_MS
    while (engineProcesses(folder).length > 0 && performance.now() < untilMs) {
      for (const pid of containerProcesses(folder)) signalProcess(pid, 'SIGKILL')
      await sleep(LOOK_EVERY_MS)
    }
  }
  const left = engineProcesses(folder)
  if (left.length > 0)
    throw new Error(
      `The engine in ${folder} does not end: ${left.map(({ pid }) => pid).join(', ')}`,
    )
  // The innermost come last, and must go first.
  for (const mount of mountsBelow(folder).toReversed()) {
    spawnSync('umount', ['--lazy', mount], { env: withSystemPath() })
  }
  // Another process that sweeps may be at it as well, and either then stops where something has gone under its hand.
  const untilMs = performance.now() + STOP_MS
  while (existsSync(folder) && performance.now() < untilMs) {
    const isEmpty = controlGroupsOf(folder).every(removeGroup)
    if (isEmpty) rmSync(folder, { recursive: true, force: true })
    else await sleep(LOOK_EVERY_MS)
  }
  if (existsSync(folder)) throw new Error(`The engine in ${folder} cannot be cleared away`)
}

/** Ends the engines whose owners were killed before they could. */
export async function sweepTestEngines(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const [, pid, startTicks] = FOLDER.exec(name) ?? []
    const folder = join(tmpdir(), name)
    if (pid === undefined || lookAt(Number(pid))?.startTicks === Number(startTicks)) continue
    const isOurs = lstatSync(folder, { throwIfNoEntry: false })?.uid === userInfo().uid
    if (isOurs) await stopTestEngine(folder)
  }
}

async function waitForOther(folder: string): Promise<TestEngine> {
  const untilMs = performance.now() + START_MS * 3
  while (performance.now() < untilMs) {
    if (existsSync(outcomeFile(folder))) {
      const text = readFileSync(outcomeFile(folder), 'utf8')
      // It is there before it is written.
      if (text !== '') return JSON.parse(text)
    }
    await sleep(LOOK_EVERY_MS)
  }
  return { available: false, reason: 'whoever started it has not finished' }
}

async function findOrStart(folder: string): Promise<TestEngine> {
  const context = { clock: systemClock(), signal: new AbortController().signal }
  const own = await findEngine(context)
  if (own.engine !== null) return prepare(own.engine, null)
  if (process.platform !== 'linux' || userInfo().uid !== 0) {
    return { available: false, reason: `${own.problem.reason}, and only root can start one` }
  }
  const missing = ['dockerd', 'docker'].filter((program) => !isOnPath(program))
  if (missing.length > 0) {
    return {
      available: false,
      reason: `not installed: ${missing.join(', ')} (apt-get install docker.io)`,
    }
  }

  const dockerHost = await startDaemon(folder)
  process.env.DOCKER_HOST = dockerHost
  const started = await findEngine(context)
  if (started.engine === null) return { available: false, reason: started.problem.reason }
  importBase(folder)
  return prepare(started.engine, dockerHost)
}

async function prepare(engine: Engine, dockerHost: string | null): Promise<TestEngine> {
  const found = await findImage(engine)
  if (found.image === null) return { available: false, reason: `${found.reason} (${found.fix})` }
  return { available: true, dockerHost }
}

async function startDaemon(folder: string): Promise<string> {
  const socket = join(folder, 'socket')
  // The machine's own settings are for its own engine.
  writeFileSync(join(folder, 'settings.json'), '{}')
  const log = openSync(join(folder, 'log'), 'a')
  const daemon = spawn(
    'dockerd',
    [
      ...['--config-file', join(folder, 'settings.json'), '--host', `unix://${socket}`],
      ...['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'run')],
      ...['--pidfile', join(folder, 'pid')],
      ...['--cgroup-parent', `/${basename(folder)}`],
      // No network of its own: nothing of the machine's is changed, and no container has any.
      ...['--bridge=none', '--iptables=false', '--ip6tables=false', '--ip-masq=false'],
    ],
    { cwd: '/', detached: true, stdio: ['ignore', log, log], env: withSystemPath() },
  )
  daemon.unref()
  let ended = false
  daemon.once('error', () => {
    ended = true
  })
  daemon.once('exit', () => {
    ended = true
  })
  const untilMs = performance.now() + START_MS
  while (performance.now() < untilMs && !ended) {
    // The socket is there before it is answered, and the last line of the log after.
    if (readFileSync(join(folder, 'log'), 'utf8').includes('API listen on'))
      return `unix://${socket}`
    await sleep(LOOK_EVERY_MS)
  }
  const [last] = readFileSync(join(folder, 'log'), 'utf8').trim().split('\n').slice(-1)
  throw new NoEngine(`dockerd does not start here: ${last || 'it says nothing'}`)
}

/** Made of this machine's own packages, so that no registry is needed. */
function importBase(folder: string): void {
  const archive = join(folder, 'base.tar')
  const script = join(import.meta.dirname, '..', 'assets', 'docker', 'base-image')
  const made = spawnSync('perl', [script], { stdio: ['ignore', openSync(archive, 'w'), 'pipe'] })
  const imported =
    made.status === 0
      ? spawnSync('docker', ['import', archive, LOCAL_BASE], { encoding: 'utf8' })
      : made
  rmSync(archive)
  if (imported.status !== 0) throw new NoEngine(`No base image: ${String(imported.stderr).trim()}`)
}

/** Told by the folder, which is in the arguments of each: the daemon, containerd, and one for each container. */
function engineProcesses(folder: string): { pid: number; program: string }[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name)
    const program = pid > 0 && pid !== process.pid ? programOfEngine(pid, folder) : null
    return program === null ? [] : [{ pid, program }]
  })
}

function programOfEngine(pid: number, folder: string): string | null {
  try {
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    // By its own word: runc runs from a copy of itself, whose file has no name.
    const program = basename(args.split('\0')[0] ?? '')
    return args.includes(`${folder}/`) && PROGRAMS.test(program) ? program : null
  } catch {
    return null // It has ended.
  }
}

function containerProcesses(folder: string): number[] {
  return engineProcesses(folder)
    .filter(({ program }) => program.startsWith('containerd-shim'))
    .flatMap(({ pid }) => pidsBelow(pid))
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It has ended in between.
  }
}

function mountsBelow(folder: string): string[] {
  if (process.platform !== 'linux') return []
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((path) => path.startsWith(`${folder}/`))
}

/** Those of containers before the one that holds them. */
function controlGroupsOf(folder: string): string[] {
  const name = basename(folder)
  const found = globSync(['', '*/'].map((hierarchy) => `/sys/fs/cgroup/${hierarchy}${name}{,/**}`))
  // A hierarchy may have two names.
  return [...new Set(found.filter((path) => existsSync(path)).map((path) => realpathSync(path)))]
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
    .toSorted((a, b) => b.length - a.length)
}

function removeGroup(path: string): boolean {
  try {
    rmdirSync(path)
    return true
  } catch {
    return !existsSync(path) // The last process in it may be dead and not yet gone from the account.
  }
}

function outcomeFile(folder: string): string {
  return join(folder, 'outcome.json')
}

function isOnPath(program: string): boolean {
  return (withSystemPath().PATH ?? '')
    .split(delimiter)
    .some((path) => existsSync(join(path, program)))
}

/** With the folders for administration, which a PATH may lack. */
function withSystemPath(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: [process.env.PATH, '/usr/sbin', '/sbin'].join(delimiter) }
}

if (import.meta.main) {
  const interrupted = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, resolve)
  })
  await sweepTestEngines()
  const folder = testEngineFolder()
  const engine = await startTestEngine(folder)
  if (!engine.available) console.error(engine.reason)
  else if (engine.dockerHost === null) console.error("The machine's own engine will do.")
  else {
    console.log(`export DOCKER_HOST=${engine.dockerHost}`)
    console.error('It runs until Ctrl-C.')
    const alive = setInterval(() => undefined, 60_000)
    await interrupted
    clearInterval(alive)
  }
  await stopTestEngine(folder)
}
