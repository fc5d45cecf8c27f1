import type { ChildProcess } from 'node:child_process'
import { z } from 'zod'
import { HarnessError } from '../../support/errors.ts'
import type { SandboxContext } from '../sandbox.ts'
import { complaintOf } from './complaint-of.ts'
import { type ClientEnd, runClient, spawnClient } from './engine-client.ts'
import {
  type EngineKind,
  type EngineProblem,
  type EngineSign,
  engineHost,
  readEngineProblem,
} from './engine-problem.ts'

/** What runs containers, driven by its command line. Its machine may be another than ours. */
export interface Engine {
  /** The program that is started. On some machines `docker` is podman. */
  readonly program: string
  readonly kind: EngineKind
  /** Of what answers behind the program. */
  readonly version: string
  readonly clientVersion: string
  /** The same for all clients of one engine, wherever they run. */
  readonly machine: string
  /** What its containers run on, as `process.arch` has it; as the engine calls it where that has no name of its own. */
  readonly processor: string
  /** What it can hold a container to, as a whole. */
  readonly bounds: { readonly memory: boolean; readonly processes: boolean }
  /** Root in a container is an ordinary user of the engine's machine. */
  readonly mapsRoot: boolean
  /** What was found, for the record. */
  readonly details: Readonly<Record<string, string>>
  /**
   * Runs a command of the engine to its end, whatever that is.
   *
   * @throws HarnessError (source `sandbox`) when it does not end in time, says too much, or cannot be started.
   * On abort of the context's signal, or of the command's own, the client is killed and the signal's reason thrown.
   */
  run(args: readonly string[], options?: RunOptions): Promise<EngineResult>
  /**
   * The same for a command that must succeed.
   *
   * @param purpose what fails with it, for the message: `Cannot <purpose>: docker said "…"`
   */
  demand(purpose: string, args: readonly string[], options?: RunOptions): Promise<EngineResult>
  /**
   * Starts a command that stays attached, all three streams as pipes, in a session of its own: Ctrl-C is not for it. Killing
   * it ends the client; what it started in a container goes on. That it cannot be started is its event `error`.
   */
  spawn(args: readonly string[]): ChildProcess
}

export interface RunOptions {
  /** @default 60_000 */
  readonly timeoutMs?: number
  /** Given to standard input, which is empty otherwise. */
  readonly input?: string | Uint8Array
  /** Most that is taken of each of the two outputs. @default 4 MiB */
  readonly outputBytesMax?: number
  readonly signal?: AbortSignal
}

export interface EngineResult {
  /** 0 is success; what else it means is the command's affair. Null when the client was killed by somebody else. */
  readonly code: number | null
  readonly stdout: Buffer
  readonly stderr: string
}

/** An engine that answers, or why there is none. */
export type EngineSearch =
  | { readonly engine: Engine }
  | { readonly engine: null; readonly problem: EngineProblem }

const PROGRAMS = ['docker', 'podman'] as const
const ANSWER_MS = 10_000
const RUN_MS = 60_000
const OUTPUT_BYTES_MAX = 4 * 1024 * 1024

/** The first versions whose containers hold what is wanted of them. */
const OLDEST: Readonly<Record<EngineKind, number>> = { docker: 20, podman: 4 }

/** What `docker info` says, as far as it is used; empty where no daemon answered. */
const DockerInfo = z.object({
  ID: z.string().default(''),
  Name: z.string().default(''),
  ServerVersion: z.string().default(''),
  ServerErrors: z.array(z.string()).nullish(),
  OSType: z.string().default(''),
  OperatingSystem: z.string().default(''),
  Architecture: z.string().default(''),
  KernelVersion: z.string().default(''),
  Driver: z.string().default(''),
  CgroupVersion: z.string().default(''),
  SecurityOptions: z.array(z.string()).nullish(),
  MemoryLimit: z.boolean().default(false),
  PidsLimit: z.boolean().default(false),
  ClientInfo: z.object({ Version: z.string().default('') }).default({ Version: '' }),
})

const PodmanInfo = z.object({
  host: z.object({
    arch: z.string().default(''),
    os: z.string().default('linux'),
    kernel: z.string().default(''),
    hostname: z.string().default(''),
    cgroupVersion: z.string().default(''),
    cgroupControllers: z.array(z.string()).nullish(),
    ociRuntime: z.object({ name: z.string().default('') }).default({ name: '' }),
    security: z.object({ rootless: z.boolean().default(false) }).default({ rootless: false }),
  }),
  store: z.object({
    graphDriverName: z.string().default(''),
    graphRoot: z.string().default(''),
  }),
  version: z.object({ Version: z.string() }),
})

/** The facts of an engine, before it can be driven. */
type Found = Omit<Engine, 'program' | 'run' | 'demand' | 'spawn'>

/**
 * Looks for docker, then for podman, in the caller's PATH, and has each answer: a program alone is not an engine. Variables
 * such as DOCKER_HOST reach it unread. The first that answers is taken; when none does, the problem of the first that is
 * there is told.
 */
export async function findEngine(context: SandboxContext): Promise<EngineSearch> {
  const problems: EngineProblem[] = []
  for (const program of PROGRAMS) {
    const found = await probe(program, context)
    context.signal.throwIfAborted()
    if (!('sign' in found)) return { engine: drive(program, found, context) }
    problems.push(readEngineProblem(found, engineHost()))
  }
  const problem =
    problems.find((each) => each.problem !== 'no-program') ??
    readEngineProblem({ sign: 'none' }, engineHost())
  return { engine: null, problem }
}

let known: Promise<EngineSearch> | undefined

/**
 * The engine of this process: looked for once, and again as long as there is none. Its commands belong to `context`.
 *
 * @throws HarnessError (source `sandbox`) where there is none
 */
export async function requireEngine(context: SandboxContext): Promise<Engine> {
  // Its answer is for all: whoever asked first and breaks off does not take it from the others.
  known ??= findEngine({ clock: context.clock, signal: new AbortController().signal })
  const mine = known
  const search = await mine
  if (search.engine === null && known === mine) known = undefined
  context.signal.throwIfAborted()
  if (search.engine !== null) return withContext(search.engine, context)
  throw cannot('start sandbox "docker"', search.problem.reason)
}

/** The same engine, its commands broken off with another context. */
export function withContext(engine: Engine, context: SandboxContext): Engine {
  return drive(engine.program, engine, context)
}

async function probe(program: string, context: SandboxContext): Promise<Found | EngineSign> {
  // The same words to both: podman takes docker's way to ask for JSON.
  const end = await runClient(program, ['info', '--format', '{{json .}}'], {
    clock: context.clock,
    signal: context.signal,
    timeoutMs: ANSWER_MS,
    outputBytesMax: OUTPUT_BYTES_MAX,
  })
  const said = end.how === 'ended' ? parseJson(end.stdout) : null
  const podman = PodmanInfo.safeParse(said)
  const found = podman.success ? describePodman(podman.data) : describeDocker(said)
  if (found === null) return { sign: 'failed', program, end, errors: errorsIn(said) }
  const { kind, version } = found
  const oldest = OLDEST[kind]
  if (Number.parseInt(version, 10) < oldest) return { sign: 'old', kind, version, oldest }
  const system = found.details.system ?? ''
  return system === 'linux' ? found : { sign: 'foreign', program, system }
}

function describeDocker(said: unknown): Found | null {
  const parsed = DockerInfo.safeParse(said)
  if (!parsed.success || parsed.data.ServerVersion === '') return null
  const info = parsed.data
  const security = (info.SecurityOptions ?? []).map((option) =>
    option.replace(/^name=/, '').replace(/,.*$/, ''),
  )
  return {
    kind: 'docker',
    version: info.ServerVersion,
    clientVersion: info.ClientInfo.Version,
    machine: `${info.Name} ${info.ID}`,
    processor: processorOf(info.Architecture),
    bounds: { memory: info.MemoryLimit, processes: info.PidsLimit },
    mapsRoot: security.includes('rootless') || security.includes('userns'),
    details: {
      docker: info.ServerVersion,
      system: info.OSType,
      on: `${info.OperatingSystem}, ${info.Architecture}, kernel ${info.KernelVersion}`,
      storage: info.Driver,
      'control groups': `v${info.CgroupVersion === '' ? '1' : info.CgroupVersion}`,
      security: security.join(', ') || 'none',
    },
  }
}

function describePodman({ host, store, version }: z.infer<typeof PodmanInfo>): Found {
  const controllers = host.cgroupControllers ?? []
  return {
    kind: 'podman',
    version: version.Version,
    clientVersion: version.Version,
    machine: `${host.hostname} ${store.graphRoot}`,
    processor: processorOf(host.arch),
    bounds: { memory: controllers.includes('memory'), processes: controllers.includes('pids') },
    mapsRoot: host.security.rootless,
    details: {
      podman: version.Version,
      system: host.os,
      on: `${host.arch}, kernel ${host.kernel}`,
      storage: store.graphDriverName,
      'control groups': host.cgroupVersion,
      security: host.security.rootless ? 'rootless' : 'root',
      runtime: host.ociRuntime.name,
    },
  }
}

/** docker names processors as the kernel does, podman as Go does. */
function processorOf(architecture: string): string {
  const names: Readonly<Record<string, string>> = {
    x86_64: 'x64',
    amd64: 'x64',
    aarch64: 'arm64',
    loongarch64: 'loong64',
  }
  return names[architecture] ?? architecture
}

function errorsIn(said: unknown): readonly string[] {
  const parsed = DockerInfo.safeParse(said)
  return parsed.success ? (parsed.data.ServerErrors ?? []) : []
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return null // Not an engine's answer, whatever it is.
  }
}

function drive(program: string, found: Found, context: SandboxContext): Engine {
  const run = async (
    args: readonly string[],
    { timeoutMs = RUN_MS, outputBytesMax = OUTPUT_BYTES_MAX, input, signal }: RunOptions = {},
  ): Promise<EngineResult> => {
    const either = signal === undefined ? context.signal : AbortSignal.any([context.signal, signal])
    either.throwIfAborted()
    const end = await runClient(program, args, {
      clock: context.clock,
      signal: either,
      timeoutMs,
      outputBytesMax,
      ...(input === undefined ? {} : { input }),
    })
    either.throwIfAborted()
    if (end.how === 'ended') return end
    throw cannot(`run "${program} ${args.slice(0, 2).join(' ')}"`, whyNot(end))
  }
  return {
    ...found,
    program,
    run,
    demand: async (purpose, args, options) => {
      const result = await run(args, options)
      if (result.code === 0) return result
      throw cannot(
        purpose,
        `${program} said "${complaintOf(result.stderr) || `exit ${result.code}`}"`,
      )
    },
    spawn: (args) => spawnClient(program, args),
  }
}

function whyNot(end: Exclude<ClientEnd, { how: 'ended' }>): string {
  switch (end.how) {
    case 'timed-out':
      return `no answer within ${end.timeoutMs} ms`
    case 'too-long':
      return `it printed more than ${end.bytesMax} bytes`
    case 'not-started':
      return end.reason
    case 'aborted':
      return 'it was broken off'
    default:
      return end satisfies never
  }
}

function cannot(purpose: string, why: string): HarnessError {
  return new HarnessError(`Cannot ${purpose}: ${why}`, { source: 'sandbox' })
}
