import type { Clock } from '../support/clock.ts'
import type { Environment, OpenedEnvironment } from './environment/open-environment.ts'

/** Where text goes. */
export interface Output {
  write(text: string): void
  /** Columns of the terminal; undefined where there is none. */
  readonly columns: number | undefined
  readonly isTerminal: boolean
}

/** All that a command has of the process it runs in. */
export interface CommandContext {
  /** Results, and nothing else. */
  readonly stdout: Output
  /** Progress, notes and errors. */
  readonly stderr: Output
  /** The process's own variables: what a terminal is, how it is to be written to. */
  readonly environment: Environment
  /** Keys and addresses of providers: the process's variables, and those of a `.env` file in its working folder. */
  readonly keys: OpenedEnvironment['keys']
  /** For whatever is stored. What goes to `stdout` and `stderr` passes through it on its way. */
  readonly redact: OpenedEnvironment['redact']
  readonly secretIn: OpenedEnvironment['secretIn']
  readonly secrets: OpenedEnvironment['secrets']
  readonly clock: Clock
  /** What to type in front of a command's name: `offswitch`, or `npx offswitch` in a checkout. */
  readonly program: string
  /** Of this package. */
  readonly version: string
  /** Calls `listener` for each Ctrl-C (and other signal that asks to end) instead of ending the process, until disposed of. */
  onInterrupt(listener: () => void): Disposable
  /** Asks a person. Null where there is nobody to ask. */
  confirm(question: string): Promise<boolean> | null
}

/** An output that no secret gets out of. Whatever is laid out in lines has to be redacted before, or one could stand across two. */
export function redactedOutput(
  output: Output,
  { redact }: Pick<OpenedEnvironment, 'redact'>,
): Output {
  return {
    write: (text) => output.write(redact(text)),
    get columns() {
      return output.columns
    },
    isTerminal: output.isTerminal,
  }
}

/** Columns to write for: what is not a terminal gets what a terminal usually has. */
export function widthOf({ columns }: Output): number {
  return columns === undefined || columns < 20 ? 80 : columns
}

/** `NO_COLOR` (no-color.org): any value but the empty one turns colours off. */
export function usesColour(output: Output, environment: CommandContext['environment']): boolean {
  const refused = (environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb'
  return output.isTerminal && !refused
}
