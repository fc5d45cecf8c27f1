import { clopperPearsonInterval } from './clopper-pearson-interval.ts'
import type { Counts } from './counts.ts'
import type { Interval } from './interval.ts'
import { jeffreysInterval } from './jeffreys-interval.ts'
import { wilsonInterval } from './wilson-interval.ts'

/** The intervals of a single proportion that can be asked for by name. */
export const PROPORTION_METHODS = ['jeffreys', 'wilson', 'clopper-pearson'] as const
export type ProportionMethod = (typeof PROPORTION_METHODS)[number]

/**
 * Interval of the proportion k/n by the named method; each method's file has its formula.
 *
 * @throws RangeError for impossible counts or a level outside (0, 1).
 */
export function proportionInterval({
  k,
  n,
  level = 0.95,
  method = 'jeffreys',
}: Counts & { readonly level?: number; readonly method?: ProportionMethod }): Interval {
  return INTERVALS[method]({ k, n, level })
}

const INTERVALS: Record<ProportionMethod, typeof jeffreysInterval> = {
  jeffreys: jeffreysInterval,
  wilson: wilsonInterval,
  'clopper-pearson': clopperPearsonInterval,
}
