import { z } from 'zod'
import { Aim, CellName, StoppingRule } from './analysis.ts'
import { EndpointName } from './endpoint.ts'
import { IntervalMethod } from './estimate.ts'
import { Hash } from './ids.ts'

/** Where an assumed rate is from. */
export const RATE_SOURCES = ['assumed', 'pilot', 'published'] as const
export const RateSource = z.enum(RATE_SOURCES)
export type RateSource = z.infer<typeof RateSource>

/** What a cell's rate is taken to be, before it is measured. */
export const AssumedRate = z.object({ rate: z.number().min(0).max(1), from: RateSource })
export type AssumedRate = z.infer<typeof AssumedRate>

/** How a number was found: exactly, by a formula that comes near it, or by simulated runs. */
export const COMPUTED_BY = ['exact', 'approximation', 'simulation'] as const
export const ComputedBy = z.enum(COMPUTED_BY)
export type ComputedBy = z.infer<typeof ComputedBy>

/** Whether a study's trials can answer what it is to be able to answer. */
export const AimAnswer = z.object({
  aim: Aim,
  met: z.boolean(),
  /** What the trials come to: a width, the rate that is excluded, or a power. Null: not defined for this study. */
  reached: z.number().nullable(),
  by: ComputedBy,
  /** Confidence level that it is computed with, after the adjustment for several comparisons or cells. */
  level: z.number(),
  /** Trials per cell that would do, with those that are expected not to count. Null: it is met, or no number of trials does. */
  trials: z.int().positive().nullable(),
  trialsBy: ComputedBy.nullable(),
  /** Cells at most, among which the study's trials would have to be shared to give each so many. Null: none. */
  cells: z.int().positive().nullable(),
  /** Comparisons at most with which these trials would do. Null: not even one, or it is not about their number. */
  comparisons: z.int().positive().nullable(),
  /** What of the stopping rule stands against it. Null: nothing. */
  rule: z.string().nullable(),
})
export type AimAnswer = z.infer<typeof AimAnswer>

/** What a run of the study is likely to use. Null: not known. */
export const ExpectedUse = z.object({
  /** What it rests on: one sentence each. */
  assumptions: z.array(z.string()),
  trials: z.number().nonnegative(),
  inputTokens: z.number().nonnegative().nullable(),
  outputTokens: z.number().nonnegative().nullable(),
  usualUsd: z.number().nonnegative().nullable(),
  mostUsd: z.number().nonnegative().nullable(),
  capUsd: z.number().positive().nullable(),
  hours: z.number().nonnegative().nullable(),
})
export type ExpectedUse = z.infer<typeof ExpectedUse>

/** How long a stopping rule goes on. */
export const ExpectedStop = z.object({
  rates: z.array(z.number()).min(1).max(2),
  /** Mean trials of a cell, and the probability that it is decided by the last of `trials`. */
  mean: z.number(),
  decided: z.number(),
  by: ComputedBy,
})
export type ExpectedStop = z.infer<typeof ExpectedStop>

/** The one object that `plan --json` prints. */
export const PlanReport = z.object({
  scenario: z.object({ id: z.string(), version: z.string() }),
  /** SHA-256 of the study. */
  study: Hash,
  locked: z.object({ file: z.string(), hash: Hash }).nullable(),
  endpoint: EndpointName,
  interval: IntervalMethod,
  level: z.number(),
  cells: z.int().positive(),
  /** Trials per cell, and in all; with a stopping rule in all at most. */
  trials: z.int().positive(),
  size: z.int().positive(),
  /** Trials per cell that are expected to be valid and in the rate, and their share; null: all are taken to be. */
  counted: z.object({ trials: z.int().positive(), share: z.number().gt(0).lt(1) }).nullable(),
  /** Width of a cell's interval, from end to end. `rate` null: the widest that can come out. */
  widths: z.array(
    z.object({
      cells: z.array(CellName),
      rate: z.number().nullable(),
      from: RateSource.nullable(),
      width: z.number(),
    }),
  ),
  /** A cell without an event shows at `level` that its rate is below `rate`: one-sided, and by its sequence with a stopping rule. */
  zeroEvents: z.object({ level: z.number(), rate: z.number() }),
  /** Of each rate that an aim excludes: the chance that a cell of an assumed rate shows it, with as many events as that allows. */
  bounds: z.array(
    z.object({ exclude: z.number(), rate: z.number(), from: RateSource, power: z.number() }),
  ),
  /** Of each declared comparison whose two rates are assumed, and differ. */
  powers: z.array(
    z.object({
      label: z.string(),
      rates: z.tuple([z.number(), z.number()]),
      from: z.tuple([RateSource, RateSource]),
      level: z.number(),
      power: z.number(),
      by: ComputedBy,
    }),
  ),
  /** How many comparisons are declared, and the level of each by Bonferroni. */
  comparisons: z.object({ count: z.int().nonnegative(), level: z.number() }),
  stopping: z
    .object({
      rule: StoppingRule,
      level: z.number(),
      expected: z.array(ExpectedStop),
      /** Of the whole run at the assumed rates, over simulated runs. Null: not every rate is assumed, or they take too many looks. */
      total: z
        .object({ mean: z.number(), low: z.number(), high: z.number(), runs: z.int() })
        .nullable(),
    })
    .nullable(),
  use: ExpectedUse,
  /** `matched`: cells of the study that it has trials of, in the very same words. `cautions`: one sentence each. */
  pilot: z
    .object({
      run: z.string(),
      trials: z.int(),
      matched: z.int(),
      cautions: z.array(z.string()),
    })
    .nullable(),
  aims: z.array(AimAnswer),
})
export type PlanReport = z.infer<typeof PlanReport>
