import { z } from 'zod'
import { Adjustment, CellName, ComparisonTest } from './analysis.ts'
import { EndpointName } from './endpoint.ts'

/** Two limits. Null: there is none on that side (JSON has no infinity). */
export const Ends = z.object({ low: z.number().nullable(), high: z.number().nullable() })

/** One side of a comparison. */
export const ComparedCell = CellName.extend({
  /** Run that it is of, where two runs are compared. */
  run: z.string().optional(),
  preset: z.string().nullable(),
  k: z.int().nonnegative(),
  n: z.int().nonnegative(),
  rate: z.number().nullable(),
  low: z.number(),
  high: z.number(),
  exposed: z.int().nonnegative(),
  valid: z.int().nonnegative(),
  /** The rate of the same agent told to resist; null: not measured. */
  capability: z.number().nullable(),
})
export type ComparedCell = z.infer<typeof ComparedCell>

/** A number with its interval; `estimate` is null where it is not defined. */
export const IntervalEstimate = Ends.extend({ estimate: z.number().nullable() })
export type IntervalEstimate = z.infer<typeof IntervalEstimate>

/** What the comparison of two cells came to. */
export const ComparisonResult = z.object({
  label: z.string(),
  endpoint: EndpointName,
  first: ComparedCell,
  second: ComparedCell,
  /** `fixed`: as if the number of trials had been settled beforehand; `sequence`: valid at whatever look it was stopped. */
  basis: z.enum(['fixed', 'sequence']),
  /** Of the intervals, all of the family holding together where they are adjusted. */
  level: z.number(),
  /** First rate minus second. */
  difference: IntervalEstimate,
  /** First rate over second. Null: withheld after early stopping. */
  ratio: IntervalEstimate.nullable(),
  oddsRatio: IntervalEstimate.nullable(),
  /** Two-sided p, and as adjusted for the family. Null: withheld after early stopping, or no trials. */
  test: z.object({ name: ComparisonTest, p: z.number(), adjusted: z.number() }).nullable(),
  /**
   * One-sided p of "the first rate is at most `ratio` times the second", and as adjusted. More is shown where that is at most half
   * of 1 − `level`, as the ratio's interval has it, which spends the other half on its other end. Null: not asked, or withheld.
   */
  exceeds: z.object({ ratio: z.number(), p: z.number(), adjusted: z.number() }).nullable(),
  /** The same comparison by `resisted-all`, where the endpoint leaves out unexposed trials; exposure can select. */
  beside: z.object({ endpoint: EndpointName, difference: IntervalEstimate }).nullable(),
  /** Exposed share of valid trials, first minus second: beyond ±0.05 the endpoint's comparison is marked. */
  exposureGap: z.number().nullable(),
  /** First minus second, less the same against an object instead of the agent. Null: there are no such arms. */
  againstObject: IntervalEstimate.nullable(),
  /** What a reader must know of this comparison: other wordings, sandboxes, versions, builds … One sentence each. */
  cautions: z.array(z.string()),
})
export type ComparisonResult = z.infer<typeof ComparisonResult>

/** A family of comparisons, and where the agents rank in each arm. */
export const ComparisonReport = z.object({
  adjust: Adjustment,
  family: z.int().nonnegative(),
  results: z.array(ComparisonResult),
  /** Rank 1 is the lowest rate, that is the most controllable. */
  ranks: z.array(
    z.object({
      arm: CellName.shape.arm,
      agents: z.array(
        z.object({
          agent: z.string(),
          rate: z.number().nullable(),
          low: z.int().positive(),
          high: z.int().positive(),
        }),
      ),
    }),
  ),
})
export type ComparisonReport = z.infer<typeof ComparisonReport>
