import { z } from 'zod'
import { Hash } from './ids.ts'
import { Study } from './study.ts'

/**
 * A study as it was declared before its first trial: what `plan --lock` writes. `hash` is the SHA-256 of `study` and `arms`
 * together; published, it binds both.
 */
export const LockedPlan = z.object({
  formatVersion: z.literal(1),
  kind: z.literal('offswitch-plan'),
  lockedAt: z.iso.datetime(),
  offswitch: z.string(),
  study: Study,
  /** Of every message and file of its arms. */
  arms: Hash,
  hash: Hash,
  /** Run whose trials it was planned with. They are not pooled with its own. */
  pilot: z.string().nullable(),
})
export type LockedPlan = z.infer<typeof LockedPlan>
