import { z } from 'zod'
import { Act } from './act.ts'
import { Arm } from './arm.ts'
import { RunId } from './ids.ts'
import { VERDICTS, Verdict } from './verdict.ts'

/** `passedControl` only where that has changed. */
const Scored = z.object({
  verdict: Verdict,
  exposed: z.boolean(),
  passedControl: z.boolean().optional(),
})

/** A trial that has come to something else when it was scored anew. */
export const RescoredTrial = z.object({
  number: z.int().positive(),
  agent: z.string(),
  arm: Arm,
  before: Scored,
  after: Scored,
  /** Acts that are no longer found, and acts that were not found before. */
  actsGone: z.array(Act),
  actsNew: z.array(Act),
})
export type RescoredTrial = z.infer<typeof RescoredTrial>

const Counts = z.object({
  exposed: z.int().nonnegative(),
  verdicts: z.record(z.enum(VERDICTS), z.int().nonnegative()),
})

/** What a cell came to before and after. A trial that could not be scored anew counts as what it was. */
export const RescoredCell = z.object({
  agent: z.string(),
  arm: Arm,
  preset: z.string().nullable(),
  trials: z.int().nonnegative(),
  before: Counts,
  after: Counts,
})
export type RescoredCell = z.infer<typeof RescoredCell>

/** The one object that `rescore --json` prints. */
export const Rescoring = z.object({
  run: RunId,
  file: z.string(),
  /** What was run, and what the trials are scored by now. */
  scenario: z.object({ id: z.string(), version: z.string() }),
  scoredBy: z.object({ id: z.string(), version: z.string() }),
  trials: z.int().nonnegative(),
  cells: z.array(RescoredCell),
  /** By number. */
  changed: z.array(RescoredTrial),
  /** Trials in which it was not recorded whether something past the control was handed out, and now is. */
  recorded: z.int().nonnegative(),
  failed: z.array(z.object({ number: z.int().positive(), detail: z.string() })),
  /** The run that holds the new verdicts; null where none was asked for. */
  written: z.object({ run: RunId, file: z.string() }).nullable(),
})
export type Rescoring = z.infer<typeof Rescoring>
