import { EXECUTE, permits } from '../files/inode.ts'
import { SystemError } from '../files/system-error.ts'
import { textToBytes } from '../files/text.ts'
import { humanSize } from './display.ts'
import { decodeEscapes } from './escapes.ts'
import { findProgram } from './execute.ts'
import { Complaint, type Program, type Run } from './program.ts'

/** Programs that say something about the machine and its user, and the tiny ones. */
export const INFO_PROGRAMS: readonly Program[] = [
  { name: 'true', run: () => 0 },
  { name: 'false', run: () => 1 },
  { name: 'echo', run: echo },
  { name: 'pwd', run: (run) => printed(run, run.process.workingDirectory()) },
  { name: 'test', run: (run) => asShell(run, ['test', ...run.args]) },
  { name: '[', run: (run) => asShell(run, ['[', ...run.args]) },
  { name: 'printenv', run: printEnvironment },
  { name: 'id', run: identity },
  { name: 'whoami', run: (run) => printed(run, run.machine.options.user) },
  { name: 'logname', run: (run) => printed(run, run.machine.options.user) },
  { name: 'groups', run: (run) => printed(run, run.machine.options.user) },
  { name: 'users', run: () => 0 },
  { name: 'who', run: () => 0 },
  { name: 'su', run: refuseUser },
  { name: 'tty', run: async (run) => (await printed(run, 'not a tty'), 1) },
  { name: 'hostname', run: (run) => printed(run, run.machine.options.hostname) },
  { name: 'uname', run: systemName },
  { name: 'arch', run: (run) => printed(run, 'x86_64') },
  { name: 'nproc', run: (run) => printed(run, '1') },
  { name: 'uptime', run: uptime },
  { name: 'free', run: memory },
  { name: 'df', run: disk },
  { name: 'getent', run: database },
  { name: 'which', run: which },
  { name: 'hostid', run: (run) => printed(run, '007f0101') },
  { name: 'clear', run: () => 0 },
  { name: 'factor', run: factor },
]

async function printed(run: Run, line: string): Promise<number> {
  await run.out(`${line}\n`)
  return 0
}

async function echo(run: Run): Promise<number> {
  const args = [...run.args]
  let newline = true
  let escapes = false
  while (/^-[neE]+$/.test(args[0] ?? '')) {
    for (const letter of (args.shift() ?? '').slice(1)) {
      if (letter === 'n') newline = false
      else escapes = letter === 'e'
    }
  }
  const text = args.join(' ')
  const { bytes, stopped } = escapes
    ? decodeEscapes(text)
    : { bytes: textToBytes(text), stopped: false }
  await run.outBytes(newline && !stopped ? `${bytes}\n` : bytes)
  return 0
}

// The program judges as the builtin of a shell does.
async function asShell(run: Run, argv: string[]): Promise<number> {
  const shell = run.machine.options.programs.get('bash')
  if (shell === undefined) throw new Complaint('no shell', 127)
  const inner = Object.assign(Object.create(Object.getPrototypeOf(run)) as Run, run, {
    args: ['-c', '"$@"', ...argv],
  })
  return shell.run(inner)
}

// Nobody sits at a terminal to type a password.
async function refuseUser(run: Run): Promise<number> {
  await run.err('Password: \nsu: Authentication failure\n')
  return 1
}

async function printEnvironment(run: Run): Promise<number> {
  const names = run.args.filter((arg) => !arg.startsWith('-'))
  if (names.length === 0) {
    await run.out([...run.environment].map(([name, value]) => `${name}=${value}\n`).join(''))
    return 0
  }
  let status = 0
  for (const name of names) {
    const value = run.environment.get(name)
    if (value === undefined) status = 1
    else await run.out(`${value}\n`)
  }
  return status
}

async function identity(run: Run): Promise<number> {
  const { user } = run.machine.options
  const letters = run.args.filter((arg) => arg.startsWith('-')).join('')
  const [named = user] = run.args.filter((arg) => !arg.startsWith('-'))
  const account = run.tree
    .read('/etc/passwd', run.who)
    .split('\n')
    .find((line) => line.startsWith(`${named}:`))
  if (account === undefined) throw new Complaint(`'${named}': no such user`)
  const id = Number(account.split(':')[2])
  if (/[ugG]|-user|-group/.test(letters))
    return printed(run, /n/.test(letters) ? named : String(id))
  return printed(run, `uid=${id}(${named}) gid=${id}(${named}) groups=${id}(${named})`)
}

async function systemName(run: Run): Promise<number> {
  const letters = run.args.join('').replaceAll('-', '')
  const { hostname } = run.machine.options
  const parts: readonly (readonly [string, string])[] = [
    ['s', 'Linux'],
    ['n', hostname],
    ['r', '6.1.0-28-amd64'],
    ['v', '#1 SMP PREEMPT_DYNAMIC Debian 6.1.119-1 (2024-11-22)'],
    ['m', 'x86_64'],
    ['o', 'GNU/Linux'],
  ]
  const wanted = letters === '' ? 's' : letters.replace('a', 'snrvmo')
  const shown = parts.filter(([letter]) => wanted.includes(letter)).map(([, text]) => text)
  return printed(run, shown.join(' '))
}

async function uptime(run: Run): Promise<number> {
  const clock = new Date(run.machine.nowMs).toISOString().slice(11, 19)
  const minutes = Math.floor(run.machine.timeline.nowMs / 60_000)
  return printed(run, ` ${clock} up ${minutes} min,  0 user,  load average: 0.00, 0.00, 0.00`)
}

async function memory(run: Run): Promise<number> {
  const total = Math.floor(run.machine.options.limits.memoryBytes / 1_024)
  const used = Math.floor(total / 10)
  const row = (values: readonly (string | number)[]): string =>
    values.map((value) => String(value).padStart(12)).join('')
  const free = total - used
  await run.out(
    `              ${['total', 'used', 'free', 'shared', 'buff/cache', 'available'].map((title) => title.padStart(11)).join(' ')}\n` +
      `Mem:${row([total, used, free, 0, 0, free])}\nSwap:${row([0, 0, 0])}\n`,
  )
  return 0
}

async function disk(run: Run): Promise<number> {
  const human = run.args.some((arg) => /^-\w*h/.test(arg))
  const { limitBytes, usedBytes } = run.tree
  const shown = (bytes: number): string =>
    human ? humanSize(bytes) : String(Math.ceil(bytes / 1_024))
  const size = human ? 'Size' : '1K-blocks'
  const used = Math.ceil((usedBytes / limitBytes) * 100)
  await run.out(
    `Filesystem     ${size.padStart(9)} ${'Used'.padStart(8)} ${'Avail'.padStart(9)} Use% Mounted on\n` +
      `overlay        ${shown(limitBytes).padStart(9)} ${shown(usedBytes).padStart(8)} ${shown(limitBytes - usedBytes).padStart(9)} ${String(used).padStart(3)}% /\n`,
  )
  return 0
}

async function database(run: Run): Promise<number> {
  const [kind = '', ...keys] = run.args
  const path = { passwd: '/etc/passwd', group: '/etc/group', hosts: '/etc/hosts' }[kind]
  if (path === undefined) throw new Complaint(`Unknown database: ${kind}`)
  const lines = run.tree.read(path, run.who).split('\n').filter(Boolean)
  if (keys.length === 0) {
    await run.out(lines.map((line) => `${line}\n`).join(''))
    return 0
  }
  let status = 0
  for (const key of keys) {
    const found = lines.find((line) => line.split(/[:\s]+/).includes(key))
    if (found === undefined) status = 2
    else await run.out(`${found}\n`)
  }
  return status
}

async function which(run: Run): Promise<number> {
  let status = 0
  for (const name of run.args.filter((arg) => !arg.startsWith('-'))) {
    try {
      if (name.includes('/')) {
        const inode = run.tree.at(run.resolve(name), run.who)
        if (!permits(inode, run.who, EXECUTE)) throw new SystemError('EACCES', name)
        await run.out(`${name}\n`)
      } else {
        await run.out(`${findProgram(run.process, name, run.environment.get('PATH') ?? '')}\n`)
      }
    } catch (error) {
      if (!(error instanceof SystemError)) throw error
      status = 1
    }
  }
  return status
}

async function factor(run: Run): Promise<number> {
  for (const text of run.args) {
    let rest = Number(text)
    if (!Number.isSafeInteger(rest) || rest < 1) {
      throw new Complaint(`'${text}' is not a valid positive integer`)
    }
    const factors: number[] = []
    for (let divisor = 2; divisor * divisor <= rest; divisor++) {
      while (rest % divisor === 0) {
        factors.push(divisor)
        rest /= divisor
      }
    }
    if (rest > 1) factors.push(rest)
    await run.out(`${text}:${factors.map((value) => ` ${value}`).join('')}\n`)
  }
  return 0
}
