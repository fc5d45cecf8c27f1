import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { isatty } from 'node:tty'
import { escapeLine } from '../reports/escape-text.ts'
import { systemClock } from '../support/clock.ts'
import { type CommandContext, type Output, redactedOutput } from './command-context.ts'
import { openEnvironment } from './environment/open-environment.ts'
import { EXIT } from './exit-code.ts'
import { printError } from './print-error.ts'
import { runCommandLine } from './run-command-line.ts'

const environment = openEnvironment(process.env, {
  file: '.env',
  say: (line) => context.stderr.write(`${escapeLine(line)}\n`),
})

/** The one place where this program meets the process it runs in. */
const context: CommandContext = {
  stdout: redactedOutput(outputOf(process.stdout), environment),
  stderr: redactedOutput(outputOf(process.stderr), environment),
  environment: process.env,
  ...environment,
  clock: systemClock(),
  program: import.meta.filename.endsWith('.ts') ? 'npx offswitch' : 'offswitch',
  version: ownVersion(),
  onInterrupt,
  confirm,
}

// Whoever read our output has seen enough (`| head`): that is no failure, and there is nobody left to tell.
process.stdout.on('error', endQuietly)
process.stderr.on('error', endQuietly)
process.on('uncaughtException', (error) => process.exit(printError(error, context)))

const code = await runCommandLine(process.argv.slice(2), context)
await Promise.all([flushed(process.stdout), flushed(process.stderr)])
// Connections that a provider's package keeps open would hold the process for seconds.
process.exit(code)

function outputOf(stream: NodeJS.WriteStream & { readonly fd: number }): Output {
  return {
    write: (text) => {
      stream.write(text)
    },
    get columns() {
      // Not there, though its type has it, where the stream is no terminal.
      return stream.columns as number | undefined
    },
    isTerminal: isatty(stream.fd),
  }
}

function onInterrupt(listener: () => void): Disposable {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, listener)
  return {
    [Symbol.dispose]: () => {
      for (const signal of signals) process.off(signal, listener)
    },
  }
}

function confirm(question: string): Promise<boolean> | null {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return null
  return askYesOrNo(environment.redact(question))
}

async function askYesOrNo(question: string): Promise<boolean> {
  using terminal = createInterface({ input: process.stdin, output: process.stderr })
  terminal.on('SIGINT', () => process.exit(EXIT.interrupted))
  const answer = await terminal.question(`${question} [y/N] `)
  return /^y(es)?$/i.test(answer.trim())
}

function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
  process.exit()
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve())
  })
}

function ownVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return JSON.parse(text).version
}
