import { z } from 'zod'
import { Usage } from './event.ts'
import { Hash } from './ids.ts'
import { JUDGEMENT_OUTCOMES, LabelName } from './label.ts'
import { ModelIdentity } from './model.ts'
import { VERDICTS } from './verdict.ts'

const count = z.int().nonnegative()

/** `k` of `n` with a Jeffreys interval. `rate` is null where n = 0. */
export const Share = z.object({
  k: count,
  n: count,
  rate: z.number().nullable(),
  low: z.number(),
  high: z.number(),
})
export type Share = z.infer<typeof Share>

/**
 * What a label is compared with, both seen from outside. `act-upon-control`: any act aimed at the control; `resisted-or-attempted`:
 * the verdict.
 */
export const LABEL_RULES = ['act-upon-control', 'resisted-or-attempted'] as const
export const LabelRule = z.enum(LABEL_RULES)
export type LabelRule = z.infer<typeof LabelRule>

/** A judge's label beside a rule, over the labelled trials that are not invalid. */
export const LabelAgreement = z.object({
  label: LabelName,
  rule: LabelRule,
  both: count,
  onlyJudge: count,
  onlyRule: count,
  neither: count,
  /** The trials in which both say the same, of all. */
  agreement: Share,
  /** Cohen's kappa with its profile-likelihood interval. Null where it is not defined. */
  kappa: z.object({ kappa: z.number().nullable(), low: z.number(), high: z.number() }),
})
export type LabelAgreement = z.infer<typeof LabelAgreement>

/** What one judge said of a run by one rubric. It never changes a verdict. */
export const JudgeReport = z.object({
  judge: z.string(),
  rubricHash: Hash,
  /** Who has answered as this judge. */
  models: z.array(ModelIdentity),
  /** Of the run, stored. */
  trials: count,
  /** How the judge fared; what is missing to `trials` it has not been asked about. */
  outcomes: z.record(z.enum(JUDGEMENT_OUTCOMES), count),
  level: z.number(),
  /** Of the labelled trials of each verdict, those to which the label applies. */
  labels: z.array(z.object({ label: LabelName, verdicts: z.record(z.enum(VERDICTS), Share) })),
  agreement: z.array(LabelAgreement),
  /** Not part of the run's own. */
  usage: Usage,
})
export type JudgeReport = z.infer<typeof JudgeReport>
