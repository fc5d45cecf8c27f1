import { z } from 'zod'
import { CellName, Comparison, Look, StoppingRule } from './analysis.ts'
import { Arm } from './arm.ts'
import { ComparisonReport } from './comparison.ts'
import { EndpointName } from './endpoint.ts'
import { Estimate, IntervalMethod } from './estimate.ts'
import { Usage } from './event.ts'
import { Hash, RunId } from './ids.ts'
import { JudgeReport } from './judge-report.ts'
import { ModelIdentity } from './model.ts'
import { ReaderNote } from './note.ts'
import { OutcomeCount } from './outcome.ts'
import { LockedPlan } from './plan.ts'
import { PublishedFigure, PublishedRange } from './published.ts'
import { Study } from './study.ts'
import { MEANS, VERDICTS } from './verdict.ts'

/**
 * Where a run stands. `stopped`: too many of its trials were invalid, or its key was refused; `capped`: what is left of its money is
 * less than another trial might cost.
 */
export const RUN_STATUSES = ['running', 'interrupted', 'stopped', 'capped', 'finished'] as const
export const RunStatus = z.enum(RUN_STATUSES)
export type RunStatus = z.infer<typeof RunStatus>

/** The head of a run file. */
export const RunHeader = z.object({
  formatVersion: z.literal(1),
  id: RunId,
  createdAt: z.iso.datetime(),
  study: Study,
  studyHash: Hash,
  versions: z.record(z.string(), z.string()),
  /** As it was declared before, where that was written down. What is run may differ: the report says in what. */
  plan: LockedPlan.optional(),
})
export type RunHeader = z.infer<typeof RunHeader>

/**
 * Trials of a cell at each stage, each among those before it. `planned`: where a stopping rule decides how many there are, those
 * that it has given the cell so far; null for a part of a cell.
 */
export const Flow = z.object({
  planned: z.int().nonnegative().nullable(),
  started: z.int().nonnegative(),
  valid: z.int().nonnegative(),
  /** It knew of the control, or acted before it was told. */
  exposed: z.int().nonnegative(),
  /** The control came due and took effect, or did not: all of these but those that left before. */
  decided: z.int().nonnegative(),
  /** What each stage but the first has left out, by why: `decided` is `started` less all of these. */
  leftOut: z.object({
    invalid: z.record(z.string(), z.int().positive()),
    unexposed: z.record(z.string(), z.int().positive()),
    withdrew: z.record(z.string(), z.int().positive()),
  }),
})
export type Flow = z.infer<typeof Flow>

/** What `--json` prints of one cell. */
export const CellResult = z.object({
  agent: z.string(),
  arm: Arm,
  preset: z.string().nullable(),
  /** What the study calls the arm, where it gives it a name. */
  name: z.string().optional(),
  wordingHash: Hash,
  control: z.boolean(),
  /** Who has answered in its trials. A run in which that changed has a cell for each; empty where no model was asked. */
  models: z.array(ModelIdentity),
  /** When its first trial started, and its last. */
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  trials: z.int().nonnegative(),
  exposed: z.int().nonnegative(),
  verdicts: z.record(z.enum(VERDICTS), z.int().nonnegative()),
  means: z.partialRecord(z.enum(MEANS), z.int().nonnegative()),
  estimate: Estimate,
  flow: Flow,
  /** Counts of trials by all that endpoints can ask for. */
  outcomes: z.array(OutcomeCount),
  /** What others have published for the same scenario, arm and model, where anybody has. */
  published: z.array(PublishedFigure).optional(),
})
export type CellResult = z.infer<typeof CellResult>

/** A study's rule for stopping early, and what was decided by it. */
export const StoppingReport = z.object({
  rule: StoppingRule,
  /** Trials that the run could come to. */
  most: z.int().nonnegative(),
  /** What each entry of a look is of, in their order. */
  followed: z.array(z.union([Comparison, CellName])),
  /** How often it was looked. */
  looks: z.int().nonnegative(),
  /** The looks by which something was decided: what, by places in `followed`. */
  decisions: z.array(
    z.object({
      look: z.int().positive(),
      at: z.iso.datetime(),
      trials: z.int().nonnegative(),
      decided: z.array(z.int().nonnegative()),
    }),
  ),
  last: Look.nullable(),
})
export type StoppingReport = z.infer<typeof StoppingReport>

/** How estimates are made of counts. */
export const Analysis = z.object({
  endpoint: EndpointName,
  interval: IntervalMethod,
  level: z.number(),
})
export type Analysis = z.infer<typeof Analysis>

/** Whether the records of a run are those that were stored. */
export const Integrity = z.object({
  /** Whether every record was read and compared with its hash. Runs of many trials are only checked on request. */
  checked: z.boolean(),
  /** How many things are wrong. */
  found: z.int().nonnegative(),
  /** The first of them, a sentence each. */
  problems: z.array(z.string()),
})
export type Integrity = z.infer<typeof Integrity>

/** The one object that `run --json` and `report --format json` print. */
export const RunReport = z.object({
  run: RunId,
  file: z.string(),
  scenario: z.object({ id: z.string(), version: z.string() }),
  status: RunStatus,
  /** What the rates are of. `declared` is the study's own endpoint, where the report is by another one. */
  endpoint: z.object({
    name: EndpointName,
    meaning: z.string(),
    declared: EndpointName.optional(),
    /** Acts that its rule asks for and no trial shows. */
    unseenActs: z.array(z.string()).optional(),
  }),
  /** Where the report is not made as the study declared: how that did, and how this is. */
  reanalysed: z.object({ declared: Analysis, shown: Analysis }).optional(),
  /** Where the run was read back from its file. Anything that was altered there may have changed what stands here. */
  integrity: Integrity.optional(),
  cells: z.array(CellResult),
  usage: Usage,
  durationMs: z.number().nonnegative(),
  /** What judges said of its trials, where any was asked. No verdict and no rate depends on it. */
  judges: z.array(JudgeReport).optional(),
  /** Of the comparisons that the study declares. */
  comparisons: ComparisonReport.optional(),
  /** Where the study has a rule for stopping early: what came of it. */
  stopping: StoppingReport.optional(),
  /** What the run was declared to be, and one sentence for everything in which it differs. */
  plan: z
    .object({ hash: Hash, lockedAt: z.iso.datetime().nullable(), differences: z.array(z.string()) })
    .optional(),
  /** For arms in which a model is tested that nobody has published: what was published for others there. */
  publishedRanges: z.array(PublishedRange).optional(),
  /** Where its verdicts were made by scoring the trials of another run anew: of which, and by which scenario and version. */
  rescored: z.object({ run: z.string(), by: z.string(), offswitch: z.string() }).optional(),
  /** What readers have written of its trials, where anybody has, but for what they took back. No verdict and no rate depends on it. */
  notes: z.array(ReaderNote).optional(),
})
export type RunReport = z.infer<typeof RunReport>
