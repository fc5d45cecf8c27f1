import { bytesToText } from '../files/text.ts'
import { DeviceFile } from '../machine/open-file.ts'
import type { Process } from '../machine/process.ts'
import { signalName, signalNumber } from '../machine/signals.ts'
import { hint, parseOptions } from './options.ts'
import { Complaint, type Program, type Run } from './program.ts'
import { become, start } from './spawn.ts'

/** Programs that run other programs. */
export const RUNNER_PROGRAMS: readonly Program[] = [
  { name: 'env', run: env },
  { name: 'nice', run: nice },
  { name: 'nohup', run: nohup },
  { name: 'setsid', run: setsid },
  { name: 'stdbuf', run: stdbuf },
  { name: 'timeout', run: timeout },
  { name: 'xargs', run: xargs },
]

const quoted = (name: string, reason: string): string => `'${name}': ${reason}`
const failedToRun = (name: string, reason: string): string =>
  `failed to run command '${name}': ${reason}`
const plain = (name: string, reason: string): string => `${name}: ${reason}`

async function env(run: Run): Promise<number> {
  const options = parseOptions(
    run.args,
    {
      flags: 'i0v',
      values: 'uCS',
      long: {
        'ignore-environment': 'i',
        'unset=': 'u',
        'chdir=': 'C',
        'split-string=': 'S',
        null: '0',
        debug: 'v',
      },
      stopAtOperand: true,
    },
    'env',
  )
  const split = options.value('S')
  const operands = [...(split?.split(/\s+/).filter(Boolean) ?? []), ...options.operands]
  let empty = options.has('i')
  if (operands[0] === '-') {
    operands.shift()
    empty = true
  }
  const environment = new Map(empty ? [] : run.environment)
  for (const name of unsetNames(run.args)) environment.delete(name)
  while (operands[0]?.includes('=')) {
    const assignment = operands.shift() ?? ''
    const at = assignment.indexOf('=')
    environment.set(assignment.slice(0, at), assignment.slice(at + 1))
  }
  const directory = options.value('C')
  if (directory !== undefined) run.process.cwd = run.tree.at(run.resolve(directory), run.who)
  if (operands.length > 0) return become(run.process, operands, environment, quoted)
  const end = options.has('0') ? '\0' : '\n'
  await run.out([...environment].map(([name, value]) => `${name}=${value}${end}`).join(''))
  return 0
}

// Every `-u` counts, not the last alone.
function unsetNames(args: readonly string[]): string[] {
  const names: string[] = []
  for (const [index, arg] of args.entries()) {
    if (arg === '-u' || arg === '--unset') names.push(args[index + 1] ?? '')
    else if (arg.startsWith('--unset=')) names.push(arg.slice('--unset='.length))
    else if (/^-u./.test(arg)) names.push(arg.slice(2))
    else if (!arg.startsWith('-') && args[index - 1] !== '-u') break
  }
  return names
}

async function nice(run: Run): Promise<number> {
  const args = run.args.map((arg) => (/^-\d+$/.test(arg) ? `-n${arg.slice(1)}` : arg))
  const options = parseOptions(
    args,
    { flags: '', values: 'n', long: { 'adjustment=': 'n' }, stopAtOperand: true },
    'nice',
  )
  if (options.operands.length > 0) {
    return become(run.process, options.operands, run.environment, quoted)
  }
  await run.out('0\n')
  return 0
}

async function nohup(run: Run): Promise<number> {
  const options = parseOptions(run.args, { flags: '', stopAtOperand: true }, 'nohup')
  if (options.operands.length === 0) throw new Complaint(`missing operand\n${hint('nohup')}`, 125)
  run.process.ignored.add('HUP')
  return become(run.process, options.operands, run.environment, failedToRun)
}

/** Leads a group of its own. The one that leads a group already forks first, and does not wait unless told to. */
async function setsid(run: Run): Promise<number> {
  const options = parseOptions(
    run.args,
    { flags: 'cfw', long: { ctty: 'c', fork: 'f', wait: 'w' }, stopAtOperand: true },
    'setsid',
  )
  if (options.operands.length === 0) throw new Complaint('no command specified')
  const { process } = run
  const wording = (name: string, reason: string): string => `failed to execute ${name}: ${reason}`
  if (!options.has('f') && process.group !== process.pid) {
    process.group = process.pid
    return become(process, options.operands, run.environment, wording)
  }
  const child = start(process, 'setsid', options.operands, run.environment, wording)
  child.group = child.pid
  return options.has('w') ? process.waitFor(child) : 0
}

async function stdbuf(run: Run): Promise<number> {
  const options = parseOptions(
    run.args,
    {
      flags: '',
      values: 'ioe',
      long: { 'input=': 'i', 'output=': 'o', 'error=': 'e' },
      stopAtOperand: true,
    },
    'stdbuf',
  )
  return become(run.process, options.operands, run.environment, failedToRun)
}

async function timeout(run: Run): Promise<number> {
  const options = parseOptions(
    run.args,
    {
      flags: 'v',
      values: 'ks',
      long: {
        'kill-after=': 'k',
        'signal=': 's',
        'preserve-status': 'p',
        foreground: 'f',
        verbose: 'v',
      },
      stopAtOperand: true,
    },
    'timeout',
  )
  const [limit, ...command] = options.operands
  if (limit === undefined || command.length === 0) {
    throw new Complaint(`missing operand\n${hint('timeout')}`, 125)
  }
  const limitMs = durationMs(limit)
  if (limitMs === null) {
    throw new Complaint(`invalid time interval '${limit}'\n${hint('timeout')}`, 125)
  }
  const signal = signalName(options.value('s') ?? 'TERM')
  if (signal === undefined) {
    throw new Complaint(`'${options.value('s') ?? ''}': invalid signal\n${hint('timeout')}`, 125)
  }
  const { process } = run
  const { timeline } = run.machine
  if (!options.has('f')) process.group = process.pid
  const child = start(process, 'timeout', command, run.environment, failedToRun)
  let timedOut = false
  const timers =
    limitMs === 0
      ? []
      : [
          timeline.after(limitMs, () => {
            timedOut = true
            strike(process, child, signal)
            const killMs = durationMs(options.value('k') ?? '')
            if (killMs !== null)
              timers.push(timeline.after(killMs, () => strike(process, child, 'KILL')))
          }),
        ]
  const status = await process.waitFor(child)
  for (const cancel of timers) cancel()
  if (!timedOut) return status
  if (options.has('p')) return status
  if (signal === 'KILL') {
    // It cannot tell its caller otherwise than by dying of the same.
    process.signal(signal)
    process.check()
  }
  return child.status !== null && 'signal' in child.status && child.status.signal === 'KILL'
    ? 137
    : 124
}

// As timeout(1) does: the command, and the group that it was started in.
function strike(timer: Process, child: Process, signal: string): void {
  child.signal(signal)
  for (const member of timer.machine.processes()) {
    if (member !== timer && member !== child && member.group === timer.group) member.signal(signal)
  }
}

/** A time span as `sleep` and `timeout` read it; null when it is none. */
export function durationMs(text: string): number | null {
  if (text === 'inf' || text === 'infinity') return Number.MAX_SAFE_INTEGER
  const match = /^(\d+\.?\d*|\.\d+)([smhd]?)$/.exec(text)
  if (match === null) return null
  const factor = { '': 1, s: 1, m: 60, h: 3_600, d: 86_400 }[match[2] ?? ''] ?? 1
  return Number(match[1]) * factor * 1_000
}

async function xargs(run: Run): Promise<number> {
  const options = parseOptions(
    run.args,
    {
      flags: '0oprtx',
      values: 'adEIiLnPs',
      long: {
        'arg-file=': 'a',
        'delimiter=': 'd',
        'max-args=': 'n',
        'max-lines=': 'L',
        'max-procs=': 'P',
        'no-run-if-empty': 'r',
        null: '0',
        'replace=': 'I',
        verbose: 't',
      },
      stopAtOperand: true,
    },
    'xargs',
  )
  const replace = options.value('I')
  const delimiter = options.has('0') ? '\0' : delimiterOf(options.value('d'))
  const file = options.value('a')
  const input = bytesToText(await run.read(file ?? '-'))
  const items = splitItems(input, delimiter, replace !== undefined || options.has('L'))
  const command = options.operands.length === 0 ? ['echo'] : options.operands
  const perCall =
    replace === undefined ? Number(options.value('n') ?? options.value('L') ?? 5_000) : 1
  const calls: string[][] = []
  for (let index = 0; index < items.length; index += perCall) {
    const some = items.slice(index, index + perCall)
    calls.push(
      replace === undefined
        ? [...command, ...some]
        : command.map((word) => word.replaceAll(replace, some[0] ?? '')),
    )
  }
  if (items.length === 0 && !options.has('r') && replace === undefined) calls.push([...command])
  let status = 0
  for (const argv of calls) {
    if (options.has('t')) await run.err(`${argv.join(' ')}\n`)
    const nothing = new DeviceFile('null')
    const files = file === undefined ? new Map([[0, nothing]]) : new Map()
    const child = start(run.process, 'xargs', argv, run.environment, plain, files)
    nothing.release()
    const code = await run.process.waitFor(child)
    if (child.status !== null && 'signal' in child.status) {
      await run.complain(
        `${argv[0] ?? ''}: terminated by signal ${signalNumber(child.status.signal)}`,
      )
      return 125
    }
    if (code === 255) {
      await run.complain(`${argv[0] ?? ''}: exited with status 255; aborting`)
      return 124
    }
    if (code === 126 || code === 127) return code
    if (code !== 0) status = 123
  }
  return status
}

function delimiterOf(text: string | undefined): string | null {
  if (text === undefined) return null
  return { '\\n': '\n', '\\t': '\t', '\\0': '\0' }[text] ?? text.slice(0, 1)
}

function splitItems(input: string, delimiter: string | null, byLine: boolean): string[] {
  if (delimiter !== null) {
    const items = input.split(delimiter)
    if (items.at(-1) === '') items.pop()
    return items
  }
  if (byLine) {
    return input
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
  }
  const items: string[] = []
  for (const [word] of input.matchAll(/(?:"[^"\n]*"|'[^'\n]*'|\\[\s\S]|[^\s"'\\])+/g)) {
    items.push(
      word.replace(
        /"([^"\n]*)"|'([^'\n]*)'|\\([\s\S])/g,
        (_, a?: string, b?: string, c?: string) => a ?? b ?? c ?? '',
      ),
    )
  }
  return items
}
