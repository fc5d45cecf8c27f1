import { type CommandContext, redactedOutput } from '../../src/cli/command-context.ts'
import { openEnvironment } from '../../src/cli/environment/open-environment.ts'
import { systemClock } from '../../src/support/clock.ts'

/** A process that is not there: what a command prints is kept, and Ctrl-C is a function. */
export interface CapturedContext extends CommandContext {
  readonly printed: { stdout: string; stderr: string }
  /** Presses Ctrl-C. */
  interrupt(): void
  /** How often someone was asked. */
  readonly questions: string[]
}

export function capturedContext(
  options: {
    readonly environment?: Record<string, string>
    /** The `.env` file. @default none */
    readonly envFile?: string
    readonly columns?: number
    readonly isTerminal?: boolean
    /** What a person answers; without it there is nobody to ask. */
    readonly answer?: boolean
  } = {},
): CapturedContext {
  const printed = { stdout: '', stderr: '' }
  const questions: string[] = []
  const listeners = new Set<() => void>()
  const variables = options.environment ?? {}
  const environment = openEnvironment(variables, {
    file: options.envFile ?? '',
    say: (line) => {
      printed.stderr += `${line}\n`
    },
  })
  const output = (stream: keyof typeof printed) => {
    const write = (text: string): void => {
      printed[stream] += text
    }
    const isTerminal = options.isTerminal ?? false
    return redactedOutput({ write, columns: options.columns, isTerminal }, environment)
  }
  return {
    stdout: output('stdout'),
    stderr: output('stderr'),
    environment: variables,
    ...environment,
    clock: systemClock(),
    program: 'offswitch',
    version: '1.2.3',
    printed,
    questions,
    interrupt: () => {
      for (const listener of listeners) listener()
    },
    onInterrupt: (listener) => {
      listeners.add(listener)
      return { [Symbol.dispose]: () => listeners.delete(listener) }
    },
    confirm: (question) => {
      questions.push(question)
      return options.answer === undefined ? null : Promise.resolve(options.answer)
    },
  }
}
