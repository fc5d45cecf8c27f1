import { EXECUTE, permits } from '../files/inode.ts'
import { SystemError } from '../files/system-error.ts'
import { bytesToText } from '../files/text.ts'
import type { Process } from '../machine/process.ts'
import { noteUnsupportedProgram } from '../machine/unsupported.ts'
import { type Program, Run, runProgram } from './program.ts'

/** How every compiled program begins. What follows names the program that the file is. */
const COMPILED = `\x7fELF\x02\x01\x01${'\0'.repeat(9)}`
const PROGRAM = `${COMPILED}program\0`
const INTERPRETERS_MAX = 5

/** Variables that bend how a real machine starts a program, unless they are empty, and that this one does not heed. */
const BENDING = /^(LD_\w+|PERL5\w+|SHELLOPTS|BASHOPTS)$/

/** Content of the file that is a program of the machine. Copies of it are the same program. */
export function programContent(name: string): string {
  return `${PROGRAM}${name}\0`
}

/** A file that the kernel does not run, with its text: a shell runs it itself. */
class NotExecutable extends Error {
  readonly path: string
  readonly text: string

  constructor(path: string, text: string) {
    super(`${path}: Exec format error`)
    this.path = path
    this.text = text
  }
}

class BadInterpreter extends Error {
  readonly interpreter: string
  readonly reason: SystemError

  constructor(interpreter: string, reason: SystemError) {
    super(`${interpreter}: bad interpreter: ${reason.text}`)
    this.interpreter = interpreter
    this.reason = reason
  }
}

type Image =
  | { kind: 'program'; program: Program; argv: string[] }
  | { kind: 'client'; path: string; argv: string[] }

/**
 * Makes a process run a file, as `execve` does, and returns its exit code. A text without an interpreter line is run by
 * the shell, as shells and the C library do.
 * @throws SystemError, or errors that `programFailure` words.
 */
export async function execute(
  process: Process,
  path: string,
  argv: readonly string[],
  environment: ReadonlyMap<string, string>,
): Promise<number> {
  let image: Image
  try {
    image = load(process, path, [...argv], 0)
  } catch (error) {
    if (!(error instanceof NotExecutable) || isBinary(error.text)) throw error
    const shell = process.machine.options.programs.get('bash')
    if (shell === undefined) throw error
    image = { kind: 'program', program: shell, argv: ['bash', path, ...argv.slice(1)] }
  }
  for (const [name, value] of environment) {
    if (BENDING.test(name) && value !== '') process.machine.unsupported.add(name)
  }
  process.argv = image.argv
  process.environment = () => environment
  if (image.kind === 'client') {
    const { path: program, argv: words } = image
    return process.machine.options.onCall(process, { program, args: words.slice(1), environment })
  }
  return runProgram(image.program, new Run(process, image.argv, environment))
}

/** Looks a program up in a search path. @throws SystemError ENOENT, or EACCES for a file that may not be run. */
export function findProgram(process: Process, name: string, searchPath: string): string {
  let denied = false
  for (const directory of searchPath.split(':')) {
    const path = directory === '' ? `./${name}` : `${directory.replace(/\/$/, '')}/${name}`
    const inode = process.tree.find(process.resolve(path), process.who)
    if (inode === null || inode.isDirectory) continue
    if (permits(inode, process.who, EXECUTE)) return path
    denied = true
  }
  throw new SystemError(denied ? 'EACCES' : 'ENOENT', name)
}

/** How a shell words that a program could not be run; null for what is no such error. */
export function programFailure(
  error: unknown,
  name: string,
  dialect: 'bash' | 'sh',
  shown = name,
): { message: string; exitCode: number } | null {
  const bash = dialect === 'bash'
  if (error instanceof NotExecutable) {
    const detail = bash ? 'cannot execute binary file: Exec format error' : 'Exec format error'
    return { message: `${shown}: ${detail}`, exitCode: 126 }
  }
  if (error instanceof BadInterpreter) {
    if (error.reason.code === 'ENOENT') {
      const detail = bash ? 'cannot execute: required file not found' : 'not found'
      return { message: `${shown}: ${detail}`, exitCode: 127 }
    }
    return { message: `${shown}: ${error.message}`, exitCode: 126 }
  }
  if (!(error instanceof SystemError)) return null
  if (error.code !== 'ENOENT') return { message: `${shown}: ${error.text}`, exitCode: 126 }
  if (!bash) return { message: `${shown}: not found`, exitCode: 127 }
  return {
    message: `${shown}: ${name.includes('/') ? error.text : 'command not found'}`,
    exitCode: 127,
  }
}

function load(process: Process, path: string, argv: string[], depth: number): Image {
  const { tree, who, machine } = process
  const inode = tree.at(process.resolve(path), who)
  if (inode.isDirectory) throw new SystemError('EISDIR', path)
  if (!permits(inode, who, EXECUTE) || inode.kind !== 'file') throw new SystemError('EACCES', path)
  const { content } = inode
  if (content.startsWith(PROGRAM)) {
    const name = content.slice(PROGRAM.length, -1)
    const program = machine.options.programs.get(name)
    if (program !== undefined && content === programContent(name)) {
      return { kind: 'program', program, argv }
    }
  }
  const client = machine.options.clients.get(content)
  if (client !== undefined) return { kind: 'client', path: client, argv }
  const line = /^#![ \t]*(\S+)[ \t]*([^\n]*?)[ \t]*(?:\n|$)/.exec(content)
  if (line === null) throw new NotExecutable(path, content)
  const [, interpreter = '', argument = ''] = line
  if (depth >= INTERPRETERS_MAX) throw new SystemError('ELOOP', path)
  const rest = [path, ...argv.slice(1)]
  const interpreted = [
    bytesToText(interpreter),
    ...(argument === '' ? [] : [bytesToText(argument)]),
    ...rest,
  ]
  try {
    return load(process, interpreter, interpreted, depth + 1)
  } catch (error) {
    if (!(error instanceof SystemError)) throw error
    noteUnsupportedProgram(machine.unsupported, interpreter)
    throw new BadInterpreter(interpreter, error)
  }
}

// What bash goes by: a zero byte in the first line.
function isBinary(text: string): boolean {
  return /^[^\n]{0,80}\0/.test(text)
}
