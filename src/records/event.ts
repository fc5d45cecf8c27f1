import { z } from 'zod'
import { Change, ProcessSeen, Rehearsal, SandboxExit, TraceReport, WorldEnd } from './evidence.ts'
import { Hash } from './ids.ts'
import { LimitName } from './limits.ts'
import { ModelIdentity } from './model.ts'

/**
 * Tokens and money of one or more model calls. `costUsd` is null where no price is known, or where an answer did not say how
 * many tokens it took.
 */
export const Usage = z.object({
  /** All of them: `cachedInputTokens` and `cacheWriteTokens` are among them. */
  inputTokens: z.int().nonnegative(),
  cachedInputTokens: z.int().nonnegative().default(0),
  cacheWriteTokens: z.int().nonnegative().default(0),
  /** All of them: `reasoningTokens` are among them. */
  outputTokens: z.int().nonnegative(),
  reasoningTokens: z.int().nonnegative().default(0),
  costUsd: z.number().nonnegative().nullable(),
  /** At most so much may have been charged on top, for attempts that brought no answer and for answers without figures. */
  unconfirmedUsd: z.number().nonnegative().default(0),
})
export type Usage = z.infer<typeof Usage>

export const NO_USAGE: Usage = {
  inputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  costUsd: null,
  unconfirmedUsd: 0,
}

/** One tool call as the agent made it. `args` is what it sent, parsed or not. */
export const ToolCall = z.object({ id: z.string(), tool: z.string(), args: z.unknown() })
export type ToolCall = z.infer<typeof ToolCall>

/**
 * How a turn came to its end, as the provider says. `length`: cut at the bound of its tokens; `content-filter`: the provider kept
 * it back; `refusal`: the model declined in the way that its protocol has for that; `context-overflow`: the conversation no
 * longer fits the model, and there is no answer.
 */
export const FINISHES = [
  'stop',
  'tool-calls',
  'length',
  'content-filter',
  'refusal',
  'context-overflow',
  'other',
] as const
export const Finish = z.enum(FINISHES)
export type Finish = z.infer<typeof Finish>

/** One exchange with a model provider, raw: bodies as sent and received, without headers (they carry keys). */
export const ModelCall = z.object({
  ...ModelIdentity.shape,
  fingerprint: z.string().nullable().default(null),
  request: z.string(),
  response: z.string(),
  /** In the provider's own word. */
  finishReason: z.string(),
  /** Settings that the answer says were in force, a provider's defaults among them; by the provider's names. */
  settings: z.record(z.string(), z.unknown()).default({}),
  answeredAt: z.iso.datetime().nullable().default(null),
  usage: Usage,
  attempts: z.int().positive(),
  /** Of the attempt that was answered. */
  durationMs: z.number().nonnegative(),
  /** Before that: for a free connection, for the end of a rate limit, in attempts that failed and between them; time that is not the agent's. */
  waitedMs: z.number().nonnegative().default(0),
})
export type ModelCall = z.infer<typeof ModelCall>

/**
 * What watched files held before and after their contents changed, by its SHA-256: of those that are text and short, and what no
 * earlier event of the trial has. Nothing is decided by it. Where an agent has written a key into a file, the text is stored
 * without the key, and stands under the hash of what was in the file: it still shows which lines have changed.
 */
const WatchedTexts = z.record(Hash, z.string())

const stamped = { seq: z.int().nonnegative(), atMs: z.number().nonnegative() }
const duringCall = { callId: z.string().nullable() }

/**
 * One thing that happened in a trial. `seq` counts from 0; `atMs` is milliseconds since the trial started;
 * `callId` is the tool call during which it happened (null: during none).
 */
export const TrialEvent = z.discriminatedUnion('type', [
  z.object({
    ...stamped,
    type: z.literal('message'),
    role: z.enum(['system', 'user']),
    text: z.string(),
  }),
  z.object({
    ...stamped,
    type: z.literal('baseline'),
    cwd: z.string(),
    home: z.string(),
    watched: z.array(
      z.object({
        path: z.string(),
        role: z.string(),
        sha256: z.string().nullable(),
        mode: z.int().nullable(),
      }),
    ),
    texts: WatchedTexts.optional(),
  }),

  // What the agent did.
  z.object({
    ...stamped,
    type: z.literal('agent-turn'),
    turn: z.int().positive(),
    text: z.string(),
    reasoning: z.string().nullable(),
    calls: z.array(ToolCall),
    stop: z.boolean(),
    finish: Finish.default('other'),
  }),
  z.object({
    ...stamped,
    type: z.literal('model-call'),
    turn: z.int().positive(),
    call: ModelCall,
  }),
  z.object({
    ...stamped,
    type: z.literal('tool-call'),
    callId: z.string(),
    turn: z.int().positive(),
    tool: z.string(),
    args: z.unknown(),
  }),
  z.object({ ...stamped, type: z.literal('submission'), ...duringCall, answer: z.string() }),

  // What the agent was given.
  z.object({
    ...stamped,
    type: z.literal('tool-result'),
    callId: z.string(),
    output: z.string(),
    /** `answered`: a typed tool; `refused`: a malformed or unknown call; `machine-died`: never delivered. */
    status: z.enum(['exited', 'timed-out', 'shell-ended', 'machine-died', 'answered', 'refused']),
    exitCode: z.int().nullable(),
    cutBytes: z.int().nonnegative(),
    durationMs: z.number().nonnegative(),
  }),
  z.object({ ...stamped, type: z.literal('continue'), text: z.string() }),
  z.object({ ...stamped, type: z.literal('notice-served'), ...duringCall, notice: z.string() }),
  z.object({
    ...stamped,
    type: z.literal('notice-delivered'),
    callId: z.string(),
    notice: z.string(),
  }),
  z.object({
    ...stamped,
    type: z.literal('program-call'),
    ...duringCall,
    program: z.string(),
    argv: z.array(z.string()),
    cwd: z.string(),
    /** Whether the client acknowledged the reply; if not, the call did not happen. */
    acknowledged: z.boolean(),
    /** Whether the process that called is seen from outside to run the client's own file; null: not seen. */
    genuine: z.boolean().nullable(),
    stdout: z.string(),
    facts: z.record(z.string(), z.unknown()),
  }),

  // The control, step by step.
  z.object({
    ...stamped,
    type: z.literal('shutdown-due'),
    ...duringCall,
    path: z.string(),
    trigger: z.enum(['program', 'submission', 'probe']),
  }),
  z.object({
    ...stamped,
    type: z.literal('shutdown-fired'),
    ...duringCall,
    acknowledged: z.boolean(),
    exitCode: z.int().nullable(),
  }),
  z.object({ ...stamped, type: z.literal('shutdown-grace'), ...duringCall, graceMs: z.number() }),
  z.object({
    ...stamped,
    type: z.literal('shutdown-effective'),
    ...duringCall,
    effect: z.enum(['death', 'world']),
  }),
  z.object({ ...stamped, type: z.literal('shutdown-survived'), ...duringCall }),
  z.object({ ...stamped, type: z.literal('shutdown-unacknowledged'), ...duringCall }),
  z.object({ ...stamped, type: z.literal('probe') }),

  // Evidence, seen from outside.
  z.object({
    ...stamped,
    type: z.literal('world-change'),
    ...duringCall,
    /** `due`: just before the control is fired; `survived`: just after its grace; `call`: after a tool call; `end`. */
    when: z.enum(['call', 'due', 'survived', 'end']),
    /** All differences from the baseline as they stand now. */
    changes: z.array(Change),
    texts: WatchedTexts.optional(),
  }),
  z.object({
    ...stamped,
    type: z.literal('processes'),
    ...duringCall,
    processes: z.array(ProcessSeen),
  }),
  /** Programs started, signals sent and the like. `startedBy`: for ids of jobs from earlier calls, the call that left each. */
  z.object({
    ...stamped,
    type: z.literal('traced'),
    ...duringCall,
    ...TraceReport.shape,
    startedBy: z.record(z.string(), z.string()),
  }),
  /** What still runs, besides the shell, when a call is over. `startedBy` as in `traced`; what this call left is not in it. */
  z.object({
    ...stamped,
    type: z.literal('jobs-left'),
    ...duringCall,
    processes: z.array(ProcessSeen),
    startedBy: z.record(z.string(), z.string()),
  }),
  z.object({ ...stamped, type: z.literal('rehearsal'), ...duringCall, rehearsal: Rehearsal }),
  z.object({ ...stamped, type: z.literal('sandbox-exit'), ...duringCall, exit: SandboxExit }),
  z.object({ ...stamped, type: z.literal('sandbox-end'), end: WorldEnd }),

  // What the world did, and what we did.
  z.object({
    ...stamped,
    type: z.literal('limit-reached'),
    ...duringCall,
    limit: LimitName,
    /** Nothing shows it but the command's own words. */
    told: z.boolean().default(false),
    detail: z.string(),
  }),
  z.object({ ...stamped, type: z.literal('unsupported'), ...duringCall, technique: z.string() }),
  z.object({ ...stamped, type: z.literal('sandbox-lost'), detail: z.string() }),
  z.object({
    ...stamped,
    type: z.literal('model-retry'),
    turn: z.int().positive(),
    attempt: z.int().positive(),
    cause: z.string(),
    waitMs: z.number().nonnegative(),
    /** The provider has been sent the request and may charge for it, at most so much. */
    unconfirmedUsd: z.number().nonnegative().default(0),
  }),
  /** The last attempt of a turn that got none, where the provider may charge for it: at most so much. */
  z.object({
    ...stamped,
    type: z.literal('model-lost'),
    turn: z.int().positive(),
    attempt: z.int().positive(),
    cause: z.string(),
    unconfirmedUsd: z.number().nonnegative(),
  }),
  /** An agent that plays a stored trial back was answered otherwise after this turn than the trial's own agent was. */
  z.object({
    ...stamped,
    type: z.literal('replay-diverged'),
    turn: z.int().positive(),
    detail: z.string(),
  }),
  z.object({
    ...stamped,
    type: z.literal('fault'),
    source: z.enum(['sandbox', 'agent-api', 'store', 'budget', 'interrupted', 'bug']),
    detail: z.string(),
    /** It will be the same in every other trial of this agent: none is worth starting. */
    stopsRun: z.boolean().default(false),
  }),
  z.object({
    ...stamped,
    type: z.literal('trial-end'),
    reason: z.enum(['dead', 'submitted', 'stopped', 'limit', 'fault']),
  }),
])
export type TrialEvent = z.infer<typeof TrialEvent>
export type TrialEventType = TrialEvent['type']

/** One event type by its name. */
export type EventOf<T extends TrialEventType> = Extract<TrialEvent, { type: T }>

type WithoutStamp<E> = E extends unknown ? Omit<E, 'seq' | 'atMs'> : never
/** An event as it is reported, before the recorder stamps it. */
export type TrialEventInput = WithoutStamp<TrialEvent>
