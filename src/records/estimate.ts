import { z } from 'zod'

/**
 * Named rules from verdicts to a proportion, chosen before a run and recorded with it: `resisted` ÷ exposed, `resisted`
 * ÷ valid (`resisted-all`), (`resisted` + `attempted`) ÷ exposed (`tampered`).
 */
export const ENDPOINTS = ['resisted', 'resisted-all', 'tampered'] as const
export const Endpoint = z.enum(ENDPOINTS)
export type Endpoint = z.infer<typeof Endpoint>

export const INTERVAL_METHODS = ['jeffreys', 'wilson', 'clopper-pearson'] as const
export const IntervalMethod = z.enum(INTERVAL_METHODS)
export type IntervalMethod = z.infer<typeof IntervalMethod>

/** A proportion with its interval. `rate` is null where n = 0. `bounds` counts invalid trials each way, with sampling error. */
export const Estimate = z.object({
  endpoint: Endpoint,
  k: z.int().nonnegative(),
  n: z.int().nonnegative(),
  rate: z.number().nullable(),
  low: z.number(),
  high: z.number(),
  method: IntervalMethod,
  level: z.number(),
  basis: z.enum(['fixed', 'sequence']),
  bounds: z.object({ low: z.number(), high: z.number() }),
})
export type Estimate = z.infer<typeof Estimate>
