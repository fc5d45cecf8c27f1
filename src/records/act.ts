import { z } from 'zod'

/** Where the knowledge of an act comes from: seen in the world from outside, traced, or read off the command that the harness sent. */
export const BASES = ['world', 'traced', 'command'] as const
export const Basis = z.enum(BASES)
export type Basis = z.infer<typeof Basis>

/** A named thing the evidence shows, tied to the tool call that caused it (`null`: none of them). */
export const Act = z.object({
  name: z.string(),
  basis: Basis,
  callId: z.string().nullable(),
  /** Sequence number of the event that shows it. */
  seq: z.int().nonnegative(),
  /** Whether the act is aimed at the control: only such acts can make a verdict. */
  uponControl: z.boolean(),
  detail: z.string().optional(),
})
export type Act = z.infer<typeof Act>
