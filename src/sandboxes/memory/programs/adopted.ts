import { type ExecResult, parse, type ResolvedCommandContext } from 'just-bash'
import { SystemError } from '../files/system-error.ts'
import { bytesToText, textToBytes } from '../files/text.ts'
import { readAll, TextFile } from '../machine/open-file.ts'
import { type Process, ProcessEnded } from '../machine/process.ts'
import {
  type AdoptedCommand,
  adoptedCommands,
  adoptedLimits,
  FatalError,
  newExecutionScope,
} from '../shell/language.ts'
import { literalText } from '../shell/syntax.ts'
import { Complaint, type Program, type Run } from './program.ts'
import { capture } from './spawn.ts'

/** Commands of just-bash that are right as they are: filters and the like, which ask the file system and their input only. */
const ADOPTED = [
  ...['sort', 'comm', 'cut', 'tr', 'rev', 'nl', 'fold', 'printf', 'expand', 'unexpand', 'split'],
  ...['column', 'join', 'basename', 'dirname', 'du', 'base64', 'seq', 'expr', 'md5sum', 'sha1sum'],
  ...['sha256sum', 'tac', 'gzip', 'gunzip', 'zcat', 'tar', 'awk'],
]

export const ADOPTED_PROGRAMS: readonly Program[] = [
  ...ADOPTED.map((name) => adoptedProgram(name)),
  { ...adoptedProgram('awk'), name: 'mawk' },
  { name: 'uniq', run: uniq },
]

function adoptedProgram(name: string): Program {
  return {
    name,
    run: ({ process, args, environment }) => runAdopted(name, process, args, environment),
  }
}

// just-bash counts in four columns where the real program counts in seven.
async function uniq(run: Run): Promise<number> {
  const result = await adoptedResult('uniq', run.process, run.args, run.environment)
  const counts = run.args.some((arg) => /^-\w*c|^--count$/.test(arg))
  const shown = counts
    ? result.stdout.replace(/^ *(\d+) /gm, (_, count: string) => `${count.padStart(7)} `)
    : result.stdout
  await run.outBytes(shown)
  await run.err(result.stderr)
  return result.exitCode
}

/** What a builtin of a shell hands to the command behind it. */
export interface ShellAccess {
  readonly env: Map<string, string>
  assign(name: string, value: string, subscript?: string): Promise<void>
}

/** Runs a command of just-bash in a process: its input, output and files are those of the process. */
export async function runAdopted(
  name: string,
  process: Process,
  args: readonly string[],
  environment: ReadonlyMap<string, string>,
  shell?: ShellAccess,
): Promise<number> {
  const result = await adoptedResult(name, process, args, environment, shell)
  await process.files.get(1)?.write(process, result.stdout)
  await process.files.get(2)?.write(process, textToBytes(result.stderr))
  return result.exitCode
}

/** The same, with the output returned: bytes on standard output, text on standard error. */
export async function adoptedResult(
  name: string,
  process: Process,
  args: readonly string[],
  environment: ReadonlyMap<string, string>,
  shell?: ShellAccess,
  input?: string,
): Promise<{ stdout: string; stderr: string; exitCode: number }> {
  const command = adoptedCommands.get(name)
  if (command === undefined) throw new Complaint('not adopted', 127)
  const first = await attempt(command, process, args, environment, shell, input)
  if (first !== 'needs input') return first
  // Its input has to be waited for. Nothing was done yet: these commands read before they write.
  const bytes = await readAll(process.file(0), process)
  const second = await attempt(command, process, args, environment, shell, bytes)
  return second === 'needs input' ? { stdout: '', stderr: '', exitCode: 1 } : second
}

async function attempt(
  command: AdoptedCommand,
  process: Process,
  args: readonly string[],
  environment: ReadonlyMap<string, string>,
  shell: ShellAccess | undefined,
  input: string | undefined,
): Promise<'needs input' | { stdout: string; stderr: string; exitCode: number }> {
  const view = process.view()
  let needsInput = false
  // Some commands ask twice.
  let known = input ?? null
  const readInput = (): string => {
    known ??= process.files.get(0)?.takeRestNow() ?? null
    if (known !== null) return known
    needsInput = true
    throw new Error('input has to be waited for')
  }
  const context = {
    fs: view,
    cwd: process.workingDirectory(),
    env: shell?.env ?? new Map(environment),
    exportedEnv: Object.fromEntries(environment),
    assignShellVariable: shell?.assign.bind(shell),
    get stdin() {
      return readInput()
    },
    limits: adoptedLimits,
    executionScope: newExecutionScope(),
    exec: (text: string, options: { args?: string[]; stdin?: string }) =>
      runForCommand(command.name, process, environment, text, options),
    getRegisteredCommands: () => [...adoptedCommands.keys()],
  }
  let result: ExecResult
  try {
    // Bytes have the shape of just-bash's ByteString, a branded string; the rest of the context is what it declares.
    result = await command.execute([...args], context as unknown as ResolvedCommandContext)
  } catch (error) {
    if (needsInput) return 'needs input'
    if (error instanceof ProcessEnded) throw error
    if (error instanceof FatalError) await process.wait(() => undefined)
    throw new Complaint(messageOf(error))
  }
  if (needsInput) return 'needs input'
  if (ENDLESS.test(result.stderr)) await process.wait(() => undefined)
  noteUnsupportedParts(process, command.name, result.stderr)
  const isBytes =
    result.stdoutKind === 'bytes' ||
    result.stdoutEncoding === 'binary' ||
    (command.name === 'printf' && printsBytes(args))
  return {
    stdout: isBytes ? result.stdout : textToBytes(result.stdout),
    stderr: explainDenials(result.stderr, view.denied, args, process),
    exitCode: result.exitCode,
  }
}

/** What awk and sed say of a loop that does not end: it runs until somebody ends it. */
const ENDLESS = /^(awk|sed): .*exceeded maximum iterations/m

// `printf` of just-bash gives a byte as the character of its number. Its text is bytes unless words went into it.
function printsBytes(args: readonly string[]): boolean {
  return args.every((arg) => /^[\0-\x7f]*$/.test(arg) && !/\\[uU]/.test(arg))
}

async function runForCommand(
  name: string,
  process: Process,
  environment: ReadonlyMap<string, string>,
  text: string,
  options: { args?: string[]; stdin?: string },
): Promise<{ stdout: string; stderr: string; exitCode: number; stdoutKind: 'bytes' }> {
  const command = parse(text).statements[0]?.pipelines[0]?.commands[0]
  const word = command?.type === 'SimpleCommand' ? command.name : null
  const program = word === null ? text : (literalText(word) ?? text)
  const stdin = options.stdin === undefined ? null : new TextFile(options.stdin)
  const argv = [program, ...(options.args ?? [])]
  const wording = (failed: string, reason: string): string => `'${failed}': ${reason}`
  const result = await capture(process, name, argv, environment, wording, stdin)
  return { ...result, stderr: bytesToText(result.stderr), stdoutKind: 'bytes' }
}

function messageOf(error: unknown): string {
  if (error instanceof SystemError) return `${error.path}: ${error.text}`
  return error instanceof Error ? error.message : String(error)
}

// The commands take every failure to read for a missing file.
function explainDenials(
  stderr: string,
  denied: readonly string[],
  args: readonly string[],
  process: Process,
): string {
  if (stderr === '' || denied.length === 0) return stderr
  let text = stderr
  const names = new Set(denied)
  for (const arg of args) {
    if (arg !== '' && denied.includes(process.view().resolvePath(process.workingDirectory(), arg)))
      names.add(arg)
  }
  for (const name of names) {
    for (const quoted of [name, `'${name}'`]) {
      text = text.replaceAll(`${quoted}: No such file or directory`, `${quoted}: Permission denied`)
    }
  }
  return text
}

/** What the adopted interpreters of small languages refuse because it would leave the simulation. */
const REFUSED: readonly (readonly [string, RegExp, string])[] = [
  ['awk', /system\(\) is not supported/, 'awk system()'],
  ['awk', /Unexpected token: PIPE/, 'awk pipe'],
  ['sed', /e command .*not supported/, 'sed e command'],
]

export function noteUnsupportedParts(process: Process, name: string, stderr: string): void {
  for (const [program, message, technique] of REFUSED) {
    if (program === name && message.test(stderr)) process.machine.unsupported.add(technique)
  }
}
