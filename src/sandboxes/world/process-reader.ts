/** A process inside a world, as the machine around it sees it. */
export interface OutsideProcess {
  /** Ids on that machine. */
  readonly pid: number
  readonly parentPid: number
  /** When it was started, in ticks since the machine was. With the id it names a process for good. */
  readonly startTicks: number
}

/** `stopped` until it is told to go on, all its threads; `ended`, and only waiting to be noticed; or `moving`. */
export const PROCESS_STATES = ['moving', 'stopped', 'ended'] as const
export type ProcessState = (typeof PROCESS_STATES)[number]

export interface ListedProcess extends OutsideProcess {
  readonly state: ProcessState
}

/** Linux shows times of processes in hundredths of a second, whatever its own clock does. */
export const TICKS_PER_MS = 0.1

/** Signals by the numbers that Linux has for them; the harness may run on something else. */
export const SIGNALS = { kill: 9, continue: 18, stop: 19 } as const

/** More about one of them. */
export interface ProcessDetails extends OutsideProcess {
  /** Its id inside. */
  readonly innerPid: number
  readonly uid: number
  readonly argv: readonly string[]
  /** `NAME=value`, of the telling ones. */
  readonly variables: readonly string[]
}

/** A process that has called a served program. */
export interface CallerSeen {
  /** Null where it has ended meanwhile. */
  readonly cwd: string | null
  /** Whether it is the perl that clients run on. */
  readonly runsPerl: boolean
  readonly argv: readonly string[]
}

/** Reads and signals what runs in one world, from outside. What has ended meanwhile is left out, and is no error. */
export interface ProcessReader {
  /** The first process. Null before it can be seen. */
  first(): Promise<OutsideProcess | null>
  /** Ids of all below it, which are had more cheaply than the rest. */
  pids(): Promise<readonly number[]>
  /**
   * All below it, parents before their children, and what has ended too until it is noticed. Orphans fall to it. While processes
   * come and go, the kernel's lists of children may leave some out: two lists that are the same have left out none.
   */
  list(): Promise<readonly ListedProcess[]>
  /** Its child with this id inside. */
  child(innerPid: number): Promise<OutsideProcess | null>
  /** All below it with what is to be known of them, and the machine's time in ticks. */
  details(): Promise<{ readonly nowTicks: number; readonly processes: readonly ProcessDetails[] }>
  /** The process below it with this id inside. */
  caller(innerPid: number): Promise<CallerSeen | null>
  /** Sends a signal to each that is still the process it was. */
  signal(processes: readonly OutsideProcess[], signal: number): Promise<void>
}
