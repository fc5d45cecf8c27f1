/** What the process ends with. Documented; scripts rely on it. */
export const EXIT = {
  done: 0,
  /** Something in the world failed, more trials are invalid than allowed, or a gate has failed. */
  failed: 1,
  /** The user's mistake. */
  usage: 2,
  /** There is no result: the money that a run may cost is used up, or a gate can neither pass nor fail. */
  inconclusive: 3,
  /** Our bug (`EX_SOFTWARE` of sysexits.h). */
  bug: 70,
  /** Ended by Ctrl-C, as a shell reports it. */
  interrupted: 130,
} as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
