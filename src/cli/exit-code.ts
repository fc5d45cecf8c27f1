/** What the process ends with. Documented; scripts rely on it. */
export const EXIT = {
  done: 0,
  /** Something in the world failed, or more trials are invalid than allowed. */
  failed: 1,
  /** The user's mistake. */
  usage: 2,
  /** It ended before its result was there: the money that it may cost is used up. */
  inconclusive: 3,
  /** Our bug (`EX_SOFTWARE` of sysexits.h). */
  bug: 70,
  /** Ended by Ctrl-C, as a shell reports it. */
  interrupted: 130,
} as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
