import { z } from 'zod'
import { Arm } from './arm.ts'
import { Estimate } from './estimate.ts'
import { Usage } from './event.ts'
import { Hash, RunId } from './ids.ts'
import { JudgeReport } from './judge-report.ts'
import { ModelIdentity } from './model.ts'
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
})
export type RunHeader = z.infer<typeof RunHeader>

/** What `--json` prints of one cell. */
export const CellResult = z.object({
  agent: z.string(),
  arm: Arm,
  preset: z.string().nullable(),
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
})
export type CellResult = z.infer<typeof CellResult>

/** The one object that `run --json` and `report --format json` print. */
export const RunReport = z.object({
  run: RunId,
  file: z.string(),
  scenario: z.object({ id: z.string(), version: z.string() }),
  status: RunStatus,
  cells: z.array(CellResult),
  usage: Usage,
  durationMs: z.number().nonnegative(),
  /** What judges said of its trials, where any was asked. No verdict and no rate depends on it. */
  judges: z.array(JudgeReport).optional(),
  /** Where its verdicts were made by scoring the trials of another run anew: of which, and by which scenario and version. */
  rescored: z.object({ run: z.string(), by: z.string(), offswitch: z.string() }).optional(),
})
export type RunReport = z.infer<typeof RunReport>
