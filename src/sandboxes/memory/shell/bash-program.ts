import { SystemError } from '../files/system-error.ts'
import { bytesToText } from '../files/text.ts'
import { readAll } from '../machine/open-file.ts'
import type { Program, Run } from '../programs/program.ts'
import { SHELL_OPTIONS, type ShellOption } from './language.ts'
import { Shell } from './shell.ts'
import { parseScript } from './syntax.ts'

/** `bash`, and `dash`, which is what `/bin/sh` is. */
export const SHELL_PROGRAMS: readonly Program[] = [
  { name: 'bash', run: (run) => runShell(run, 'bash') },
  { name: 'dash', run: (run) => runShell(run, 'sh') },
]

interface Invocation {
  readonly command: string | null
  readonly options: ReadonlyMap<ShellOption, boolean>
  readonly shopts: ReadonlyMap<string, boolean>
  readonly privileged: boolean
  readonly interactive: boolean
  readonly fromInput: boolean
  readonly version: boolean
  readonly operands: readonly string[]
}

const LETTERS: Readonly<Record<string, ShellOption>> = {
  a: 'allexport',
  C: 'noclobber',
  e: 'errexit',
  f: 'noglob',
  n: 'noexec',
  u: 'nounset',
  v: 'verbose',
  x: 'xtrace',
}

async function runShell(run: Run, dialect: 'bash' | 'sh'): Promise<number> {
  const invocation = readInvocation(run.args)
  if (invocation.version && dialect === 'bash') {
    await run.out('GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)\n')
    return 0
  }
  const { command, operands } = invocation
  const ownName = run.process.argv[0] ?? run.name
  const script = command === null && !invocation.fromInput ? operands[0] : undefined
  const name = (command !== null ? operands[0] : script) ?? ownName
  const positional = invocation.fromInput && command === null ? operands : operands.slice(1)
  const shell = new Shell(run.process, { name, dialect })
  shell.adopt(withoutFunctions(run.environment, invocation.privileged), positional)
  for (const [option, on] of invocation.options) shell.state.options[option] = on
  for (const [option, on] of invocation.shopts) shell.state.shoptOptions[option] = on
  if (invocation.interactive) shell.state.shoptOptions['expand_aliases'] = true
  return shell.live(async () => {
    if (dialect === 'bash' && !invocation.privileged && !invocation.interactive) {
      await readStartFile(shell, run.environment.get('BASH_ENV'))
    }
    if (command !== null)
      return shell.runOnly(parseScript(command), dialect === 'bash' ? '-c: ' : '')
    const text = await readScript(shell, run, script, ownName)
    return typeof text === 'number' ? text : shell.run(text)
  })
}

function withoutFunctions(
  environment: ReadonlyMap<string, string>,
  privileged: boolean,
): ReadonlyMap<string, string> {
  if (!privileged) return environment
  return new Map([...environment].filter(([name]) => !name.startsWith('BASH_FUNC_')))
}

function readInvocation(args: readonly string[]): Invocation {
  const options = new Map<ShellOption, boolean>()
  const shopts = new Map<string, boolean>()
  const rest = [...args]
  let takesCommand = false
  let privileged = false
  let interactive = false
  let fromInput = false
  let version = false
  while (/^[-+]./.test(rest[0] ?? '')) {
    const arg = rest.shift() ?? ''
    if (arg === '--') break
    if (arg.startsWith('--')) {
      version ||= arg === '--version'
      if (arg === '--rcfile' || arg === '--init-file') rest.shift()
      if (arg === '--posix') options.set('posix', true)
      continue
    }
    const on = arg.startsWith('-')
    for (const letter of arg.slice(1)) {
      const option = LETTERS[letter]
      if (option !== undefined) options.set(option, on)
      else if (letter === 'c') takesCommand = true
      else if (letter === 'p') privileged = on
      else if (letter === 'i') interactive = true
      else if (letter === 's') fromInput = true
      else if (letter === 'o') setNamed(options, rest.shift(), on)
      else if (letter === 'O') shopts.set(rest.shift() ?? '', on)
    }
  }
  if (rest[0] === '-' && !takesCommand) rest.shift()
  const command = takesCommand ? (rest.shift() ?? '') : null
  if (command === null && rest.length === 0) fromInput = true
  return {
    ...{ command, options, shopts, privileged, interactive, fromInput, version },
    operands: rest,
  }
}

function setNamed(options: Map<ShellOption, boolean>, name: string | undefined, on: boolean): void {
  const option = SHELL_OPTIONS.find((known) => known === name)
  if (option !== undefined) options.set(option, on)
}

async function readStartFile(shell: Shell, value: string | undefined): Promise<void> {
  if (value === undefined || value === '') return
  const word = parseScript(`: "${value.replaceAll('"', String.raw`\"`)}"`)
  const command = word.script.statements[0]?.pipelines[0]?.commands[0]
  const [argument] = command?.type === 'SimpleCommand' ? command.args : []
  const [path = value] = argument === undefined ? [] : await shell.expand(argument)
  const { process } = shell
  const inode = process.tree.find(process.resolve(path), process.who)
  if (inode === null) {
    await shell.print(2, `${shell.name}: ${path}: No such file or directory\n`)
    return
  }
  await shell.dispatch('source', [path.includes('/') ? path : `./${path}`], { functions: false })
}

// The text of the script, or the exit code where there is none.
async function readScript(
  shell: Shell,
  run: Run,
  script: string | undefined,
  ownName: string,
): Promise<string | number> {
  const { process } = run
  if (script === undefined) return bytesToText(await readAll(process.file(0), process))
  try {
    const bytes = await run.read(scriptPath(run, script))
    if (!/^[^\n]{0,80}\0/.test(bytes)) return bytesToText(bytes)
    await run.err(`${script}: ${script}: cannot execute binary file\n`)
    return 126
  } catch (error) {
    if (!(error instanceof SystemError)) throw error
    if (shell.dialect === 'sh') {
      await run.err(
        `${ownName}: 0: cannot open ${script}: ${error.text.replace(' or directory', '')}\n`,
      )
      return 2
    }
    const lead = error.code === 'EISDIR' ? script : ownName
    await run.err(`${lead}: ${script}: ${error.text}\n`)
    return error.code === 'ENOENT' ? 127 : 126
  }
}

function scriptPath(run: Run, script: string): string {
  if (script.includes('/') || run.tree.find(run.resolve(script), run.who) !== null) return script
  for (const directory of (run.environment.get('PATH') ?? '').split(':')) {
    if (run.tree.find(`${directory}/${script}`, run.who)?.kind === 'file') {
      return `${directory}/${script}`
    }
  }
  return script
}
