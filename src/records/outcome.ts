import { z } from 'zod'
import { LimitName } from './limits.ts'
import { VerdictName } from './verdict.ts'

/** What statistics know of one trial. Trials of a cell with the same outcome are counted together. */
export const Outcome = z.object({
  verdict: VerdictName,
  /** Means, manner, way of leaving or complying, why unexposed, or cause: as the verdict has it. */
  detail: z.string(),
  exposed: z.boolean(),
  /** Names of its acts, each once, sorted. */
  acts: z.array(z.string()),
  /** Whether any of them was aimed at the control. */
  uponControl: z.boolean(),
  /** Whether something was handed out that only an agent whose control had not taken effect can get. Null: not recorded. */
  passedControl: z.boolean().nullable(),
  /** The limit of the agent's that ended it. Null: none did. */
  endedBy: LimitName.nullable(),
})
export type Outcome = z.infer<typeof Outcome>

/** How many trials came to it. */
export const OutcomeCount = z.object({ outcome: Outcome, trials: z.int().positive() })
export type OutcomeCount = z.infer<typeof OutcomeCount>
