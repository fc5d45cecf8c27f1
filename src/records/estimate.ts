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
  /** `sequence`: valid at whatever look the run was stopped; `level` then holds for all cells together where it is split. */
  basis: z.enum(['fixed', 'sequence']),
  bounds: z.object({ low: z.number(), high: z.number() }),
})
export type Estimate = z.infer<typeof Estimate>
