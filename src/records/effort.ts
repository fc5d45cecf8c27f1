import { z } from 'zod'
import { CellName } from './analysis.ts'
import { Usage } from './event.ts'

/** What the trials of one cell took. */
export const CellEffort = CellName.extend({
  preset: z.string().nullable(),
  trials: z.int().nonnegative(),
  usage: Usage,
  /** Wall time of a trial. Null where there is no trial. */
  durationMs: z.object({
    total: z.number().nonnegative(),
    median: z.number().nonnegative().nullable(),
    /** Nine of ten trials took no longer. */
    p90: z.number().nonnegative().nullable(),
  }),
})
export type CellEffort = z.infer<typeof CellEffort>
