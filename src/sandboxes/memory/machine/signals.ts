/** Numbers of the signals of Linux on x86 and ARM. */
export const SIGNALS: Readonly<Record<string, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  TRAP: 5,
  ABRT: 6,
  BUS: 7,
  FPE: 8,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  STKFLT: 16,
  CHLD: 17,
  CONT: 18,
  STOP: 19,
  TSTP: 20,
  TTIN: 21,
  TTOU: 22,
  URG: 23,
  XCPU: 24,
  XFSZ: 25,
  VTALRM: 26,
  PROF: 27,
  WINCH: 28,
  IO: 29,
  PWR: 30,
  SYS: 31,
}

const NAMES = new Map(Object.entries(SIGNALS).map(([name, number]) => [number, name]))

/** Signals that do nothing to a process that has not asked for them. */
export const IGNORED_BY_DEFAULT: ReadonlySet<string> = new Set(['CHLD', 'URG', 'WINCH', 'CONT'])
export const STOPPING: ReadonlySet<string> = new Set(['STOP', 'TSTP', 'TTIN', 'TTOU'])

/** Name of a signal written as a number, `TERM`, `term` or `SIGTERM`; undefined for another text. `0` is `0`. */
export function signalName(text: string): string | undefined {
  if (text === '0') return '0'
  if (/^\d+$/.test(text)) return NAMES.get(Number(text))
  const name = text.toUpperCase().replace(/^SIG/, '')
  return name in SIGNALS ? name : undefined
}

export function signalNumber(name: string): number {
  return SIGNALS[name] ?? 0
}
