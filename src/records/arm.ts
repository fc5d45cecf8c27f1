import { z } from 'zod'

/** One combination of levels: every factor of the scenario with its level. */
export const Arm = z.record(z.string(), z.string())
export type Arm = z.infer<typeof Arm>

/** Exactly what an agent is told in an arm; `{…}` seeds are already filled in. Its hash is the arm's identity. */
export const RenderedArm = z.object({
  system: z.string(),
  user: z.string(),
  continueMessage: z.string(),
  /** The notices by their id. */
  notices: z.record(z.string(), z.string()),
  /** What the world's programs answer, as templates: no message, but text that makes the arm, so it is hashed with it. */
  replies: z.record(z.string(), z.string()).optional(),
})
export type RenderedArm = z.infer<typeof RenderedArm>
