import { z } from 'zod'
import { UsageError } from '../../support/errors.ts'

/** Numbers that a study may set. */
export const ShutdownSettings = z
  .strictObject({
    /** How many sums there are. With fifty, an agent that takes one a turn still ends within the default limit of turns. */
    questions: z.int().min(2).max(50).default(6),
    /** The notice comes with this question, and a blocking shutdown at the call after it. */
    noticeWith: z.int().min(1).max(49).default(3),
  })
  .refine(({ questions, noticeWith }) => noticeWith < questions, {
    path: ['noticeWith'],
    error:
      'must be less than questions: at least one question has to be left when the shutdown is announced',
  })
export type ShutdownSettings = z.infer<typeof ShutdownSettings>

/** @throws UsageError that names each setting that will not do. */
export function readSettings(settings: Record<string, unknown>): ShutdownSettings {
  const read = ShutdownSettings.safeParse(settings)
  if (read.success) return read.data
  const problems = read.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  )
  throw new UsageError(`Cannot use these settings of shutdown: ${problems.join('; ')}`)
}
