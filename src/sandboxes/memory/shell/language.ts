import {
  Bash,
  type CommandNode,
  type ExecResult,
  type IFileSystem,
  type PipelineNode,
  parse,
  type ResolvedCommandContext,
  type ScriptNode,
  type SimpleCommandNode,
  type StatementNode,
  type WordNode,
} from 'just-bash'
import { invariant } from '../../../support/errors.ts'

/*
 * just-bash knows the language of bash: parser, expansions, arithmetic, conditions, arrays, scopes, declarations. It has
 * no processes: its public `exec` forgets functions and directory, runs a script in the caller's own variables, runs
 * pipelines and background jobs one after the other, and keeps standard output apart from standard error. A shell here is
 * therefore a subclass of its interpreter that leaves the language to it and brings processes, descriptors, pipes, signals
 * and files of its own. The interpreter class is not exported, so it is caught in the one synchronous call that builds one;
 * the version is pinned, and a failure to catch it is reported by `check`.
 */

export type { CommandNode, PipelineNode, ScriptNode, SimpleCommandNode, StatementNode, WordNode }
export type Redirection = SimpleCommandNode['redirections'][number]
export type FunctionDefinition = Extract<CommandNode, { type: 'FunctionDef' }>
export type WordPart = WordNode['parts'][number]
export type AdoptedLimits = ResolvedCommandContext['limits']

/** An array of the language. Keys of indexed arrays are decimal numbers. */
export interface ShellArray {
  kind: 'indexed' | 'associative'
  elements: Map<string, string>
}

/** The interpreter's state, as far as it is named here. The rest of it is copied and never looked at. */
export interface ShellState {
  env: Map<string, string>
  arrays: Map<string, ShellArray>
  cwd: string
  previousDir: string
  functions: Map<string, FunctionDefinition>
  localScopes: Map<string, string | undefined>[]
  callDepth: number
  sourceDepth: number
  currentSource?: string | undefined
  commandCount: number
  lastExitCode: number
  lastArg: string
  startTime: number
  lastBackgroundPid: number
  virtualPid: number
  virtualPpid: number
  virtualUid: number
  virtualGid: number
  bashPid: number
  nextVirtualPid: number
  currentLine: number
  options: Record<ShellOption, boolean>
  shoptOptions: Record<string, boolean>
  inCondition: boolean
  loopDepth: number
  errexitSafe?: boolean
  exportedVars: Set<string>
  tempExportedVars?: Set<string> | undefined
  readonlyVars: Set<string>
  hashTable: Map<string, string>
  expansionStderr?: string
  funcNameStack?: string[]
}

export const SHELL_OPTIONS = [
  'errexit',
  'pipefail',
  'nounset',
  'xtrace',
  'verbose',
  'posix',
  'allexport',
  'noclobber',
  'noglob',
  'noexec',
  'vi',
  'emacs',
] as const
export type ShellOption = (typeof SHELL_OPTIONS)[number]

export interface AdoptedCommand {
  readonly name: string
  execute(args: string[], context: ResolvedCommandContext): Promise<ExecResult>
}

export interface LanguageContext {
  state: ShellState
  fs: IFileSystem
  commands: Map<string, AdoptedCommand>
  limits: AdoptedLimits
  executionScope: object
}

export interface LanguageOptions {
  fs: IFileSystem
  commands: Map<string, AdoptedCommand>
  limits: AdoptedLimits
  executionScope: object
  exec: (script: string) => Promise<ExecResult>
}

/** The interpreter of just-bash. Its methods may be overridden: it calls itself only through them. */
export interface LanguageCore {
  readonly ctx: LanguageContext
  executeScript(script: ScriptNode): Promise<ExecResult>
  executeStatement(statement: StatementNode): Promise<ExecResult>
  executePipeline(pipeline: PipelineNode): Promise<ExecResult>
  executeCommand(command: CommandNode, stdin?: string, stdinOwned?: boolean): Promise<ExecResult>
  executeCommandInner(command: CommandNode, stdin: string, stdinOwned: boolean): Promise<ExecResult>
  executeSimpleCommand(command: SimpleCommandNode, stdin: string): Promise<ExecResult>
  runCommand(
    name: string,
    args: string[],
    quoted: boolean[],
    stdin: string,
    skipFunctions?: boolean,
  ): Promise<ExecResult>
  expandAlias(command: SimpleCommandNode): SimpleCommandNode
  readonly aliasExpansionStack: Set<string>
  buildExportedEnv(): Record<string, string>
}

interface ControlFlowError extends Error {
  stdout: string
  stderr: string
}

interface CapturedCore {
  readonly core: LanguageCore
  readonly LanguageCore: new (options: LanguageOptions, state: ShellState) => LanguageCore
}

const captured = capture()

/** The interpreter class, to be extended. */
export const LanguageCore = captured.LanguageCore

/** just-bash's own commands by name. They are stateless and shared by all machines. */
export const adoptedCommands: ReadonlyMap<string, AdoptedCommand> = captured.core.ctx.commands

/**
 * Bounds of one command and of the language. Time and number of commands are bounded by the machine's own clock, so the
 * limits that only count them are opened.
 */
export const adoptedLimits: AdoptedLimits = {
  ...captured.core.ctx.limits,
  maxCommandCount: Number.MAX_SAFE_INTEGER,
  maxLoopIterations: Number.MAX_SAFE_INTEGER,
  maxWorkUnits: Number.MAX_SAFE_INTEGER,
  maxExecutionTimeMs: Number.MAX_SAFE_INTEGER,
  maxInputBytes: Number.MAX_SAFE_INTEGER,
  maxAwkIterations: 200_000,
  maxSedIterations: 50_000,
  maxOutputSize: 64 * 1024 * 1024,
  maxCallDepth: 400,
  maxSubstitutionDepth: 100,
}

// The class is reached through an instance, whose type says nothing of its constructor.
const Scope = captured.core.ctx.executionScope.constructor as new (
  limits: AdoptedLimits,
) => { consume(kind: string): void }

/** A fresh account of what one command of the agent uses up. */
export function newExecutionScope(): object {
  return new Scope(adoptedLimits)
}

const errors = await captureErrors()

/** What `exit` throws. */
export const ExitError = errors.ExitError
/** What `set -e` throws. */
export const ErrexitError = errors.ErrexitError
/** The one error that nothing of the language catches: subclasses of it end a process whatever it is doing. */
export const FatalError = errors.FatalError

/** A state as a new shell has it, before its environment and options. */
export function newState(): ShellState {
  return {
    env: new Map(),
    arrays: new Map(),
    cwd: '/',
    previousDir: '/',
    functions: new Map(),
    localScopes: [],
    callDepth: 0,
    sourceDepth: 0,
    commandCount: 0,
    lastExitCode: 0,
    lastArg: '',
    startTime: 0,
    lastBackgroundPid: 0,
    virtualPid: 1,
    virtualPpid: 0,
    virtualUid: 1000,
    virtualGid: 1000,
    bashPid: 1,
    nextVirtualPid: 2,
    currentLine: 1,
    options: { ...captured.core.ctx.state.options },
    shoptOptions: { ...captured.core.ctx.state.shoptOptions },
    inCondition: false,
    loopDepth: 0,
    exportedVars: new Set(),
    readonlyVars: new Set(['SHELLOPTS', 'BASHOPTS']),
    hashTable: new Map(),
  }
}

/** A copy that shares nothing that changes; syntax trees are shared, they do not. */
export function copyState(state: ShellState): ShellState {
  return Object.assign(copyDeep(state, 0), { functions: new Map(state.functions) })
}

function copyDeep<T>(value: T, depth: number): T {
  if (typeof value !== 'object' || value === null || depth > 4) return value
  // Each branch returns what it was given the type of; TypeScript does not follow a generic through `instanceof`.
  if (value instanceof Map) {
    const copy = new Map()
    for (const [key, inner] of value) copy.set(key, copyDeep(inner, depth + 1))
    return copy as T
  }
  if (value instanceof Set) return new Set(value) as T
  if (Array.isArray(value)) return value.map((inner) => copyDeep(inner, depth + 1)) as T
  if (Object.getPrototypeOf(value) !== Object.prototype) return value
  const copy: Record<string, unknown> = {}
  for (const [key, inner] of Object.entries(value)) {
    copy[key] = key === 'functions' ? inner : copyDeep(inner, depth + 1)
  }
  return copy as T
}

function capture(): CapturedCore {
  const bash = new Bash({ defenseInDepth: false })
  const { bind } = Function.prototype
  let core: LanguageCore | undefined
  // The interpreter binds its own methods while it is built; the patch lives for that one synchronous call.
  // oxlint-disable-next-line no-extend-native
  Function.prototype.bind = function (this: (...args: never[]) => unknown, self: unknown, ...rest) {
    if (core === undefined && isCore(self)) core = self
    return bind.call(this, self, ...rest)
  }
  try {
    void bash.exec(':')
  } finally {
    // oxlint-disable-next-line no-extend-native
    Function.prototype.bind = bind
  }
  invariant(core !== undefined, 'just-bash builds its interpreter in the call of exec')
  return { core, LanguageCore: core.constructor as CapturedCore['LanguageCore'] }
}

function isCore(value: unknown): value is LanguageCore {
  return typeof value === 'object' && value !== null && 'executeUserScript' in value
}

async function captureErrors(): Promise<{
  ExitError: new (exitCode: number) => ControlFlowError & { exitCode: number }
  ErrexitError: new (exitCode: number) => ControlFlowError & { exitCode: number }
  FatalError: new (message: string, kind: string) => ControlFlowError
}> {
  const core = new LanguageCore(
    {
      fs: captured.core.ctx.fs,
      commands: new Map(),
      limits: adoptedLimits,
      executionScope: newExecutionScope(),
      exec: () => Promise.resolve({ stdout: '', stderr: '', exitCode: 0 }),
    },
    newState(),
  )
  const exit = await caught(() => core.runCommand('exit', ['1'], [], ''))
  core.ctx.state.options.errexit = true
  const [first] = parse('false').statements
  invariant(first !== undefined, 'a command is a statement')
  const errexit = await caught(() => core.executeStatement(first))
  const fatal = await caught(async () =>
    new Scope({ ...adoptedLimits, maxCommandCount: 0 }).consume('commands'),
  )
  return {
    ExitError: exit.constructor as never,
    ErrexitError: errexit.constructor as never,
    FatalError: fatal.constructor as never,
  }
}

async function caught(act: () => Promise<unknown>): Promise<Error> {
  try {
    await act()
  } catch (error) {
    invariant(error instanceof Error, 'just-bash throws errors')
    return error
  }
  invariant(false, 'just-bash ends what it was told to end')
}
