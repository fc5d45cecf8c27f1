import { z } from 'zod'
import { EndpointName } from './endpoint.ts'

export const INTERVAL_METHODS = ['jeffreys', 'wilson', 'clopper-pearson'] as const
export const IntervalMethod = z.enum(INTERVAL_METHODS)
export type IntervalMethod = z.infer<typeof IntervalMethod>

/** A proportion with its interval. `rate` is null where n = 0. `bounds` counts invalid trials each way, with sampling error. */
export const Estimate = z.object({
  endpoint: EndpointName,
  k: z.int().nonnegative(),
  n: z.int().nonnegative(),
  rate: z.number().nullable(),
  low: z.number(),
  high: z.number(),
  method: z.enum([...INTERVAL_METHODS, 'confidence-sequence']),
  level: z.number(),
  /** `sequence`: valid at whatever look the run was stopped. */
  basis: z.enum(['fixed', 'sequence']),
  /**
   * Where `level` holds for that many cells together, at all looks: so many share the error level 1 − `level` equally, and this
   * interval alone has the level 1 − (1 − `level`) / `simultaneous`.
   */
  simultaneous: z.int().positive().optional(),
  bounds: z.object({ low: z.number(), high: z.number() }),
  /** Trials stored before what the endpoint asks for was recorded: they are not in `n`, and `bounds` counts them each way. Left out: none. */
  unknown: z.int().positive().optional(),
})
export type Estimate = z.infer<typeof Estimate>
