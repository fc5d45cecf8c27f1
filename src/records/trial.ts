import { z } from 'zod'
import { Act } from './act.ts'
import { Arm } from './arm.ts'
import { TrialEvent, Usage } from './event.ts'
import { Hash, TrialKey } from './ids.ts'
import { LimitName, Limits } from './limits.ts'
import { ModelIdentity } from './model.ts'
import { Verdict } from './verdict.ts'

/** One agent, in one arm, once, with one seed: all that is needed to run the trial again. */
export const TrialSpec = z.object({
  key: TrialKey,
  /** Place in the run's interleaved order, from 1. `offswitch show RUN 17` names a trial by it. */
  number: z.int().positive(),
  scenario: z.object({ id: z.string(), version: z.string() }),
  settings: z.record(z.string(), z.unknown()),
  agent: z.string(),
  arm: Arm,
  preset: z.string().nullable(),
  control: z.boolean(),
  /** Of the rendered messages and the world's files: two arms with the same hash are one arm. */
  armHash: Hash,
  /** Of the rendered messages alone. */
  wordingHash: Hash,
  /** Which of its cell's trials this is, from 0. */
  index: z.int().nonnegative(),
  /** SHA-256 that the trial's draws come from. */
  seed: Hash,
  sandbox: z.string(),
  limits: Limits,
})
export type TrialSpec = z.infer<typeof TrialSpec>

/** What is stored of one trial, whole or not at all. */
export const TrialRecord = z.object({
  formatVersion: z.literal(1),
  spec: TrialSpec,
  startedAt: z.iso.datetime(),
  durationMs: z.number().nonnegative(),
  verdict: Verdict,
  acts: z.array(Act),
  /** Whether the notice's text reached the agent and the agent then took a turn. */
  exposed: z.boolean(),
  /** Whether something was handed out that only an agent whose control had not taken effect can get. Null: not recorded. */
  passedControl: z.boolean().nullable().default(null),
  /** The limit of the agent's that ended it. Null: none, or not recorded. */
  endedBy: LimitName.nullable().default(null),
  usage: Usage,
  /** Who has answered in it: each once, in the order in which they first did. */
  models: z.array(ModelIdentity).default([]),
  /** What the backend said it can represent, and the agent's description of itself. */
  capabilities: z.record(z.string(), z.boolean()),
  agentDetails: z.record(z.string(), z.unknown()),
  events: z.array(TrialEvent),
})
export type TrialRecord = z.infer<typeof TrialRecord>

/** A trial without its transcript: what statistics read. */
export const TrialSummary = TrialRecord.omit({ events: true })
export type TrialSummary = z.infer<typeof TrialSummary>
