import type { ExecResult } from 'just-bash'
import { invariant } from '../../../support/errors.ts'
import { ShellFileView } from '../files/file-view.ts'
import { SystemError } from '../files/system-error.ts'
import { bytesToText, textToBytes } from '../files/text.ts'
import { BUILTIN_MS, type Machine, PROGRAM_MS } from '../machine/machine.ts'
import { CaptureFile, DeviceFile, type OpenFile } from '../machine/open-file.ts'
import { pipe, signalStatus } from '../machine/pipe.ts'
import { type Process, ProcessEnded } from '../machine/process.ts'
import { noteUnsupportedProgram } from '../machine/unsupported.ts'
import { execute, findProgram, programFailure } from '../programs/execute.ts'
import { BUILTINS } from './builtins.ts'
import { endingStatus, isSpoken, SHELL_ENDING } from './endings.ts'
import {
  adoptedLimits,
  type CommandNode,
  copyState,
  ErrexitError,
  ExitError,
  type FunctionDefinition,
  LanguageCore,
  newExecutionScope,
  newState,
  type PipelineNode,
  type Redirection,
  type ScriptNode,
  type ShellState,
  type SimpleCommandNode,
  type StatementNode,
  type WordNode,
  type WordPart,
} from './language.ts'
import {
  ALL_ARGS,
  isProcessSubstitution,
  isSplit,
  onlyCommand,
  quotedWord,
  withoutOuterRedirections,
  withoutRedirections,
} from './nodes.ts'
import { redirect } from './redirections.ts'
import { functionText, literalText, type Parsed, parseFunction, parseScript } from './syntax.ts'

/** A background job or process substitution that a shell has started. */
export interface Job {
  readonly number: number
  readonly process: Process
  readonly text: string
}

interface Pending {
  readonly redirections: readonly Redirection[]
  readonly inPlace: boolean
  taken: boolean
}

/** The signal or condition of a trap, and the text it runs. */
export type Traps = Map<string, string>

const LOOP_BUILTINS: ReadonlySet<string> = new Set(['break', 'continue'])

const FUNCTION_PREFIX = 'BASH_FUNC_'
const FUNCTION_SUFFIX = '%%'
/** Names no command can have: they lead through the language core to what is done here. */
const CALL = '\0call'
const EXPAND = '\0expand'

/** Builtins whose work is the language core's. Their output is printed here. */
const CORE_BUILTINS: ReadonlySet<string> = new Set([
  ...['export', 'unset', 'local', 'set', 'break', 'continue', 'return', 'getopts'],
  ...['compgen', 'complete', 'compopt', 'pushd', 'popd', 'dirs', 'declare', 'typeset'],
  ...['readonly', 'let', 'shopt', 'type', 'hash', 'help', 'exit'],
  ...[':', 'true', 'false'],
])

/**
 * One shell process. The language is the core's; commands, descriptors, pipelines, jobs and traps are done here, as
 * processes of the machine.
 */
export class Shell extends LanguageCore {
  readonly process: Process
  /** What messages and `$0` name. */
  name: string
  /** bash, or the dash that stands at `/bin/sh`. */
  readonly dialect: 'bash' | 'sh'
  readonly exportedFunctions: Set<string>
  readonly traps: Traps = new Map()
  readonly jobs: Job[] = []
  #pending: Pending | null = null
  #expanded: string[] = []
  #oneShot: CommandNode | null = null
  #inTrap = false
  /** What ends this shell once the core has unwound. */
  #ending: Error | null = null

  constructor(
    process: Process,
    options: {
      name: string
      dialect: 'bash' | 'sh'
      state?: ShellState
      exportedFunctions?: ReadonlySet<string>
    },
  ) {
    const state = options.state ?? newState()
    const own: { shell?: Shell } = {}
    super(
      {
        fs: new ShellFileView(process, () => state.cwd),
        commands: new Map(),
        limits: adoptedLimits,
        executionScope: newExecutionScope(),
        exec: async (script) => {
          invariant(own.shell !== undefined, 'the core calls back only while it runs')
          return own.shell.substitute(parseScript(script))
        },
      },
      state,
    )
    own.shell = this
    this.process = process
    this.name = options.name
    this.dialect = options.dialect
    this.exportedFunctions = new Set(options.exportedFunctions)
    process.environment = () => this.environment()
  }

  get state(): ShellState {
    return this.ctx.state
  }

  get machine(): Machine {
    return this.process.machine
  }

  isBuiltin(name: string): boolean {
    return CORE_BUILTINS.has(name) || name in BUILTINS
  }

  /** Variables and functions that children get. */
  environment(): Map<string, string> {
    const environment = new Map(Object.entries(this.buildExportedEnv()))
    for (const name of this.exportedFunctions) {
      const definition = this.state.functions.get(name)
      if (definition === undefined) continue
      environment.set(FUNCTION_PREFIX + name + FUNCTION_SUFFIX, functionText(definition))
    }
    return environment
  }

  /** Takes over the environment that the process was started with, as a new shell does. */
  adopt(environment: ReadonlyMap<string, string>, args: readonly string[]): void {
    const { env, exportedVars } = this.state
    env.set('IFS', ' \t\n')
    env.set('OPTIND', '1')
    env.set('PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin')
    for (const [name, value] of environment) {
      if (!name.startsWith(FUNCTION_PREFIX)) {
        if (!/^[A-Za-z_]\w*$/.test(name) || this.state.readonlyVars.has(name)) continue
        env.set(name, value)
        exportedVars.add(name)
      } else if (this.dialect === 'bash' && name.endsWith(FUNCTION_SUFFIX)) {
        this.#adoptFunction(name.slice(FUNCTION_PREFIX.length, -FUNCTION_SUFFIX.length), value)
      }
    }
    const here = this.process.workingDirectory()
    this.state.cwd = this.#believedDirectory(environment.get('PWD'), here)
    this.state.previousDir = environment.get('OLDPWD') ?? ''
    env.set('PWD', this.state.cwd)
    exportedVars.add('PWD')
    if (this.dialect === 'bash') {
      const level = Number(environment.get('SHLVL') ?? 0)
      env.set('SHLVL', String(Number.isInteger(level) ? level + 1 : 1))
      exportedVars.add('SHLVL')
      env.set('BASH', '/bin/bash')
      env.set('HOSTNAME', this.machine.options.hostname)
      env.set('HOSTTYPE', 'x86_64')
      env.set('MACHTYPE', 'x86_64-pc-linux-gnu')
      env.set('OSTYPE', 'linux-gnu')
      this.state.arrays.set('BASH_VERSINFO', { kind: 'indexed', elements: new Map(VERSION) })
    }
    this.setPositional(args)
    const { pid, parent } = this.process
    Object.assign(this.state, {
      virtualPid: pid,
      bashPid: pid,
      virtualPpid: parent?.pid ?? 1,
      nextVirtualPid: pid + 1,
      startTime: this.machine.nowMs,
    })
  }

  setPositional(args: readonly string[]): void {
    const { env } = this.state
    const before = Number(env.get('#') ?? 0)
    for (let index = 1; index <= before; index++) env.delete(String(index))
    for (const [index, arg] of args.entries()) env.set(String(index + 1), arg)
    env.set('0', this.name)
    env.set('#', String(args.length))
    env.set('@', args.join(' '))
    env.set('*', args.join(' '))
  }

  /** Runs a text in this shell. Returns its status; `exit` and signals are thrown. */
  async run(text: string, label = ''): Promise<number> {
    if (text.length > SOURCE_LENGTH) this.process.holds(Number.POSITIVE_INFINITY)
    return this.runParsed(parseScript(text), label)
  }

  async runParsed({ script, fault }: Parsed, label = ''): Promise<number> {
    let status = 0
    if (script.statements.length > 0) {
      const result = await super.executeScript(script)
      await this.emit(result)
      status = result.exitCode
      // The core ends the innermost text only; in bash the whole shell ends.
      const ending = this.#ending
      this.#ending = null
      if (ending !== null) throw ending
    }
    if (fault === null) return status
    if (fault.unsupported !== null) this.machine.unsupported.add(fault.unsupported)
    const lead = this.#prefix(label, fault.line)
    for (const message of fault.messages) await this.print(2, `${lead}${message}\n`)
    this.state.lastExitCode = 2
    return 2
  }

  /** Runs the only command of a process: a program takes the process over instead of getting one of its own. */
  async runOnly(parsed: Parsed, label = ''): Promise<number> {
    const [statement] = parsed.script.statements
    if (parsed.script.statements.length === 1 && parsed.fault === null) {
      this.#oneShot = onlyCommand(statement)
    }
    return this.runParsed(parsed, label)
  }

  /** What is left to do when the shell ends. Returns the status to end with. */
  async finish(status: number): Promise<number> {
    const text = this.traps.get('EXIT')
    if (text === undefined) return status
    this.traps.delete('EXIT')
    this.state.lastExitCode = status
    try {
      await this.run(text)
    } catch (error) {
      if (error instanceof ExitError) return error.exitCode
      throw error
    }
    return status
  }

  /** A command substitution: a child of this shell, whose output is caught. */
  override async executeScript(script: ScriptNode): Promise<ExecResult> {
    return this.substitute({ script, fault: null })
  }

  async substitute(parsed: Parsed): Promise<ExecResult> {
    const parts: string[] = []
    let length = 0
    const capture = new CaptureFile((bytes) => {
      length += bytes.length
      child.process.holds(length)
      parts.push(bytes)
    })
    const child = await this.#forkPatiently(() => this.fork(new Map([[1, capture]])))
    capture.release()
    child.start(() => child.runOnly(parsed))
    await capture.closedBy(this.process)
    const exitCode = await this.process.waitFor(child.process)
    const stdout = bytesToText(parts.join('').replaceAll('\0', ''))
    return { stdout, stderr: '', exitCode }
  }

  override async executeStatement(statement: StatementNode): Promise<ExecResult> {
    const pause = this.process.spend(0)
    if (pause !== undefined) await pause
    if (this.process.pending.length > 0) await this.#runTraps()
    if (this.state.options.noexec) return done(0)
    if (statement.background) return done(await this.#launch(statement))
    try {
      return done(await this.#list(statement))
    } catch (error) {
      // What the language core says with an error is said at once, so that it stands in its place in the output.
      if (isSpoken(error)) {
        const { stdout, stderr } = error
        error.stdout = ''
        error.stderr = ''
        await this.emit({ stdout, stderr, exitCode: 0 })
        if (SHELL_ENDING.has(error.name)) this.#ending = error
      }
      throw error
    }
  }

  override async executePipeline(pipeline: PipelineNode): Promise<ExecResult> {
    const startedMs = this.machine.timeline.nowMs
    const [only] = pipeline.commands
    let statuses: number[]
    if (only !== undefined && pipeline.commands.length === 1) {
      statuses = [(await this.executeCommand(only)).exitCode]
    } else {
      statuses = await this.#pipe(pipeline)
    }
    const last = statuses.at(-1) ?? 0
    const failed = statuses.findLast((status) => status !== 0)
    const status = this.state.options.pipefail ? (failed ?? 0) : last
    if (pipeline.commands.length > 1 || only?.type === 'SimpleCommand') {
      const elements = new Map(statuses.map((value, index) => [String(index), String(value)]))
      this.state.arrays.set('PIPESTATUS', { kind: 'indexed', elements })
    }
    if (pipeline.timed) await this.#printTime(startedMs, pipeline.timePosix ?? false)
    return done(pipeline.negated ? Number(status === 0) : status)
  }

  override async executeCommand(command: CommandNode): Promise<ExecResult> {
    if (command.type === 'SimpleCommand') return done(await this.#simple(command))
    if (command.type === 'FunctionDef') {
      this.state.functions.set(command.name, withoutOuterRedirections(command))
      return done(0)
    }
    if (command.redirections.length === 0) return done(await this.#compound(command))
    const saved = await redirect(this, command.redirections)
    if (saved === null) return done(1)
    try {
      return done(await this.#compound(withoutRedirections(command)))
    } finally {
      saved.restore()
    }
  }

  /** Where the language core hands over: a command with its words expanded. */
  override async runCommand(
    name: string,
    args: string[],
    quoted: boolean[] = [],
    stdin = '',
    skipFunctions = false,
  ): Promise<ExecResult> {
    if (name === EXPAND) {
      this.#expanded = args
      return done(0)
    }
    const pending = this.#pending
    this.#pending = null
    if (pending === null) return super.runCommand(name, args, quoted, stdin, skipFunctions)
    pending.taken = true
    if (this.state.options.xtrace) await this.#trace(name, args)
    const saved = await redirect(this, pending.redirections)
    if (saved === null) return done(1)
    try {
      return done(await this.dispatch(name, args, { inPlace: pending.inPlace }))
    } finally {
      if (name === 'exec') saved.keep()
      else saved.restore()
    }
  }

  /** Runs a command by its name: function, builtin or program. */
  async dispatch(
    name: string,
    args: string[],
    options: { inPlace?: boolean; functions?: boolean; path?: string } = {},
  ): Promise<number> {
    const definition = options.functions === false ? undefined : this.state.functions.get(name)
    if (definition !== undefined) return this.#call(definition, args)
    const builtin = BUILTINS[name]
    if (builtin !== undefined) return this.#builtin(name, () => builtin(this, args))
    if (LOOP_BUILTINS.has(name) && this.state.loopDepth === 0) {
      await this.complain(`${name}: only meaningful in a \`for', \`while', or \`until' loop`)
      return 0
    }
    if (CORE_BUILTINS.has(name)) return this.#builtin(name, () => this.runCore(name, args))
    return this.#external(name, args, options)
  }

  /** A builtin of the language core. */
  async runCore(name: string, args: string[], stdin = ''): Promise<number> {
    const result = await this.coreResult(name, args, stdin)
    await this.emit(result)
    if (name === 'pushd' || name === 'popd') {
      this.process.cwd = this.process.tree.at(this.state.cwd, this.process.who)
    }
    return result.exitCode
  }

  /** What a builtin of the language core says and returns. */
  coreResult(name: string, args: string[], stdin = ''): Promise<ExecResult> {
    return super.runCommand(name, args, [], stdin, true)
  }

  /** The words that a word expands to. */
  async expand(word: WordNode): Promise<string[]> {
    this.#expanded = []
    const name: WordNode = { type: 'Word', parts: [{ type: 'SingleQuoted', value: EXPAND }] }
    const command: SimpleCommandNode = {
      type: 'SimpleCommand',
      assignments: [],
      name,
      args: [word],
      redirections: [],
    }
    const { stderr } = await super.executeSimpleCommand(command, '')
    await this.emit({ stdout: '', stderr, exitCode: 0 })
    return this.#expanded
  }

  /** A word expanded as if it stood between double quotes: here-documents and here-strings. */
  async expandQuoted(word: WordNode): Promise<string> {
    const literal = literalText(word)
    if (literal !== null) return literal
    const parts = word.parts.map(
      (part): WordPart =>
        part.type === 'DoubleQuoted' || part.type === 'SingleQuoted'
          ? part
          : { type: 'DoubleQuoted', parts: [part] },
    )
    const words = await this.expand({ type: 'Word', parts })
    return words.join(' ')
  }

  /** Starts the command of a word that is a process substitution; null for other words. */
  async substituteProcess(
    word: WordNode,
  ): Promise<{ file: OpenFile; direction: 'input' | 'output' } | null> {
    const [part] = word.parts
    if (part?.type !== 'ProcessSubstitution' || word.parts.length !== 1) return null
    const { readEnd, writeEnd } = pipe()
    const [ours, theirs] = part.direction === 'input' ? [readEnd, writeEnd] : [writeEnd, readEnd]
    const files = new Map([[part.direction === 'input' ? 1 : 0, theirs]])
    const child = await this.#forkPatiently(() => this.fork(files))
    theirs.release()
    child.start(() => child.runOnly({ script: part.body, fault: null }))
    this.state.lastBackgroundPid = child.process.pid
    return { file: ours, direction: part.direction }
  }

  /** A child that goes on from where this shell is. `files` replaces descriptors. */
  fork(files: ReadonlyMap<number, OpenFile> = new Map()): Shell {
    const { process } = this
    const child = this.machine.fork({
      parent: process,
      argv: process.argv,
      environment: process.environment,
      files: new Map([...process.files, ...files]),
    })
    const state = copyState(this.state)
    state.bashPid = child.pid
    state.loopDepth = 0
    const { name, dialect, exportedFunctions } = this
    const shell = new Shell(child, { name, dialect, state, exportedFunctions })
    for (const [signal, text] of this.traps) {
      if (text === '') shell.traps.set(signal, text)
    }
    shell.jobs.push(...this.jobs)
    return shell
  }

  /** Lets a forked shell live. */
  start(main: () => Promise<number>): void {
    this.machine.start(this.process, () => this.live(main))
  }

  /** Runs `main` to the shell's end: exit codes and errors of the language become its status, its EXIT trap runs. */
  async live(main: () => Promise<number>): Promise<number> {
    let status: number
    try {
      status = await main()
    } catch (error) {
      if (error instanceof ProcessEnded) throw await this.#lastWords(error)
      if (!isSpoken(error)) throw error
      await this.emit({ stdout: '', stderr: error.stderr, exitCode: 0 })
      status = endingStatus(error)
    }
    return this.finish(status)
  }

  // A signal that ends a shell lets its EXIT trap run first. Only KILL and the machine's death do not.
  async #lastWords(ended: ProcessEnded): Promise<Error> {
    const { status } = ended
    if (!this.traps.has('EXIT') || this.machine.death !== null) return ended
    if (!('signal' in status) || status.signal === 'KILL') return ended
    this.process.survive()
    await this.finish(signalStatus(status.signal))
    return ended
  }

  /** Prints a message of the shell itself, with its name and line before it. */
  async complain(message: string): Promise<void> {
    await this.print(2, `${this.#prefix('', this.state.currentLine)}${message}\n`)
  }

  print(descriptor: number, text: string): Promise<void> {
    return this.printBytes(descriptor, textToBytes(text))
  }

  /** A closed error descriptor swallows what is said; a closed output is an error of whoever prints. */
  async printBytes(descriptor: number, bytes: string): Promise<void> {
    if (bytes === '') return
    if (descriptor === 2 && !this.process.files.has(2)) return
    await this.process.file(descriptor).write(this.process, bytes)
  }

  /** Prints what the language core has collected. It calls every shell `bash` and names no line. */
  async emit(result: ExecResult): Promise<void> {
    if (result.stdout !== '') await this.print(1, result.stdout)
    if (result.stderr === '') return
    const prefix = this.#prefix('', this.state.currentLine)
    const text = result.stderr
      .replace(/^bash: (?:line \d+: )?/gm, prefix)
      .replace(/, increase executionLimits\.\w+/g, '')
    await this.print(2, text)
  }

  async #builtin(name: string, run: () => Promise<number>): Promise<number> {
    try {
      return await run()
    } catch (error) {
      if (!(error instanceof SystemError)) throw error
      await this.complain(`${name}: write error: ${error.text}`)
      return 1
    }
  }

  async #list(statement: StatementNode): Promise<number> {
    const { state } = this
    state.errexitSafe = false
    let status = 0
    let ran = -1
    for (const [index, pipeline] of statement.pipelines.entries()) {
      const operator = index > 0 ? statement.operators[index - 1] : undefined
      if ((operator === '&&' && status !== 0) || (operator === '||' && status === 0)) continue
      status = (await this.executePipeline(pipeline)).exitCode
      ran = index
      state.lastExitCode = status
      state.env.set('?', String(status))
      if (this.process.pending.length > 0) await this.#runTraps()
    }
    const last = ran === statement.pipelines.length - 1
    const safe = !last || (statement.pipelines[ran]?.negated ?? false) || state.errexitSafe
    state.errexitSafe = safe
    if (status !== 0 && !safe && !state.inCondition) {
      await this.#runTrap('ERR')
      if (state.options.errexit) throw new ErrexitError(status)
    }
    return status
  }

  async #compound(command: Exclude<CommandNode, { type: 'SimpleCommand' }>): Promise<number> {
    if (command.type === 'Subshell') {
      const child = await this.#forkPatiently(() => this.fork())
      child.#oneShot = command.body.length === 1 ? onlyCommand(command.body[0]) : null
      const script: ScriptNode = { type: 'Script', statements: command.body }
      child.start(() => child.runParsed({ script, fault: null }))
      return this.#await(child.process, null)
    }
    if (command.type === 'Group') return this.#statements(command.body)
    const result = await super.executeCommandInner(
      command.type === 'For' && command.words === null ? { ...command, words: ALL_ARGS } : command,
      '',
      false,
    )
    await this.emit(result)
    return result.exitCode
  }

  async #statements(statements: readonly StatementNode[]): Promise<number> {
    let status = 0
    for (const statement of statements) status = (await this.executeStatement(statement)).exitCode
    return status
  }

  async #simple(original: SimpleCommandNode): Promise<number> {
    const { state } = this
    if (original.line !== undefined) state.currentLine = original.line
    if (this.traps.has('DEBUG')) await this.#runTrap('DEBUG')
    const pause = this.process.spend(BUILTIN_MS)
    if (pause !== undefined) await pause
    const named = await this.#splitName(this.#unalias(original))
    const { command, close } = await this.#substituteProcesses(named)
    const pending: Pending = {
      redirections: command.redirections,
      inPlace: this.#oneShot === original,
      taken: false,
    }
    this.#oneShot = null
    this.#pending = pending
    const { xtrace } = state.options
    // An assignment alone succeeds unless a substitution in it fails; the core would pass on the status before it.
    if (command.name === null) state.lastExitCode = 0
    let result: ExecResult
    try {
      result = await super.executeSimpleCommand(withoutRedirections(command), '')
    } finally {
      this.#pending = null
      close()
    }
    if (!pending.taken) {
      const saved = await redirect(this, pending.redirections)
      if (saved === null) return 1
      if (command.name === null) saved.restore()
      else saved.keep()
    }
    const { stderr } = result
    const traced = xtrace && command.name !== null
    await this.emit({ ...result, stderr: traced ? untraced(stderr, this) : stderr })
    return result.exitCode
  }

  // The core takes the whole of an expanded name for the command; bash splits it into words.
  async #splitName(original: SimpleCommandNode): Promise<SimpleCommandNode> {
    if (original.name === null || !original.name.parts.some(isSplit)) return original
    const words = await this.expand(original.name)
    const [name = null, ...args] = words.map(quotedWord)
    if (name !== null) return { ...original, name, args: [...args, ...original.args] }
    const [next = null, ...rest] = original.args
    return { ...original, name: next, args: rest }
  }

  #unalias(original: SimpleCommandNode): SimpleCommandNode {
    if (!this.state.shoptOptions['expand_aliases'] || original.name === null) return original
    let command = original
    for (;;) {
      const expanded = this.expandAlias(command)
      if (expanded === command) break
      command = expanded
    }
    this.aliasExpansionStack.clear()
    return command
  }

  // Words that are process substitutions become names of descriptors; they close when the command is over.
  async #substituteProcesses(
    command: SimpleCommandNode,
  ): Promise<{ command: SimpleCommandNode; close: () => void }> {
    if (!command.args.some(isProcessSubstitution)) return { command, close: () => undefined }
    const descriptors: number[] = []
    const args: WordNode[] = []
    for (const word of command.args) {
      const substitution = await this.substituteProcess(word)
      if (substitution === null) {
        args.push(word)
        continue
      }
      let descriptor = HIGHEST_DESCRIPTOR
      while (this.process.files.has(descriptor)) descriptor--
      this.process.files.set(descriptor, substitution.file)
      descriptors.push(descriptor)
      args.push({ type: 'Word', parts: [{ type: 'Literal', value: `/dev/fd/${descriptor}` }] })
    }
    return {
      command: { ...command, args },
      close: () => {
        for (const descriptor of descriptors) {
          this.process.files.get(descriptor)?.release()
          this.process.files.delete(descriptor)
        }
      },
    }
  }

  async #call(definition: FunctionDefinition, args: string[]): Promise<number> {
    const { functions } = this.state
    functions.set(CALL, definition)
    // The core looks the name up before it first waits.
    const call = super.runCommand(CALL, args, [], '')
    functions.delete(CALL)
    const result = await call
    await this.emit(result)
    return result.exitCode
  }

  async #external(
    name: string,
    args: string[],
    options: { inPlace?: boolean; path?: string },
  ): Promise<number> {
    const pause = this.process.spend(PROGRAM_MS)
    if (pause !== undefined) await pause
    const searchPath = options.path ?? this.state.env.get('PATH') ?? ''
    let path: string
    try {
      path = name.includes('/') ? name : findProgram(this.process, name, searchPath)
    } catch (error) {
      return this.#notFound(name, args, error)
    }
    const argv = [name, ...args]
    const environment = this.environment()
    environment.set('_', path)
    const run = (process: Process): Promise<number> => this.#exec(process, path, argv, environment)
    if (options.inPlace && this.traps.size === 0) return run(this.process)
    const child = await this.#forkPatiently(() => this.#spawn(argv, environment))
    this.machine.start(child, run)
    return this.#await(child, () => argv.map(quoteForTrace).join(' '))
  }

  /** Becomes a program. Messages about one that cannot be run are this shell's. */
  async #exec(
    process: Process,
    path: string,
    argv: string[],
    environment: Map<string, string>,
  ): Promise<number> {
    try {
      return await execute(process, path, argv, environment)
    } catch (error) {
      const failure = programFailure(error, path, this.dialect)
      if (failure === null) throw error
      const text = `${this.#prefix('', this.state.currentLine)}${failure.message}\n`
      await process.files.get(2)?.write(process, textToBytes(text))
      return failure.exitCode
    }
  }

  /** Replaces the shell by a program, as `exec` does. */
  async become(name: string, args: string[], argv0 = name, clean = false): Promise<never> {
    const path = name.includes('/')
      ? name
      : findProgram(this.process, name, this.state.env.get('PATH') ?? '')
    const environment = clean ? new Map<string, string>() : this.environment()
    environment.set('_', path)
    const status = await execute(this.process, path, [argv0, ...args], environment)
    this.traps.delete('EXIT')
    throw new ExitError(status)
  }

  async #notFound(name: string, args: string[], error: unknown): Promise<number> {
    const handler = this.state.functions.get('command_not_found_handle')
    const searched = this.state.env.has('PATH') ? name : `./${name}`
    const failure = programFailure(error, searched, this.dialect, name)
    if (failure === null) throw error
    if (handler !== undefined && failure.exitCode === 127) {
      return this.#call(handler, [name, ...args])
    }
    if (failure.exitCode === 127) noteUnsupportedProgram(this.machine.unsupported, name)
    await this.complain(failure.message)
    return failure.exitCode
  }

  #spawn(argv: string[], environment: ReadonlyMap<string, string>): Process {
    const { process } = this
    return this.machine.fork({
      parent: process,
      argv,
      environment: () => environment,
      files: process.files,
      ignored: new Set([...this.traps].filter(([, text]) => text === '').map(([name]) => name)),
    })
  }

  // As bash does, it waits longer each time for room among the processes, and ends when there is none.
  async #forkPatiently<T>(fork: () => T): Promise<T> {
    for (let delayMs = 1_000; ; delayMs *= 2) {
      try {
        return fork()
      } catch (error) {
        if (!(error instanceof SystemError)) throw error
        const last = delayMs > FORK_PATIENCE_MS
        await this.complain(`fork: ${last ? '' : 'retry: '}${error.text}`)
        if (last) throw new ExitError(254)
        await this.process.wait((wake) => {
          this.machine.timeline.after(delayMs, wake)
        })
      }
    }
  }

  async #pipe(pipeline: PipelineNode): Promise<number[]> {
    const children: Process[] = []
    let input: OpenFile | null = null
    for (const [index, command] of pipeline.commands.entries()) {
      const last = index === pipeline.commands.length - 1
      const link = last ? null : pipe()
      const files = new Map<number, OpenFile>()
      if (input !== null) files.set(0, input)
      if (link !== null) files.set(1, link.writeEnd)
      if (link !== null && pipeline.pipeStderr?.[index]) files.set(2, link.writeEnd)
      const child = await this.#forkPatiently(() => this.fork(files))
      input?.release()
      link?.writeEnd.release()
      input = link?.readEnd ?? null
      children.push(child.process)
      child.#oneShot = command
      const turn = last ? null : child.process.firstTurn()
      child.start(async () => (await child.executeCommand(command)).exitCode)
      // What stands first in a pipeline gets going first, as forking takes its time.
      if (turn !== null) await turn
    }
    const statuses: number[] = []
    for (const child of children) statuses.push(await this.process.waitFor(child))
    return statuses
  }

  async #launch(statement: StatementNode): Promise<number> {
    const child = await this.#forkPatiently(() => this.fork())
    const { process } = child
    process.files.get(0)?.release()
    process.files.set(0, new DeviceFile('null'))
    for (const signal of ['INT', 'QUIT']) process.ignored.add(signal)
    const foreground = { ...statement, background: false }
    child.#oneShot = onlyCommand(foreground)
    const number = 1 + Math.max(0, ...this.jobs.map((job) => job.number))
    const text = (statement.sourceText ?? '').replace(/\s*&$/, '')
    this.jobs.push({ number, process, text })
    this.state.lastBackgroundPid = process.pid
    child.start(async () => (await child.executeStatement(foreground)).exitCode)
    return 0
  }

  async #await(child: Process, text: (() => string) | null): Promise<number> {
    const status = await this.process.waitFor(child)
    const ended = child.status
    if (text !== null && ended !== null && 'signal' in ended) {
      await this.reportSignal(child, ended.signal, text())
    }
    return status
  }

  // bash tells of a child that a signal ended, but for those that are everyday.
  async reportSignal(
    child: Process,
    signal: string,
    text: string,
    foreground = true,
  ): Promise<void> {
    const said = SIGNAL_TEXTS[signal]
    if (said === undefined || this.dialect !== 'bash') return
    if (signal === 'TERM' && foreground) {
      await this.print(2, `${said}\n`)
      return
    }
    await this.complain(`${String(child.pid).padStart(5)} ${said.padEnd(23)} ${text}`)
  }

  async #runTraps(): Promise<void> {
    for (const signal of this.process.pending.splice(0)) await this.#runTrap(signal)
  }

  async #runTrap(name: string): Promise<void> {
    const text = this.traps.get(name)
    if (text === undefined || text === '' || this.#inTrap) return
    const { lastExitCode, currentLine } = this.state
    this.#inTrap = true
    try {
      await this.run(text)
    } finally {
      this.#inTrap = false
      this.state.lastExitCode = lastExitCode
      this.state.currentLine = currentLine
      this.state.env.set('?', String(lastExitCode))
    }
  }

  async #trace(name: string, args: string[]): Promise<void> {
    const lead = this.state.env.get('PS4') ?? '+ '
    await this.print(2, `${lead}${[name, ...args].map(quoteForTrace).join(' ')}\n`)
  }

  async #printTime(startedMs: number, posix: boolean): Promise<void> {
    const seconds = (this.machine.timeline.nowMs - startedMs) / 1_000
    const real = posix
      ? `real ${seconds.toFixed(2)}\nuser 0.00\nsys 0.00\n`
      : `\nreal\t${Math.floor(seconds / 60)}m${(seconds % 60).toFixed(3)}s\nuser\t0m0.000s\nsys\t0m0.000s\n`
    await this.print(2, real)
  }

  #prefix(label: string, line: number): string {
    if (this.dialect === 'sh') return `${this.name}: ${line}: `
    return `${this.name}: ${label}line ${line}: `
  }

  #adoptFunction(name: string, text: string): void {
    const definition = parseFunction(name, text)
    if (definition === null) return
    this.state.functions.set(name, definition)
    this.exportedFunctions.add(name)
  }

  // A shell believes its inherited PWD as long as it leads to where it stands.
  #believedDirectory(believed: string | undefined, here: string): string {
    if (believed === undefined || !believed.startsWith('/')) return here
    const { tree, who, cwd } = this.process
    return tree.find(believed, who) === cwd ? believed : here
  }
}

const HIGHEST_DESCRIPTOR = 63

/** The longest that a shell waits at a time for a process to become possible. */
const FORK_PATIENCE_MS = 8_000

/** Longer scripts are not read: parsing them would hold everybody up. */
const SOURCE_LENGTH = 256 * 1024

const VERSION = ['5', '2', '15', '1', 'release', 'x86_64-pc-linux-gnu'].map(
  (part, index) => [String(index), part] as const,
)

const SIGNAL_TEXTS: Readonly<Record<string, string>> = {
  HUP: 'Hangup',
  QUIT: 'Quit',
  ABRT: 'Aborted',
  KILL: 'Killed',
  SEGV: 'Segmentation fault',
  TERM: 'Terminated',
  USR1: 'User defined signal 1',
  USR2: 'User defined signal 2',
  ALRM: 'Alarm clock',
}

function done(exitCode: number): ExecResult {
  return { stdout: '', stderr: '', exitCode }
}

function quoteForTrace(word: string): string {
  if (word !== '' && /^[\w@%+=:,./-]+$/.test(word)) return word
  return `'${word.replaceAll("'", String.raw`'\''`)}'`
}

function untraced(stderr: string, shell: Shell): string {
  const lead = shell.state.env.get('PS4') ?? '+ '
  return stderr
    .split('\n')
    .filter((line) => !line.startsWith(lead))
    .join('\n')
}
