import type { CommandContext } from '../../src/cli/command-context.ts'
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
    readonly columns?: number
    readonly isTerminal?: boolean
    /** What a person answers; without it there is nobody to ask. */
    readonly answer?: boolean
  } = {},
): CapturedContext {
  const printed = { stdout: '', stderr: '' }
  const questions: string[] = []
  const listeners = new Set<() => void>()
  const output = (stream: keyof typeof printed) => ({
    write: (text: string) => {
      printed[stream] += text
    },
    columns: options.columns,
    isTerminal: options.isTerminal ?? false,
  })
  return {
    stdout: output('stdout'),
    stderr: output('stderr'),
    environment: options.environment ?? {},
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
