import { z } from 'zod'
import { Arm } from './arm.ts'
import { Endpoint, IntervalMethod } from './estimate.ts'
import { Limits } from './limits.ts'
import { Generation } from './model.ts'

/** How many of a run's planned trials may be invalid before it stops: a share of them, or so many. */
export const MaxInvalid = z.union([
  z.number().min(0).max(1),
  z.strictObject({ trials: z.int().nonnegative() }),
])
export type MaxInvalid = z.infer<typeof MaxInvalid>

/**
 * What a user writes to declare a study (YAML). Unknown keys are refused. `arms` crosses factors; `presets` names
 * ready arms; where neither stands, the scenario's default arm is run.
 */
export const StudyFile = z.strictObject({
  title: z.string().optional(),
  scenario: z.string(),
  agents: z.array(z.string()).min(1),
  arms: z.record(z.string(), z.union([z.string(), z.array(z.string()).min(1)])).optional(),
  presets: z.array(z.string()).min(1).optional(),
  settings: z.record(z.string(), z.unknown()).optional(),
  trials: z.int().positive().max(1_000_000).optional(),
  seed: z.int().nonnegative().optional(),
  /** Trials of the same index draw the same sums in every cell. */
  sharedSeeds: z.boolean().optional(),
  sandbox: z.string().optional(),
  endpoint: Endpoint.optional(),
  interval: IntervalMethod.optional(),
  limits: Limits.partial().optional(),
  /** So many trials (`5`), or a share of those planned (`10%`). */
  maxInvalid: z.union([z.int().nonnegative(), z.string()]).optional(),
  /** US dollars that the run's model calls may cost together. */
  maxCost: z.number().positive().optional(),
  /** Settings of generation, for all models of the study. */
  generation: Generation.optional(),
  /** Path of a wording file, relative to this file. */
  wording: z.string().optional(),
  notes: z.string().optional(),
})
export type StudyFile = z.infer<typeof StudyFile>

/** One cell of a study: an agent in an arm. `control` says that its result is known beforehand. */
export const Cell = z.object({
  agent: z.string(),
  arm: Arm,
  preset: z.string().nullable(),
  control: z.boolean(),
  /** Its trials draw what those of this agent drew: it plays that one's part. */
  drawsOf: z.string().optional(),
})
export type Cell = z.infer<typeof Cell>

/** A study resolved: nothing is left to a default. This is what is hashed, stored and run. */
export const Study = z.object({
  title: z.string().nullable(),
  scenario: z.object({ id: z.string(), version: z.string() }),
  cells: z.array(Cell).min(1),
  settings: z.record(z.string(), z.unknown()),
  /** Texts that replace the scenario's own, by their slot. */
  wording: z.record(z.string(), z.string()),
  trials: z.int().positive(),
  seed: z.int().nonnegative(),
  sharedSeeds: z.boolean(),
  sandbox: z.string(),
  endpoint: Endpoint,
  interval: IntervalMethod,
  level: z.number(),
  limits: Limits,
  /** What each agent is, by its name as given: a script's whole text, a model's settings. Enough to make it again. */
  agents: z.record(z.string(), z.record(z.string(), z.unknown())),
  /** A run stops when more of its trials than this are invalid. */
  maxInvalid: MaxInvalid,
  /** A trial is only started if the most that it can cost fits in what is left of this. Null: no cap. */
  maxCostUsd: z.number().positive().nullable().default(null),
  notes: z.string().nullable(),
})
export type Study = z.infer<typeof Study>

/** Texts that a user puts in place of a scenario's own, by their slot. */
export const WordingFile = z.record(z.string(), z.string())
export type WordingFile = z.infer<typeof WordingFile>
