import type { Process } from '../machine/process.ts'
import { signalName, signalNumber } from '../machine/signals.ts'
import { listSignals, parseKill, sendSignal } from '../programs/kill.ts'
import type { Builtin } from './builtins.ts'
import type { Job, Shell } from './shell.ts'

/** Builtins about processes: jobs, signals, traps. */
export const JOB_BUILTINS: Readonly<Record<string, Builtin>> = {
  bg: (shell) => jobControl(shell, 'bg'),
  disown,
  fg: (shell) => jobControl(shell, 'fg'),
  jobs,
  kill,
  suspend: (shell) => jobControl(shell, 'suspend'),
  trap,
  wait,
}

async function kill(shell: Shell, args: string[]): Promise<number> {
  const call = parseKill(args)
  if (typeof call === 'string') {
    await shell.complain(`kill: ${call}`)
    return 1
  }
  if (call.list !== null) {
    await shell.print(1, listSignals(call.list))
    return 0
  }
  if (call.targets.length === 0) {
    await shell.print(
      2,
      'kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]\n',
    )
    return 2
  }
  let status = 1
  for (const target of call.targets) {
    const error = killOne(shell, call.signal, target)
    if (error === null) status = 0
    else await shell.complain(`kill: ${error}`)
  }
  // It may have stopped itself.
  await shell.process.spend(0)
  return status
}

function killOne(shell: Shell, signal: string, target: string): string | null {
  if (target.startsWith('%')) {
    const job = findJob(shell, target)
    if (job === undefined) return `${target}: no such job`
    job.process.signal(signal)
    return null
  }
  if (!/^-?\d+$/.test(target)) return `${target}: arguments must be process or job IDs`
  return sendSignal(shell.process, signal, Number(target)) ? null : `(${target}) - No such process`
}

async function trap(shell: Shell, args: string[]): Promise<number> {
  const rest = args[0] === '--' ? args.slice(1) : args
  const [first, ...names] = rest
  if (first === '-l') {
    await shell.print(1, listSignals([]))
    return 0
  }
  if (first === undefined || first === '-p') {
    for (const [name, text] of shell.traps) {
      if (names.length > 0 && !names.some((named) => trapName(named) === name)) continue
      const shown = signalNumber(name) > 0 ? `SIG${name}` : name
      await shell.print(1, `trap -- '${text.replaceAll("'", String.raw`'\''`)}' ${shown}\n`)
    }
    return 0
  }
  const resets = names.length === 0 || first === '-'
  let status = 0
  for (const named of names.length === 0 ? [first] : names) {
    const name = trapName(named)
    if (name === undefined) {
      await shell.complain(`trap: ${named}: invalid signal specification`)
      status = 1
    } else {
      setTrap(shell, name, resets ? null : first)
    }
  }
  return status
}

function trapName(text: string): string | undefined {
  if (text === '0') return 'EXIT'
  const upper = text.toUpperCase().replace(/^SIG/, '')
  if (['EXIT', 'ERR', 'DEBUG', 'RETURN'].includes(upper)) return upper
  return signalName(text)
}

function setTrap(shell: Shell, name: string, text: string | null): void {
  const { caught, ignored } = shell.process
  caught.delete(name)
  if (text === null) {
    shell.traps.delete(name)
    ignored.delete(name)
    return
  }
  if (name === 'RETURN') shell.machine.unsupported.add('trap RETURN')
  shell.traps.set(name, text)
  if (text === '') ignored.add(name)
  else ignored.delete(name)
  if (text !== '' && signalNumber(name) > 0) caught.add(name)
}

async function wait(shell: Shell, args: string[]): Promise<number> {
  const named = args.filter((arg) => !arg.startsWith('-'))
  if (args.includes('-n')) return waitForAny(shell)
  if (named.length === 0) {
    for (const job of [...shell.jobs]) {
      const interrupted = await waitFor(shell, job.process)
      if (interrupted !== null) return interrupted
      drop(shell, job)
    }
    return 0
  }
  let status = 0
  for (const target of named) {
    const job = findJob(shell, target)
    if (job === undefined) {
      await shell.complain(
        target.startsWith('%')
          ? `wait: ${target}: no such job`
          : `wait: pid ${target} is not a child of this shell`,
      )
      status = 127
      continue
    }
    const interrupted = await waitFor(shell, job.process)
    if (interrupted !== null) return interrupted
    status = await shell.process.waitFor(job.process)
    drop(shell, job)
  }
  return status
}

// The status of a wait that a caught signal has cut short; null when the process is over.
async function waitFor(shell: Shell, process: Process): Promise<number | null> {
  if (process.status !== null) return null
  shell.process.interruptible = true
  try {
    await shell.process.wait((wake) => process.onExit(wake))
  } finally {
    shell.process.interruptible = false
  }
  if (process.status !== null) return null
  return 128 + signalNumber(shell.process.pending[0] ?? '')
}

async function waitForAny(shell: Shell): Promise<number> {
  const live = shell.jobs.filter((job) => job.process.status === null)
  const over = shell.jobs.find((job) => job.process.status !== null)
  if (over === undefined) {
    if (live.length === 0) return 127
    await shell.process.wait((wake) => {
      for (const job of live) job.process.onExit(wake)
    })
  }
  const ended = shell.jobs.find((job) => job.process.status !== null)
  if (ended === undefined) return 127
  drop(shell, ended)
  return shell.process.waitFor(ended.process)
}

async function jobs(shell: Shell, args: string[]): Promise<number> {
  for (const job of [...shell.jobs]) {
    const { status } = job.process
    if (args.includes('-p')) {
      if (status === null) await shell.print(1, `${job.process.pid}\n`)
      continue
    }
    const state = status === null ? (job.process.isStopped ? 'Stopped' : 'Running') : 'Done'
    const mark = job === shell.jobs.at(-1) ? '+' : job === shell.jobs.at(-2) ? '-' : ' '
    const pid = args.includes('-l') ? `${String(job.process.pid).padStart(6)} ` : ''
    const suffix = status === null ? ' &' : ''
    await shell.print(1, `[${job.number}]${mark} ${pid} ${state.padEnd(23)} ${job.text}${suffix}\n`)
    if (status !== null) drop(shell, job)
  }
  return 0
}

async function disown(shell: Shell, args: string[]): Promise<number> {
  const named = args.filter((arg) => !arg.startsWith('-'))
  const chosen = args.some((arg) => arg === '-a' || arg === '-r')
    ? [...shell.jobs]
    : named.length === 0
      ? shell.jobs.slice(-1)
      : named.map((target) => findJob(shell, target))
  if (chosen.length === 0 && args.length === 0) {
    await shell.complain('disown: current: no such job')
    return 1
  }
  for (const [index, job] of chosen.entries()) {
    if (job !== undefined) {
      drop(shell, job)
      continue
    }
    await shell.complain(`disown: ${named[index] ?? ''}: no such job`)
    return 1
  }
  return 0
}

async function jobControl(shell: Shell, name: string): Promise<number> {
  await shell.complain(`${name}: no job control`)
  return 1
}

function findJob(shell: Shell, target: string): Job | undefined {
  if (/^\d+$/.test(target)) return shell.jobs.find((job) => job.process.pid === Number(target))
  const name = target.slice(1)
  if (name === '' || name === '+' || name === '%') return shell.jobs.at(-1)
  if (name === '-') return shell.jobs.at(-2)
  if (/^\d+$/.test(name)) return shell.jobs.find((job) => job.number === Number(name))
  return shell.jobs.findLast((job) => job.text.startsWith(name))
}

function drop(shell: Shell, job: Job): void {
  const index = shell.jobs.indexOf(job)
  if (index >= 0) shell.jobs.splice(index, 1)
}
