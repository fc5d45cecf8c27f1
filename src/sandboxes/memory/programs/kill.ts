import type { Process } from '../machine/process.ts'
import { SIGNALS, signalName, signalNumber } from '../machine/signals.ts'

export interface KillCall {
  readonly signal: string
  readonly targets: readonly string[]
  readonly list: readonly string[] | null
}

/** Reads the arguments of `kill`; a text is what is wrong with them. */
export function parseKill(args: readonly string[]): KillCall | string {
  const rest = [...args]
  let signal = 'TERM'
  const [first = ''] = rest
  if (first === '-l' || first === '-L' || first === '--list') {
    return { signal, targets: [], list: rest.slice(1) }
  }
  if (first === '-s' || first === '-n' || first === '--signal') {
    const name = signalName(rest[1] ?? '')
    if (name === undefined) return `${rest[1] ?? ''}: invalid signal specification`
    signal = name
    rest.splice(0, 2)
  } else if (/^-(?:-signal=|s)?[A-Za-z0-9]/.test(first) && first !== '--') {
    const text = first.replace(/^-(?:-signal=)?/, '')
    const name = signalName(text) ?? signalName(text.replace(/^s/, ''))
    if (name === undefined) return `${text}: invalid signal specification`
    signal = name
    rest.shift()
  }
  if (rest[0] === '--') rest.shift()
  return { signal, targets: rest, list: null }
}

/** What `kill -l` prints for its arguments. */
export function listSignals(names: readonly string[]): string {
  if (names.length > 0) {
    return names
      .map((name) => {
        const number = Number(name)
        if (!Number.isInteger(number)) return String(signalNumber(signalName(name) ?? ''))
        return signalName(String(number > 128 ? number - 128 : number)) ?? name
      })
      .map((line) => `${line}\n`)
      .join('')
  }
  const entries = Object.entries(SIGNALS).map(
    ([name, number]) => `${String(number).padStart(2)}) SIG${name}`,
  )
  const lines: string[] = []
  for (let index = 0; index < entries.length; index += 5) {
    lines.push(`${entries.slice(index, index + 5).join('\t')}\n`)
  }
  return lines.join('')
}

/**
 * Sends a signal to a process id as the system call does: 0 and negative ids are groups, -1 is everything but the first
 * process and the caller. Returns whether there was anything to send it to.
 */
export function sendSignal(sender: Process, signal: string, pid: number): boolean {
  const { machine } = sender
  if (pid === 1) {
    machine.signalInit(signal)
    sender.check()
    return true
  }
  const targets = targetsOf(sender, pid)
  for (const target of targets) target.signal(signal)
  sender.check()
  return targets.length > 0
}

function targetsOf(sender: Process, pid: number): Process[] {
  const { machine } = sender
  if (pid > 0) {
    const target = machine.find(pid)
    return target === undefined ? [] : [target]
  }
  const others = machine.processes().filter((process) => process !== machine.init)
  if (pid === -1) return others.filter((process) => process !== sender)
  const group = pid === 0 ? sender.group : -pid
  return others.filter((process) => process.group === group)
}
