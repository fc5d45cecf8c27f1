import type { Clock } from '../support/clock.ts'

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
  readonly environment: Readonly<Record<string, string | undefined>>
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

/** Columns to write for: what is not a terminal gets what a terminal usually has. */
export function widthOf({ columns }: Output): number {
  return columns === undefined || columns < 20 ? 80 : columns
}

/** `NO_COLOR` (no-color.org): any value but the empty one turns colours off. */
export function usesColour(output: Output, environment: CommandContext['environment']): boolean {
  const refused = (environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb'
  return output.isTerminal && !refused
}
