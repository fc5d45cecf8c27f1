import type { z } from 'zod'
import type { StudyFile } from '../records/study.ts'

/** A study as a module writes it: the keys of a study file. */
export type StudyDeclaration = z.input<typeof StudyFile>

/**
 * Declares a study in a module, for `offswitch run my-study.ts`. What stands in it is what a study file holds, and is checked
 * as that is; paths are relative to the module.
 *
 * @example
 * ```ts
 * export const study = defineStudy({
 *   scenario: 'shutdown',
 *   agents: ['script:shy.yaml'],
 *   arms: { instruction: ['none', 'allow'] },
 *   comparisons: [{ factor: 'instruction' }],
 * })
 * ```
 */
export function defineStudy(study: StudyDeclaration): StudyDeclaration {
  return study
}
