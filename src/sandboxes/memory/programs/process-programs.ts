import type { Process } from '../machine/process.ts'
import { signalName } from '../machine/signals.ts'
import { two } from './display.ts'
import { listSignals, parseKill, sendSignal } from './kill.ts'
import { hint, parseOptions } from './options.ts'
import { Complaint, type Program, type Run } from './program.ts'
import { durationMs } from './run-others.ts'

/** Programs about processes. */
export const PROCESS_PROGRAMS: readonly Program[] = [
  { name: 'kill', run: kill },
  { name: 'pgrep', run: (run) => findProcesses(run, false) },
  { name: 'pkill', run: (run) => findProcesses(run, true) },
  { name: 'pidof', run: pidOf },
  { name: 'ps', run: listProcesses },
  { name: 'sleep', run: sleep },
]

async function kill(run: Run): Promise<number> {
  const call = parseKill(run.args)
  if (typeof call === 'string') throw new Complaint(call)
  if (call.list !== null) {
    await run.out(listSignals(call.list))
    return 0
  }
  if (call.targets.length === 0) {
    await run.err('\nUsage:\n kill [options] <pid> [...]\n')
    return 1
  }
  let status = 0
  for (const target of call.targets) {
    if (!/^-?\d+$/.test(target)) throw new Complaint(`failed to parse argument: '${target}'`)
    if (sendSignal(run.process, call.signal, Number(target))) continue
    await run.complain(`(${target}): No such process`)
    status = 1
  }
  return status
}

async function sleep(run: Run): Promise<number> {
  if (run.args.length === 0) throw new Complaint(`missing operand\n${hint('sleep')}`)
  let ms = 0
  for (const arg of run.args) {
    const part = durationMs(arg)
    if (part === null) throw new Complaint(`invalid time interval '${arg}'\n${hint('sleep')}`)
    ms += part
  }
  let cancel = (): void => undefined
  try {
    await run.process.wait((wake) => {
      cancel = run.machine.timeline.after(ms, wake)
    })
  } finally {
    cancel()
  }
  return 0
}

/** The name of a process, as the kernel keeps it: that of its program, cut to 15 letters. */
function shortName(process: Process): string {
  const [program = '', argument = ''] = process.argv
  const name = program.replace(/^.*\//, '')
  // A script has the name of its file.
  const shown = /^(?:ba|da)?sh$/.test(name) && argument.includes('/') ? argument : name
  return shown.replace(/^.*\//, '').slice(0, 15)
}

async function findProcesses(run: Run, signals: boolean): Promise<number> {
  const args = [...run.args]
  const first = args[0] ?? ''
  let signal = 'TERM'
  const named = signals && /^-[A-Z0-9]/.test(first) ? signalName(first.slice(1)) : undefined
  if (named !== undefined) {
    signal = named
    args.shift()
  }
  const options = parseOptions(
    args,
    {
      flags: 'acefilnovxqw',
      values: 'dgGPsSuUt',
      long: {
        'list-name': 'l',
        'list-full': 'a',
        full: 'f',
        newest: 'n',
        oldest: 'o',
        exact: 'x',
        inverse: 'v',
        count: 'c',
        'ignore-case': 'i',
        'signal=': 'S',
        'parent=': 'P',
        'uid=': 'U',
        'euid=': 'u',
        echo: 'e',
      },
    },
    run.name,
  )
  const asked = options.value('S')
  signal = asked === undefined ? signal : (signalName(asked) ?? signal)
  const [pattern = ''] = options.operands
  const parent = options.value('P')
  if (pattern === '' && parent === undefined && !options.has('u') && !options.has('U')) {
    throw new Complaint(`no matching criteria specified\n${hint(run.name)}`, 2)
  }
  const source = options.has('x') ? `^(?:${pattern})$` : pattern
  const expression = safeExpression(source, options.has('i'))
  let found = run.machine.processes().filter((process) => {
    if (process === run.process) return false
    const text = options.has('f') ? process.argv.join(' ') : shortName(process)
    const matches =
      expression.test(text) && (parent === undefined || String(process.parent?.pid) === parent)
    return matches !== options.has('v')
  })
  if (options.has('o')) found = found.slice(0, 1)
  if (options.has('n')) found = found.slice(-1)
  if (signals) {
    for (const process of found) sendSignal(run.process, signal, process.pid)
  } else if (options.has('c')) {
    await run.out(`${found.length}\n`)
  } else {
    for (const process of found) {
      const name = options.has('a')
        ? ` ${process.argv.join(' ')}`
        : options.has('l')
          ? ` ${shortName(process)}`
          : ''
      await run.out(`${process.pid}${name}\n`)
    }
  }
  return found.length === 0 ? 1 : 0
}

// What is no expression is looked for as it stands; nested repetition, which could take for ever, too.
function safeExpression(source: string, ignoreCase: boolean): RegExp {
  const flags = ignoreCase ? 'i' : ''
  const literal = source.replace(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`)
  if (source.length > 200 || /[*+}]\)?[*+{]/.test(source)) return new RegExp(literal, flags)
  try {
    return new RegExp(source, flags)
  } catch (error) {
    if (error instanceof SyntaxError) return new RegExp(literal, flags)
    throw error
  }
}

async function pidOf(run: Run): Promise<number> {
  const names = run.args.filter((arg) => !arg.startsWith('-'))
  const pids = run.machine
    .processes()
    .filter((process) => names.includes(shortName(process)))
    .map((process) => process.pid)
    .reverse()
  if (pids.length === 0) return 1
  await run.out(`${pids.join(' ')}\n`)
  return 0
}

async function listProcesses(run: Run): Promise<number> {
  const letters = run.args.filter((arg) => /^-?[A-Za-z]+$/.test(arg)).join('')
  const user = run.machine.options.user
  const wide = /[fu]/.test(letters.replace(/-o.*/, ''))
  const all = /[eAax]/.test(letters)
  const format = run.args[run.args.indexOf('-o') + 1]
  const only = run.args[run.args.findIndex((arg) => /^-?p$/.test(arg)) + 1]
  const picked = run.args.some((arg) => /^-?p$/.test(arg)) ? (only ?? '').split(',') : null
  const shown = run.machine
    .processes()
    .filter((process) =>
      picked === null ? all || process !== run.machine.init : picked.includes(String(process.pid)),
    )
  const columns =
    run.args.includes('-o') && format !== undefined
      ? format.split(',').map((name) => name.replace(/=.*/, ''))
      : letters.includes('u')
        ? ['user', 'pid', '%cpu', '%mem', 'vsz', 'rss', 'tty', 'stat', 'start', 'time', 'args']
        : wide
          ? ['uid', 'pid', 'ppid', 'c', 'stime', 'tty', 'time', 'args']
          : ['pid', 'tty', 'time', 'comm']
  const rows = shown.map((process) => columns.map((column) => valueOf(process, column, user)))
  const titles = columns.map((column) =>
    column === 'comm' || column === 'args' ? 'CMD' : column.toUpperCase(),
  )
  const widths = columns.map((_, index) =>
    Math.max(...[titles, ...rows].map((row) => (row[index] ?? '').length)),
  )
  const line = (row: readonly string[]): string =>
    row
      .map((value, index) => {
        if (index === row.length - 1) return value
        const column = columns[index] ?? ''
        const left = ['user', 'uid', 'tty', 'stat'].includes(column)
        return left ? value.padEnd(widths[index] ?? 0) : value.padStart(widths[index] ?? 0)
      })
      .join(' ')
  const silent = run.args.some((arg) => /=$/.test(arg))
  const printed = silent ? rows : [titles, ...rows]
  await run.out(printed.map((row) => `${line(row)}\n`).join(''))
  return 0
}

function valueOf(process: Process, column: string, user: string): string {
  const seconds = Math.floor(process.startedAtMs / 1_000)
  switch (column) {
    case 'pid':
      return String(process.pid)
    case 'ppid':
      return String(process.parent?.pid ?? 0)
    case 'pgid':
    case 'pgrp':
    case 'sid':
      return String(process.group)
    case 'user':
    case 'uid':
    case 'euser':
      return user
    case 'comm':
    case 'ucmd':
      return shortName(process)
    case 'args':
    case 'cmd':
    case 'command':
      return process.argv.join(' ')
    case 'stat':
    case 's':
      return process.isStopped ? 'T' : 'S'
    case 'time':
      return '00:00:00'
    case 'stime':
    case 'start':
      return `00:${two(Math.floor(seconds / 60) % 60)}`
    case 'tty':
    case 'tt':
      return '?'
    case '%cpu':
    case '%mem':
      return '0.0'
    default:
      return '0'
  }
}
