import type {
  Change,
  FileState,
  ProcessSeen,
  Rehearsal,
  SandboxExit,
  TraceReport,
  WorldEnd,
} from '../../records/evidence.ts'
import { HarnessError } from '../../support/errors.ts'
import type {
  Capabilities,
  ExecResult,
  Sandbox,
  SandboxContext,
  SandboxSession,
  SandboxSpec,
  ServedProgram,
  StagedFile,
} from '../sandbox.ts'
import { isTellingVariable } from '../telling-variable.ts'
import { AgentShell } from './agent-shell.ts'
import { clientText } from './client.ts'
import { baseRoot } from './files/base-tree.ts'
import { Baseline } from './files/changes.ts'
import type { FileTree } from './files/file-tree.ts'
import { AGENT_UID, type Inode, ROOT } from './files/inode.ts'
import { SystemError } from './files/system-error.ts'
import { textToBytes } from './files/text.ts'
import { Machine, TERMINATED_EXIT_CODE } from './machine/machine.ts'
import { procDirectory } from './machine/proc.ts'
import type { Process } from './machine/process.ts'
import { execute } from './programs/execute.ts'
import { PROGRAMS } from './programs/registry.ts'
import { answerNobody, ServedPrograms } from './served-programs.ts'

/** What the simulated machine can represent. */
export const MEMORY_CAPABILITIES: Capabilities = {
  permissions: true,
  owners: true,
  // Among processes, with traps; of those sent to the first process TERM alone has an effect, as in a process namespace.
  signals: true,
  // Background jobs run beside later commands, on the machine's own time.
  daemons: true,
  'hard-links': true,
  // perl and the like are not there.
  interpreters: false,
  // Nor are mount, unshare, chattr: there is no kernel to ask.
  'system-tools': false,
  processes: true,
  tracing: false,
  'real-time': false,
}

/** How long a rehearsed file is waited for when its sleeps return at once, of the copy's own time. */
const REHEARSAL_MS = 24 * 3_600_000
/** Steps after which a rehearsed file counts as one that does not end. */
const REHEARSAL_STEPS = 40_000

export async function openMemorySandbox(
  spec: SandboxSpec,
  context: SandboxContext,
): Promise<Sandbox> {
  context.signal.throwIfAborted()
  try {
    return new MemorySandbox(spec, context)
  } catch (error) {
    if (!(error instanceof SystemError)) throw error
    throw new HarnessError(`Cannot stage the world of sandbox "memory": ${error.message}`, {
      source: 'sandbox',
      cause: error,
    })
  }
}

class MemorySandbox implements Sandbox {
  readonly capabilities = MEMORY_CAPABILITIES
  readonly session: SandboxSession
  readonly exit: Promise<SandboxExit>
  readonly #spec: SandboxSpec
  readonly #context: SandboxContext
  readonly #machine: Machine
  readonly #shell: AgentShell
  #end: WorldEnd | null = null
  readonly #served: ServedPrograms
  readonly #baseline: Baseline

  constructor(spec: SandboxSpec, context: SandboxContext) {
    this.#spec = spec
    this.#context = context
    this.#served = new ServedPrograms((error) => this.#shell.fail(asHarnessError(error)))
    const bootedMs = context.clock.now().getTime()
    this.#machine = new Machine({
      root: baseRoot({ ...spec, bootedMs }),
      hostname: spec.hostname,
      user: spec.user,
      home: spec.home,
      limits: spec.limits,
      programs: PROGRAMS,
      bootedMs,
      clients: new Map(spec.programs.map(({ path }) => [clientText(path), path])),
      onCall: this.#served.handle,
    })
    stage(this.#machine.tree, spec)
    mountProc(this.#machine)
    this.exit = this.#machine.exit
    this.#baseline = new Baseline(this.#machine.tree, spec.watched)
    this.#shell = new AgentShell({
      machine: this.#machine,
      clock: context.clock,
      limits: spec.limits,
      environment: loginEnvironment(spec),
      cwd: spec.cwd,
    })
    this.session = {
      exec: (command, options) =>
        this.#shell.exec(command, {
          timeoutMs: options.timeoutMs,
          signals: [options.signal, context.signal],
        }),
      readFile: (path) => this.#readFile(path),
      writeFile: (path, content) => this.#writeFile(path, content),
    }
  }

  serve(path: string, program: ServedProgram): void {
    this.#served.serve(path, program)
  }

  async changes(): Promise<Change[]> {
    return this.#baseline.changes(this.#machine.tree)
  }

  baselineOf(path: string): FileState | null {
    return this.#baseline.stateOf(path)
  }

  textOf(sha256: string): string | null {
    return this.#baseline.textOf(sha256)
  }

  async processes(): Promise<ProcessSeen[]> {
    if (this.#machine.death !== null) return []
    return this.#machine
      .processes()
      .filter((process) => process !== this.#machine.init)
      .map(processSeen)
  }

  async settle(ms: number): Promise<void> {
    await this.#machine.timeline.settle(ms, this.exit, true)
  }

  fire(path: string, options: { timeoutMs: number }): Promise<ExecResult> {
    return this.#shell.fire(path, { ...options, signals: [this.#context.signal] })
  }

  async rehearse(
    path: string,
    { graceMs, effect }: Parameters<Sandbox['rehearse']>[1],
  ): Promise<Rehearsal> {
    const machine = new Machine(
      { ...this.#machine.options, onCall: answerNobody, stepsMax: REHEARSAL_STEPS },
      this.#machine.tree,
    )
    mountProc(machine)
    const environment = loginEnvironment(this.#spec)
    const process = machine.fork({
      parent: machine.init,
      argv: [path],
      environment: () => environment,
      files: new Map(),
      ignored: new Set(),
    })
    process.cwd = machine.tree.find(this.#spec.cwd, process.who) ?? machine.tree.root
    machine.start(process, () => fired(process, path, environment))
    await machine.timeline.settle(graceMs, machine.exit, true)
    const hasEnded = (): boolean =>
      terminated(machine) || (effect?.(this.#baseline.changesOfCopy(machine.tree)) ?? false)
    const ends = hasEnded()
    const waits = !ends && machine.death === null && machine.processes().length > 1
    if (waits) await machine.timeline.settle(REHEARSAL_MS, machine.exit, true)
    const endsAfterWaiting = ends ? null : hasEnded()
    machine.die({ code: null, signal: 'KILL', by: 'harness' })
    // What the copy could not represent is said with the next command.
    for (const technique of machine.unsupported) this.#machine.unsupported.add(technique)
    return { path, ends, endsAfterWaiting }
  }

  async takeTraces(): Promise<TraceReport> {
    return { traces: [], leftOut: 0 }
  }

  async kill(): Promise<WorldEnd> {
    this.#end ??= {
      mechanism: this.#machine.death === null ? 'simulated' : 'none',
      deadMs: 0,
      verifiedBy: 'the simulation itself',
    }
    this.#machine.die({ code: null, signal: 'KILL', by: 'harness' })
    return this.#end
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
  }

  async #readFile(path: string): Promise<Uint8Array> {
    const { tree } = this.#machine
    const process = this.#shell.process
    return Buffer.from(tree.read(this.#absolute(path), process.who), 'latin1')
  }

  async #writeFile(path: string, content: string | Uint8Array): Promise<void> {
    const process = this.#shell.process
    process.check()
    this.#machine.tree.write(this.#absolute(path), toBytes(content), process.who)
  }

  #absolute(path: string): string {
    return path.startsWith('/') ? path : `${this.#shell.workingDirectory}/${path}`
  }
}

function loginEnvironment(spec: SandboxSpec): ReadonlyMap<string, string> {
  return new Map([
    ['HOME', spec.home],
    ['LANG', 'C.UTF-8'],
    ['LOGNAME', spec.user],
    ['PATH', '/usr/local/bin:/usr/bin:/bin'],
    ['PWD', spec.cwd],
    ['SHELL', '/bin/bash'],
    ['TERM', 'dumb'],
    ['USER', spec.user],
  ])
}

function stage(tree: FileTree, spec: SandboxSpec): void {
  makeDirectory(tree, spec.home, AGENT_UID)
  makeDirectory(tree, spec.cwd, AGENT_UID)
  for (const file of spec.files) stageFile(tree, spec, file)
  for (const { path, mode, owner } of spec.programs) {
    stageFile(tree, spec, { kind: 'file', path, mode, owner, content: clientText(path) })
  }
}

function stageFile(tree: FileTree, spec: SandboxSpec, file: StagedFile): void {
  const uid = file.owner === 'agent' ? AGENT_UID : 0
  const parent = file.path.replace(/\/[^/]*$/, '')
  makeDirectory(tree, parent, isWithin(parent, spec.home) ? AGENT_UID : 0)
  let inode: Inode
  switch (file.kind) {
    case 'file':
      inode = tree.write(file.path, toBytes(file.content), ROOT)
      break
    case 'directory':
      makeDirectory(tree, file.path, uid)
      inode = tree.at(file.path, ROOT)
      break
    case 'symlink':
      inode = tree.symlink(file.target, file.path, ROOT)
      break
    default:
      file satisfies never
      return
  }
  if (file.kind !== 'symlink') inode.mode = file.mode
  inode.uid = uid
  inode.gid = uid
}

function toBytes(content: string | Uint8Array): string {
  return typeof content === 'string'
    ? textToBytes(content)
    : Buffer.from(content).toString('latin1')
}

// Missing directories belong to `uid`; those that stand already stay as they are.
function makeDirectory(tree: FileTree, path: string, uid: number): void {
  let at = ''
  for (const name of path.split('/').filter(Boolean)) {
    at += `/${name}`
    const existed = tree.find(at, ROOT) !== null
    const inode = tree.openSealed(at)
    if (existed) continue
    inode.uid = uid
    inode.gid = uid
  }
}

function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory}/`)
}

function mountProc(machine: Machine): void {
  const { root } = machine.tree
  root.detach('proc')
  root.attach('proc', procDirectory(machine))
}

async function fired(
  process: Process,
  path: string,
  environment: ReadonlyMap<string, string>,
): Promise<number> {
  try {
    return await execute(process, path, [path], environment)
  } catch (error) {
    // A file that is gone or may not be run ends nothing; a process that was ended says so by itself.
    if (error instanceof SystemError) return 126
    throw error
  }
}

function terminated(machine: Machine): boolean {
  return machine.death?.by === 'init' && machine.death.code === TERMINATED_EXIT_CODE
}

function processSeen(process: Process): ProcessSeen {
  const environment = [...process.environment()].filter(([name]) => isTellingVariable(name))
  return {
    pid: process.pid,
    parentPid: process.parent?.pid ?? 1,
    uid: process.who.uid,
    argv: [...process.argv],
    environment: Object.fromEntries(environment),
    startedAtMs: process.startedAtMs,
  }
}

function asHarnessError(error: unknown): unknown {
  if (error instanceof HarnessError) return error
  return new HarnessError('Cannot answer a program of sandbox "memory"', {
    source: 'sandbox',
    cause: error,
  })
}
