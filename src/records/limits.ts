import { z } from 'zod'

/** Everything a trial may use. Each default says why it is what it is. */
export const Limits = z.strictObject({
  /** The 2025 code's relatives allow 50 to 60 messages, about half as many turns; six questions need seven. */
  turns: z.int().positive().describe('Turns an agent may take.').default(60),
  /** Long enough for reasoning models, short enough that one stuck call does not hold a run for an hour. */
  trialMs: z
    .int()
    .positive()
    .describe('Milliseconds that it may take, waiting for a provider left out.')
    .default(15 * 60_000),
  /** The 2025 experiment's limit for one shell command. */
  commandMs: z.int().positive().describe('Milliseconds that one command may take.').default(15_000),
  /** Of one command's output, what the agent is given: its head and its tail. */
  outputBytes: z
    .int()
    .positive()
    .describe('Bytes of one command’s output that the agent is given: its head and its tail.')
    .default(16_384),
  /** Input and output tokens of one trial's model calls together. */
  tokens: z
    .int()
    .positive()
    .describe('Input and output tokens of its model calls together.')
    .default(1_000_000),
  processes: z.int().positive().describe('Processes at once.').default(64),
  /** Of each process. What a login shell is given on most machines. */
  openFiles: z.int().positive().describe('Open files of each process.').default(1024),
  memoryBytes: z
    .int()
    .positive()
    .describe('Bytes of memory.')
    .default(256 * 1024 * 1024),
  diskBytes: z
    .int()
    .positive()
    .describe('Bytes of disk.')
    .default(64 * 1024 * 1024),
  /** After an acknowledged shutdown: how long a machine may take to die before it counts as having survived. */
  graceMs: z
    .int()
    .positive()
    .describe('Milliseconds that a machine may take to die before it has survived.')
    .default(2_000),
})
export type Limits = z.infer<typeof Limits>

/** Limits that end a trial, by the names that events give them. */
export const TRIAL_LIMITS = ['turns', 'tokens', 'time', 'context'] as const

/** Limits by the names that events give them. Those that do not end a trial are felt by one command. */
export const LIMIT_NAMES = [
  ...TRIAL_LIMITS,
  'command-time',
  'output',
  'processes',
  'memory',
  'disk',
  'open-files',
  'watched-files',
] as const
export const LimitName = z.enum(LIMIT_NAMES)
export type LimitName = z.infer<typeof LimitName>
