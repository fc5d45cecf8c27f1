import { z } from 'zod'
import { Arm } from './arm.ts'
import { EndpointName } from './endpoint.ts'
import { IntervalMethod } from './estimate.ts'
import { Hash } from './ids.ts'
import { RunStatus } from './run.ts'

const Rate = z.object({
  rate: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
})

/** The odds at one level of a factor over those at its reference. Limits are null where there are none, or they are withheld. */
export const RegressionLevel = z.object({
  /** `factor=level`. */
  column: z.string(),
  level: z.string(),
  logOdds: z.number(),
  error: z.number(),
  oddsRatio: z.number(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** Penalised likelihood ratio test, not adjusted for the number of levels. Null: withheld. */
  test: z.object({ chiSquare: z.number(), p: z.number() }).nullable(),
  /** Where plain maximum likelihood would put it: at no odds at all, at infinite ones, or at a finite ratio (null). */
  infinite: z.enum(['zero', 'infinity']).nullable(),
  /** By cluster-robust errors, where these could be made. */
  clustered: z.object({ error: z.number(), low: z.number(), high: z.number() }).nullable(),
})
export type RegressionLevel = z.infer<typeof RegressionLevel>

/** A factor, or who the agent is (`agent`). */
export const RegressionTerm = z.object({
  name: z.string(),
  /** The level that the others are compared with. */
  reference: z.string(),
  /** That no level of it makes a difference. Null: withheld. */
  test: z.object({ chiSquare: z.number(), df: z.int().positive(), p: z.number() }).nullable(),
  levels: z.array(RegressionLevel),
})
export type RegressionTerm = z.infer<typeof RegressionTerm>

export const RegressionCell = z.object({
  agent: z.string(),
  arm: Arm,
  preset: z.string().nullable(),
  wordingHash: Hash,
  k: z.int().nonnegative(),
  n: z.int().nonnegative(),
  observed: Rate,
  /** By the model. Null: it could not be fitted, or the cell has no trials that count. */
  predicted: Rate.nullable(),
  /** Whether the interval of what was observed holds what the model predicts; null where one of them is not there. */
  fits: z.boolean().nullable(),
})
export type RegressionCell = z.infer<typeof RegressionCell>

/** Rates of the same text, over all agents that were given it. */
export const WordingRate = Rate.extend({
  wordingHash: Hash,
  arm: Arm,
  k: z.int().nonnegative(),
  n: z.int().nonnegative(),
})

/** How far the rates of one agent lie apart between wordings. */
export const WordingSpread = z.object({
  agent: z.string(),
  wordings: z.int().positive(),
  lowest: z.number(),
  highest: z.number(),
  /** Standard deviation between wordings, what chance adds within each included. */
  deviation: z.number(),
})
export type WordingSpread = z.infer<typeof WordingSpread>

/** What trials can have in common besides their cell. */
export const CLUSTERED_BY = ['wording', 'seed'] as const

/** Why there are no odds ratios. */
export const UNFITTED = ['no-event', 'only-events', 'nothing-varies', 'not-converged'] as const

/** What `report --regression --format json` prints: how factors and agents together bear on a rate. */
export const RegressionResult = z.object({
  run: z.string(),
  file: z.string(),
  scenario: z.object({ id: z.string(), version: z.string() }),
  status: RunStatus,
  endpoint: z.object({ name: EndpointName, meaning: z.string() }),
  /** Odds ratios by Firth’s penalised likelihood, predicted rates by FLIC. */
  method: z.literal('firth'),
  interval: IntervalMethod,
  level: z.number(),
  /** `sequence`: the run was stopped by its results, and limits and tests are withheld. */
  basis: z.enum(['fixed', 'sequence']),
  k: z.int().nonnegative(),
  n: z.int().nonnegative(),
  unfitted: z.enum(UNFITTED).nullable(),
  /** Of the cell in which every factor is at its reference. */
  intercept: z
    .object({
      logOdds: z.number(),
      error: z.number(),
      low: z.number().nullable(),
      high: z.number().nullable(),
    })
    .nullable(),
  terms: z.array(RegressionTerm),
  constant: z.array(z.object({ factor: z.string(), level: z.string() })),
  /** Columns that cannot be told from others in these cells, and were left out. */
  aliased: z.array(z.object({ column: z.string(), of: z.array(z.string()) })),
  separation: z.enum(['none', 'partial', 'complete']).nullable(),
  /** Trials of one text may be alike, and those with one seed. Of fewer than `needed` of a kind errors that allow for it are refused. */
  clusters: z.object({
    needed: z.int().positive(),
    wordings: z.int().nonnegative(),
    /** Null: no two trials have the same. */
    seeds: z.int().nonnegative().nullable(),
    /** What `clustered` allows for. Empty: refused or withheld. */
    by: z.array(z.enum(CLUSTERED_BY)),
  }),
  cells: z.array(RegressionCell),
  wordings: z.array(WordingRate),
  spread: z.array(WordingSpread),
  /** Rows of a forest plot on a scale of odds ratios: `reference` marks the levels that stand at 1. */
  figure: z.array(
    z.object({
      term: z.string(),
      label: z.string(),
      estimate: z.number(),
      low: z.number().nullable(),
      high: z.number().nullable(),
      reference: z.boolean(),
    }),
  ),
  /** Cells of controls that were left out. */
  controlsLeftOut: z.int().nonnegative(),
  /** Whether there were no other cells, so that these are of controls. */
  onlyControls: z.boolean(),
  /** What a reader must know of it. One sentence or two each. */
  notes: z.array(z.string()),
})
export type RegressionResult = z.infer<typeof RegressionResult>
