import { z } from 'zod'

/**
 * What somebody beside a run wants of it. `pause`: trials in flight end and none is begun until `go`; `stop`: those in flight end,
 * and the run with them, to be resumed or not.
 */
export const WISHES = ['go', 'pause', 'stop'] as const
export const Wish = z.enum(WISHES)
export type Wish = z.infer<typeof Wish>
