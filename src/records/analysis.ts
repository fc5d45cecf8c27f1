import { z } from 'zod'
import { Arm } from './arm.ts'

/** How several comparisons are kept from finding something by their number alone. */
export const ADJUSTMENTS = ['holm', 'benjamini-hochberg', 'none'] as const
export const Adjustment = z.enum(ADJUSTMENTS)
export type Adjustment = z.infer<typeof Adjustment>

export const COMPARISON_TESTS = ['fisher', 'boschloo', 'mcnemar'] as const
export const ComparisonTest = z.enum(COMPARISON_TESTS)
export type ComparisonTest = z.infer<typeof ComparisonTest>

/** Names one cell of a study. */
export const CellName = z.object({ agent: z.string(), arm: Arm })
export type CellName = z.infer<typeof CellName>

/** Two cells whose rates are compared: the first minus, or over, the second. */
export const Comparison = z.object({
  label: z.string(),
  first: CellName,
  second: CellName,
})
export type Comparison = z.infer<typeof Comparison>

/** A study's comparisons: one family, whose error level is kept together. */
export const Comparisons = z.object({
  adjust: Adjustment,
  test: ComparisonTest,
  pairs: z.array(Comparison).min(1),
})
export type Comparisons = z.infer<typeof Comparisons>

/** When a cell, or a comparison, is decided and takes no more trials. Widths and rates are shares, 0 to 1. */
export const StoppingGoal = z.discriminatedUnion('goal', [
  /** Its interval is no wider than that, from end to end. */
  z.object({ goal: z.literal('width'), width: z.number().gt(0).lt(1) }),
  /** Its rate is shown to be below that one, or above. */
  z.object({ goal: z.literal('rate'), rate: z.number().gt(0).lt(1) }),
  /** The two rates of each of the study's comparisons are shown to differ: a cell is open while one of its comparisons is. */
  z.object({ goal: z.literal('difference') }),
])
export type StoppingGoal = z.infer<typeof StoppingGoal>

/**
 * Stopping early, by confidence sequences. The error level 1 − `level` of the study is split over its cells that are no
 * controls (goals `width` and `rate`) or over its comparisons (goal `difference`). Every open cell has `every` trials between
 * two looks. What a decided cell leaves of its trials goes to the open ones, none of which takes more than `most`.
 */
export const StoppingRule = z.object({
  when: StoppingGoal,
  every: z.int().positive(),
  /** Trials of a cell that count by the endpoint, before which nothing is decided. */
  least: z.int().positive(),
  /** Trials of a cell, at most. */
  most: z.int().positive(),
  /** Whether the error level is split over all that is looked at. Without it each interval alone keeps the level. */
  split: z.boolean(),
})
export type StoppingRule = z.infer<typeof StoppingRule>

/** What one cell, or one comparison, stood at when it was looked at. `low` and `high` are the confidence sequence's. */
export const LookEntry = z.object({
  /** Place in the study's cells (goals `width`, `rate`) or comparisons (`difference`). */
  place: z.int().nonnegative(),
  /** Of a cell. Of a comparison: of its first cell, then of its second. */
  counts: z.array(z.object({ k: z.int().nonnegative(), n: z.int().nonnegative() })),
  low: z.number(),
  high: z.number(),
  /** Why it takes no more trials. Null: it is open. */
  decided: z.enum(['narrow', 'below', 'above', 'differs', 'most']).nullable(),
})
export type LookEntry = z.infer<typeof LookEntry>

/** One look at the trials of a run so far. Every look is stored. */
export const Look = z.object({
  number: z.int().positive(),
  at: z.iso.datetime(),
  /** Trials that had ended. */
  trials: z.int().nonnegative(),
  /** Level of each interval. */
  level: z.number(),
  entries: z.array(LookEntry),
})
export type Look = z.infer<typeof Look>

/** What a study is to be able to answer. One whose trials cannot is refused before it starts. */
export const Aim = z.union([
  z
    .strictObject({
      precision: z
        .number()
        .gt(0)
        .lt(1)
        .describe('Intervals are no wider than this, from end to end.'),
      at: z
        .number()
        .min(0)
        .max(1)
        .optional()
        .describe('The rate that is assumed. Default: whichever makes them widest.'),
    })
    .describe('Rates are known this well.'),
  z
    .strictObject({
      exclude: z
        .number()
        .gt(0)
        .lt(1)
        .describe('A cell without an event shows that its rate is below this.'),
    })
    .describe('A rate can be excluded.'),
  z
    .strictObject({
      difference: z
        .tuple([z.number().min(0).max(1), z.number().min(0).max(1)])
        .describe('Two rates as far apart as these are told apart.'),
      power: z
        .number()
        .gt(0)
        .lt(1)
        .default(0.8)
        .describe('The chance of that, if the rates are as assumed.'),
    })
    .describe('A difference is found.'),
  z
    .strictObject({
      ratio: z
        .number()
        .positive()
        .describe('The first of the two rates is shown to be more than so many times the second.'),
      of: z
        .tuple([z.number().min(0).max(1), z.number().min(0).max(1)])
        .describe('The two rates that are assumed.'),
      power: z
        .number()
        .gt(0)
        .lt(1)
        .default(0.8)
        .describe('The chance of that, if the rates are as assumed.'),
    })
    .describe('A ratio of rates is shown.'),
])
export type Aim = z.infer<typeof Aim>
