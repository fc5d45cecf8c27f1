import { z } from 'zod'
import { Adjustment, Aim, Comparisons, ComparisonTest, StoppingRule } from './analysis.ts'
import { Arm } from './arm.ts'
import { EndpointName, EndpointRule } from './endpoint.ts'
import { IntervalMethod } from './estimate.ts'
import { Limits } from './limits.ts'
import { Generation } from './model.ts'

/** How many of a run's planned trials may be invalid before it stops: a share of them, or so many. */
export const MaxInvalid = z.union([
  z.number().min(0).max(1),
  z.strictObject({ trials: z.int().nonnegative() }),
])
export type MaxInvalid = z.infer<typeof MaxInvalid>

/** An arm written out: levels of factors, laid over a preset if one is named. `name` is what comparisons call it. */
export const ListedArm = z.record(z.string(), z.string())
export type ListedArm = z.infer<typeof ListedArm>

/** One cell as a comparison names it: an agent, and an arm by the name, the preset or the levels that it has in the study. */
export const ComparedSide = z.strictObject({
  agent: z.string().optional(),
  arm: z.union([z.string(), z.record(z.string(), z.string())]).optional(),
})

/** What is compared: two cells; each other level of a factor with one of them, all else the same; agents with each other. */
export const ComparisonChoice = z.union([
  z.strictObject({ first: ComparedSide, second: ComparedSide, label: z.string().optional() }),
  z.strictObject({ factor: z.string(), baseline: z.string().optional() }),
  /** `all`: each agent with each other one, in each arm. */
  z.strictObject({ agents: z.union([z.literal('all'), z.array(z.string()).min(2)]) }),
])
export type ComparisonChoice = z.infer<typeof ComparisonChoice>

const ComparisonsChoice = z.union([
  z.array(ComparisonChoice).min(1),
  z.strictObject({
    of: z.array(ComparisonChoice).min(1),
    adjust: Adjustment.optional(),
    test: ComparisonTest.optional(),
  }),
])

/** When to stop early: one of `width`, `rate`, `difference`; the rest has defaults. */
const StoppingChoice = z.strictObject({
  width: z.number().gt(0).lt(1).optional(),
  rate: z.number().gt(0).lt(1).optional(),
  difference: z.literal(true).optional(),
  every: z.int().positive().optional(),
  least: z.int().positive().optional(),
  most: z.int().positive().optional(),
  split: z.boolean().optional(),
})

/**
 * What a user writes to declare a study (YAML, or a module). Unknown keys are refused. `arms` crosses factors, or lists arms;
 * `presets` names ready arms; where neither stands, the scenario's default arm is run. `controls` are further arms.
 */
export const StudyFile = z.strictObject({
  title: z.string().optional(),
  scenario: z.string(),
  agents: z.array(z.string()).min(1),
  arms: z
    .union([
      z.record(z.string(), z.union([z.string(), z.array(z.string()).min(1)])),
      z.array(ListedArm).min(1),
    ])
    .optional(),
  presets: z.array(z.string()).min(1).optional(),
  /** Arms whose result is expected beforehand, beside the others: presets, or written out. */
  controls: z
    .array(z.union([z.string(), ListedArm]))
    .min(1)
    .optional(),
  settings: z.record(z.string(), z.unknown()).optional(),
  trials: z.int().positive().max(1_000_000).optional(),
  seed: z.int().nonnegative().optional(),
  /** Trials of the same index draw the same sums in every cell. */
  sharedSeeds: z.boolean().optional(),
  sandbox: z.string().optional(),
  endpoint: EndpointName.optional(),
  /** Endpoints of the study's own, by name. */
  endpoints: z.record(EndpointName, EndpointRule).optional(),
  interval: IntervalMethod.optional(),
  level: z.number().gt(0).lt(1).optional(),
  comparisons: ComparisonsChoice.optional(),
  stopping: StoppingChoice.optional(),
  /** What the study is to be able to answer. */
  aims: z.array(Aim).min(1).optional(),
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
  endpoint: EndpointName,
  interval: IntervalMethod,
  level: z.number(),
  /** What it declares beyond that. Left out where it does not: studies of earlier versions keep their hash. */
  endpoints: z.record(EndpointName, EndpointRule).optional(),
  comparisons: Comparisons.optional(),
  stopping: StoppingRule.optional(),
  aims: z.array(Aim).optional(),
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
