import { normalize } from '../files/file-view.ts'
import { EXECUTE, permits } from '../files/inode.ts'
import { SystemError } from '../files/system-error.ts'
import { bytesToText, textToBytes } from '../files/text.ts'
import { type OpenFile, readAll, readUntil } from '../machine/open-file.ts'
import { adoptedResult } from '../programs/adopted.ts'
import { decodeEscapes } from '../programs/escapes.ts'
import { findProgram, programFailure } from '../programs/execute.ts'
import { JOB_BUILTINS } from './job-builtins.ts'
import { ExitError } from './language.ts'
import type { Shell } from './shell.ts'

export type Builtin = (shell: Shell, args: string[]) => Promise<number>

/** The builtins that touch processes, descriptors or the machine. The language core brings the rest. */
export const BUILTINS: Readonly<Record<string, Builtin>> = {
  ...JOB_BUILTINS,
  '.': source,
  '[': (shell, args) => test(shell, '[', args),
  alias: (shell, args) => adopt(shell, 'alias', args),
  bind: () => Promise.resolve(0),
  builtin: runBuiltin,
  caller,
  cd: changeDirectory,
  command,
  declare: (shell, args) => declare(shell, 'declare', args),
  echo,
  enable,
  eval: evaluate,
  exec,
  export: exportNames,
  fc: () => Promise.resolve(0),
  history: () => Promise.resolve(0),
  mapfile: (shell, args) => mapLines(shell, 'mapfile', args),
  printf: (shell, args) => adopt(shell, 'printf', args),
  pwd: printDirectory,
  read,
  readarray: (shell, args) => mapLines(shell, 'readarray', args),
  shift: async (shell, args) => (await shell.coreResult('shift', args)).exitCode,
  source,
  test: (shell, args) => test(shell, 'test', args),
  times: async (shell) => {
    await shell.print(1, '0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n')
    return 0
  },
  typeset: (shell, args) => declare(shell, 'typeset', args),
  ulimit,
  umask,
  unalias: (shell, args) => adopt(shell, 'unalias', args),
  unset,
}

async function echo(shell: Shell, args: string[]): Promise<number> {
  let newline = true
  let escapes = shell.dialect === 'sh' || (shell.state.shoptOptions['xpg_echo'] ?? false)
  let index = 0
  for (; index < args.length; index++) {
    const arg = args[index] ?? ''
    if (!(shell.dialect === 'sh' ? /^-n$/ : /^-[neE]+$/).test(arg)) break
    for (const letter of arg.slice(1)) {
      if (letter === 'n') newline = false
      else escapes = letter === 'e'
    }
  }
  const text = args.slice(index).join(' ')
  const { bytes, stopped } = escapes
    ? decodeEscapes(text)
    : { bytes: textToBytes(text), stopped: false }
  await shell.printBytes(1, newline && !stopped ? `${bytes}\n` : bytes)
  return 0
}

async function printDirectory(shell: Shell, args: string[]): Promise<number> {
  const physical = args.includes('-P')
  await shell.print(1, `${physical ? shell.process.workingDirectory() : shell.state.cwd}\n`)
  return 0
}

async function changeDirectory(shell: Shell, args: string[]): Promise<number> {
  const { state, process } = shell
  const physical = args.includes('-P')
  const operands = args.filter((arg, index) => !/^-[LPe@]+$/.test(arg) || args[index - 1] === '--')
  const rest = operands[0] === '--' ? operands.slice(1) : operands
  if (rest.length > 1) return failed(shell, 'cd: too many arguments')
  const [named = state.env.get('HOME')] = rest
  if (named === undefined) return failed(shell, 'cd: HOME not set')
  const target = named === '-' ? state.previousDir : named
  if (target === '' && named === '-') return failed(shell, 'cd: OLDPWD not set')
  if (target === '') return 0
  const found = searchDirectories(shell, target)
  try {
    const absolute = found.startsWith('/') ? found : `${state.cwd}/${found}`
    const logical = normalize(absolute)
    // What the shell believes may no longer be: then the kernel's own idea of the way counts.
    const path = process.tree.find(logical, process.who) === null ? process.resolve(found) : logical
    const inode = process.tree.at(path, process.who)
    if (!inode.isDirectory) throw new SystemError('ENOTDIR', named)
    if (!permits(inode, process.who, EXECUTE)) throw new SystemError('EACCES', named)
    process.cwd = inode
    state.previousDir = state.cwd
    state.cwd = physical || path !== logical ? process.workingDirectory() : logical
  } catch (error) {
    if (!(error instanceof SystemError)) throw error
    return failed(shell, `cd: ${named}: ${error.text}`)
  }
  state.env.set('OLDPWD', state.previousDir)
  state.env.set('PWD', state.cwd)
  state.exportedVars.add('OLDPWD')
  if (named === '-' || found !== target) await shell.print(1, `${state.cwd}\n`)
  return 0
}

function searchDirectories(shell: Shell, target: string): string {
  const searchPath = shell.state.env.get('CDPATH')
  if (searchPath === undefined || /^\.{0,2}\//.test(target) || /^\.\.?$/.test(target)) return target
  for (const directory of searchPath.split(':')) {
    if (directory === '' || directory === '.') continue
    const path = `${directory}/${target}`
    if (shell.process.tree.find(shell.process.resolve(path), shell.process.who)?.isDirectory) {
      return path
    }
  }
  return target
}

async function evaluate(shell: Shell, args: string[]): Promise<number> {
  const words = args[0] === '--' ? args.slice(1) : args
  return shell.run(words.join(' '), 'eval: ')
}

async function source(shell: Shell, args: string[]): Promise<number> {
  const [name, ...rest] = args[0] === '--' ? args.slice(1) : args
  if (name === undefined) {
    return failed(shell, '.: filename argument required\n.: usage: . filename [arguments]', 2)
  }
  const { process, state } = shell
  let text: string
  try {
    const path = process.resolve(sourcePath(shell, name))
    const descriptor = process.descriptor(path)
    text = bytesToText(
      descriptor === null ? process.tree.read(path, process.who) : await descriptor,
    )
  } catch (error) {
    if (!(error instanceof SystemError)) throw error
    return failed(shell, `${name}: ${error.text}`)
  }
  const outer = currentArgs(shell)
  const { currentSource } = state
  const { name: outerName } = shell
  if (rest.length > 0) shell.setPositional(rest)
  state.sourceDepth++
  state.currentSource = name
  shell.name = name
  try {
    return await shell.run(text)
  } catch (error) {
    // `return` in a sourced file ends the file.
    if (error instanceof Error && error.name === 'ReturnError' && 'exitCode' in error) {
      return Number(error.exitCode)
    }
    throw error
  } finally {
    shell.name = outerName
    state.sourceDepth--
    state.currentSource = currentSource
    if (rest.length > 0) shell.setPositional(outer)
  }
}

function sourcePath(shell: Shell, name: string): string {
  if (name.includes('/')) return name
  for (const directory of (shell.state.env.get('PATH') ?? '').split(':')) {
    const path = `${directory === '' ? '.' : directory}/${name}`
    const inode = shell.process.tree.find(shell.process.resolve(path), shell.process.who)
    if (inode?.kind === 'file') return path
  }
  return name
}

function currentArgs(shell: Shell): string[] {
  const count = Number(shell.state.env.get('#') ?? 0)
  return Array.from({ length: count }, (_, index) => shell.state.env.get(String(index + 1)) ?? '')
}

async function exec(shell: Shell, args: string[]): Promise<number> {
  let clean = false
  let argv0: string | undefined
  let index = 0
  for (; index < args.length; index++) {
    const arg = args[index] ?? ''
    if (arg === '--') {
      index++
      break
    }
    if (arg === '-c') clean = true
    else if (arg === '-a') argv0 = args[++index]
    else if (arg !== '-l') break
  }
  const [name, ...rest] = args.slice(index)
  if (name === undefined) return 0
  try {
    return await shell.become(name, rest, argv0, clean)
  } catch (error) {
    const failure = programFailure(error, name, shell.dialect)
    if (failure === null) throw error
    const message = failure.message.replace(/: command not found$/, ': not found')
    await shell.complain(`exec: ${message}`)
    throw new ExitError(failure.exitCode)
  }
}

async function command(shell: Shell, args: string[]): Promise<number> {
  const flags = /^-([pvV]+)$/.exec(args[0] ?? '')
  const rest = flags === null ? args : args.slice(1)
  const [name, ...others] = rest[0] === '--' ? rest.slice(1) : rest
  if (name === undefined) return 0
  const letters = flags?.[1] ?? ''
  if (letters.includes('V')) return shell.runCore('type', [name])
  if (letters.includes('v')) return describe(shell, [name, ...others])
  const path = letters.includes('p') ? { path: '/usr/bin:/bin' } : {}
  return shell.dispatch(name, others, { functions: false, ...path })
}

const KEYWORDS: ReadonlySet<string> = new Set([
  ...['if', 'then', 'else', 'elif', 'fi', 'case', 'esac', 'for', 'select', 'while', 'until', 'do'],
  ...['done', 'in', 'function', 'time', '{', '}', '!', '[[', ']]', 'coproc'],
])

async function describe(shell: Shell, names: string[]): Promise<number> {
  let status = 1
  for (const name of names) {
    const line = describeOne(shell, name)
    if (line === null) continue
    status = 0
    await shell.print(1, `${line}\n`)
  }
  return status
}

function describeOne(shell: Shell, name: string): string | null {
  const { env, functions } = shell.state
  const alias = env.get(`BASH_ALIAS_${name}`)
  if (alias !== undefined) return `alias ${name}='${alias}'`
  if (KEYWORDS.has(name) || functions.has(name) || shell.isBuiltin(name)) return name
  try {
    if (name.includes('/')) {
      const inode = shell.process.tree.at(shell.process.resolve(name), shell.process.who)
      return permits(inode, shell.process.who, EXECUTE) ? name : null
    }
    return findProgram(shell.process, name, env.get('PATH') ?? '')
  } catch (error) {
    if (error instanceof SystemError) return null
    throw error
  }
}

async function runBuiltin(shell: Shell, args: string[]): Promise<number> {
  const [name, ...rest] = args[0] === '--' ? args.slice(1) : args
  if (name === undefined) return 0
  if (!shell.isBuiltin(name)) return failed(shell, `builtin: ${name}: not a shell builtin`)
  return shell.dispatch(name, rest, { functions: false })
}

/** A command of just-bash that is a builtin of bash: it works on the shell's own variables. */
async function adopt(shell: Shell, name: string, args: string[]): Promise<number> {
  const { process, state } = shell
  const access = {
    env: state.env,
    assign: async (variable: string, value: string, subscript?: string): Promise<void> => {
      if (subscript === undefined) {
        state.env.set(variable, value)
        return
      }
      const array = state.arrays.get(variable) ?? { kind: 'indexed', elements: new Map() }
      array.elements.set(subscript, value)
      state.arrays.set(variable, array)
    },
  }
  const result = await adoptedResult(name, process, args, shell.environment(), access, '')
  if (result.stderr !== '') await shell.complain(result.stderr.replace(/\n$/, ''))
  if (result.stdout !== '') await process.file(1).write(process, result.stdout)
  return result.exitCode
}

async function exportNames(shell: Shell, args: string[]): Promise<number> {
  const flags = args.filter((arg) => /^-[fnp]+$/.test(arg)).join('')
  if (!flags.includes('f')) return shell.runCore('export', args)
  const names = args.filter((arg) => !arg.startsWith('-'))
  if (names.length === 0) return listFunctions(shell, [...shell.exportedFunctions], false)
  let status = 0
  for (const name of names) {
    if (!shell.state.functions.has(name)) {
      status = await failed(shell, `export: ${name}: not a function`)
    } else if (flags.includes('n')) {
      shell.exportedFunctions.delete(name)
    } else {
      shell.exportedFunctions.add(name)
    }
  }
  return status
}

async function declare(shell: Shell, builtin: string, args: string[]): Promise<number> {
  const flags = args.filter((arg) => /^-[A-Za-z]+$/.test(arg)).join('')
  if (!/[fF]/.test(flags)) return shell.runCore(builtin, args)
  const names = args.filter((arg) => !/^[-+]/.test(arg))
  if (flags.includes('x') && names.length > 0) return exportNames(shell, ['-f', ...names])
  const wanted = names.length > 0 ? names : [...shell.state.functions.keys()].sort()
  return listFunctions(shell, wanted, flags.includes('F'), names.length > 0)
}

async function listFunctions(
  shell: Shell,
  names: string[],
  namesOnly: boolean,
  asked = false,
): Promise<number> {
  let status = 0
  for (const name of names) {
    if (!shell.state.functions.has(name)) {
      status = 1
    } else if (namesOnly) {
      await shell.print(1, asked ? `${name}\n` : `declare -f ${name}\n`)
    } else {
      await printFunction(shell, name)
    }
  }
  return status
}

// `type` of the core knows how bash lays functions out; its first line says that it is one.
async function printFunction(shell: Shell, name: string): Promise<void> {
  const { stdout } = await shell.coreResult('type', [name])
  await shell.print(1, stdout.replace(/^[^\n]* is a function\n/, ''))
}

/** The core says nothing of what it cannot make sense of. */
async function test(shell: Shell, name: string, args: string[]): Promise<number> {
  const words = name === '[' ? args.slice(0, -1) : args
  if (name === '[' && args.at(-1) !== ']') return failed(shell, "[: missing `]'", 2)
  const wrongWord = misplacedWord(words)
  if (wrongWord !== null) return failed(shell, `${name}: ${wrongWord}`, 2)
  const result = await shell.coreResult(name, args)
  const at = args.findIndex((arg) => /^-(eq|ne|lt|le|gt|ge)$/.test(arg))
  if (result.exitCode === 2 && result.stderr === '' && at > 0) {
    const wrong = [args[at - 1], args[at + 1]].find((arg) => !/^\s*[-+]?\d+\s*$/.test(arg ?? ''))
    return failed(shell, `${name}: ${wrong ?? ''}: integer expression expected`, 2)
  }
  await shell.emit(result)
  return result.exitCode
}

const BINARY = /^(=|==|!=|<|>|-(eq|ne|lt|le|gt|ge|nt|ot|ef|a|o))$/

function misplacedWord(words: readonly string[]): string | null {
  const [first = '', second = ''] = words
  if (words.length === 2 && first !== '!' && !/^-[a-zA-Z]$/.test(first)) {
    return `${first}: unary operator expected`
  }
  if (words.length === 3 && first !== '!' && first !== '(' && !BINARY.test(second)) {
    return `${second}: binary operator expected`
  }
  return null
}

async function unset(shell: Shell, args: string[]): Promise<number> {
  const status = await shell.runCore('unset', args)
  for (const name of shell.exportedFunctions) {
    if (!shell.state.functions.has(name)) shell.exportedFunctions.delete(name)
  }
  return status
}

/** Reads one line, and leaves to the core what to make of it. */
async function read(shell: Shell, args: string[]): Promise<number> {
  const { process } = shell
  const options = readOptions(args)
  let file: OpenFile
  try {
    file = process.file(options.descriptor)
  } catch (error) {
    if (!(error instanceof SystemError)) throw error
    return failed(shell, `read: ${options.descriptor}: invalid file descriptor: ${error.text}`)
  }
  process.interruptible = true
  try {
    const bytes = await readLine(shell, file, options)
    return await shell.runCore('read', options.forCore, bytesToText(bytes))
  } finally {
    process.interruptible = false
  }
}

async function readLine(shell: Shell, file: OpenFile, options: ReadOptions): Promise<string> {
  const { process } = shell
  const delimiter = options.exactly ? '' : options.delimiter
  if (delimiter === '') return readCount(shell, file, options.count)
  let line = await readUntil(file, process, delimiter, options.count)
  if (options.raw || delimiter !== '\n') return line
  while (/(?:^|[^\\])(?:\\\\)*\\\n$/.test(line)) {
    const more = await readUntil(file, process, delimiter)
    if (more === '') break
    line += more
  }
  return line
}

async function readCount(shell: Shell, file: OpenFile, count: number): Promise<string> {
  let read = ''
  while (read.length < count) {
    const bytes = await file.peek(shell.process)
    if (bytes === '') break
    const taken = bytes.slice(0, count - read.length)
    file.take(taken.length)
    read += taken
  }
  return read
}

interface ReadOptions {
  readonly descriptor: number
  readonly delimiter: string
  readonly count: number
  readonly exactly: boolean
  readonly raw: boolean
  readonly forCore: string[]
}

function readOptions(args: string[]): ReadOptions {
  const options = {
    descriptor: 0,
    delimiter: '\n',
    count: Number.POSITIVE_INFINITY,
    exactly: false,
    raw: false,
  }
  const forCore: string[] = []
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? ''
    const match = /^-([rseE]*)([adinNptu])?(.*)$/s.exec(arg)
    if (match === null || arg === '-' || arg === '--') {
      forCore.push(...args.slice(index))
      break
    }
    const [, plain = '', letter, attached = ''] = match
    if (plain.includes('r')) options.raw = true
    if (letter === undefined) {
      forCore.push(arg)
      continue
    }
    const value = attached === '' ? (args[++index] ?? '') : attached
    if (plain !== '') forCore.push(`-${plain}`)
    if (letter === 'u') options.descriptor = Number(value)
    // A prompt is shown on a terminal only, and the input never is one.
    else if (letter !== 't' && letter !== 'p') forCore.push(`-${letter}`, value)
    if (letter === 'd') options.delimiter = value === '' ? '\0' : value.slice(0, 1)
    if (letter === 'n' || letter === 'N') options.count = Number(value)
    if (letter === 'N') options.exactly = true
  }
  return { ...options, forCore }
}

async function mapLines(shell: Shell, name: string, args: string[]): Promise<number> {
  const at = args.indexOf('-u')
  const descriptor = at < 0 ? 0 : Number(args[at + 1])
  const rest = at < 0 ? args : [...args.slice(0, at), ...args.slice(at + 2)]
  const { process } = shell
  const bytes = await readAll(process.file(descriptor), process)
  return shell.runCore(name, rest, bytesToText(bytes))
}

async function umask(shell: Shell, args: string[]): Promise<number> {
  const { process } = shell
  const symbolic = args.includes('-S')
  const value = args.find((arg) => !/^-[pS]+$/.test(arg))
  if (value === undefined) {
    const shown = symbolic ? symbolicMask(process.umask) : octal(process.umask)
    await shell.print(1, `${shown}\n`)
    return 0
  }
  if (/^[0-7]+$/.test(value)) process.umask = Number.parseInt(value, 8) & 0o777
  else if (/^[ugoa]*[-+=]/.test(value)) process.umask = maskFrom(value, process.umask)
  else return failed(shell, `umask: ${value}: octal number out of range`)
  return 0
}

function octal(mask: number): string {
  return mask.toString(8).padStart(4, '0')
}

function symbolicMask(mask: number): string {
  return ['u', 'g', 'o']
    .map((who, index) => {
      const bits = 7 & ~(mask >> (6 - 3 * index))
      return `${who}=${bits & 4 ? 'r' : ''}${bits & 2 ? 'w' : ''}${bits & 1 ? 'x' : ''}`
    })
    .join(',')
}

function maskFrom(text: string, mask: number): number {
  let allowed = 0o777 & ~mask
  for (const clause of text.split(',')) {
    const match = /^([ugoa]*)([-+=])([rwx]*)$/.exec(clause)
    if (match === null) continue
    const [, who = '', operator, letters = ''] = match
    const bits =
      (letters.includes('r') ? 4 : 0) |
      (letters.includes('w') ? 2 : 0) |
      Number(letters.includes('x'))
    for (const [letter, shift] of [
      ['u', 6],
      ['g', 3],
      ['o', 0],
    ] as const) {
      if (who !== '' && !who.includes('a') && !who.includes(letter)) continue
      if (operator === '=') allowed &= ~(7 << shift)
      if (operator === '-') allowed &= ~(bits << shift)
      else allowed |= bits << shift
    }
  }
  return 0o777 & ~allowed
}

const ULIMITS: readonly (readonly [string, string, string])[] = [
  ['c', 'core file size              (blocks, -c)', '0'],
  ['d', 'data seg size               (kbytes, -d)', 'unlimited'],
  ['f', 'file size                   (blocks, -f)', 'unlimited'],
  ['n', 'open files                          (-n)', '1024'],
  ['s', 'stack size                  (kbytes, -s)', '8192'],
  ['t', 'cpu time                   (seconds, -t)', 'unlimited'],
  ['u', 'max user processes                  (-u)', ''],
  ['v', 'virtual memory              (kbytes, -v)', 'unlimited'],
]

async function ulimit(shell: Shell, args: string[]): Promise<number> {
  const letters =
    args
      .filter((arg) => arg.startsWith('-'))
      .join('')
      .replace(/[-HS]/g, '') || 'f'
  const value = args.find((arg) => !arg.startsWith('-'))
  // A limit set would bind what is started afterwards; of these only that on core files changes nothing here.
  if (value !== undefined) {
    if (letters !== 'c') shell.machine.unsupported.add('ulimit')
    return 0
  }
  const processes = String(shell.machine.options.limits.processes)
  if (letters.includes('a')) {
    for (const [, title, shown] of ULIMITS) await shell.print(1, `${title} ${shown || processes}\n`)
    return 0
  }
  const limit = ULIMITS.find(([letter]) => letters.includes(letter))
  if (limit === undefined) return failed(shell, `ulimit: -${letters}: invalid option`, 2)
  await shell.print(1, `${limit[2] || processes}\n`)
  return 0
}

async function enable(shell: Shell, args: string[]): Promise<number> {
  if (args.some((arg) => /^-[a-z]*[nfd]/.test(arg))) shell.machine.unsupported.add('enable')
  return 0
}

async function caller(shell: Shell): Promise<number> {
  if (shell.state.callDepth === 0) return 1
  await shell.print(1, `${shell.state.currentLine} ${shell.name}\n`)
  return 0
}

async function failed(shell: Shell, message: string, status = 1): Promise<number> {
  await shell.complain(message)
  return status
}
