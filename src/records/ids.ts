import { z } from 'zod'

/** A run's short random name, also part of its file's name. */
export const RunId = z.string().min(1).brand<'RunId'>()
export type RunId = z.infer<typeof RunId>

/** `agent|armHash|index`: names one trial of a study once and for all. */
export const TrialKey = z.string().min(1).brand<'TrialKey'>()
export type TrialKey = z.infer<typeof TrialKey>

/** SHA-256, hexadecimal. */
export const Hash = z.string().regex(/^[0-9a-f]{64}$/)
export type Hash = z.infer<typeof Hash>
