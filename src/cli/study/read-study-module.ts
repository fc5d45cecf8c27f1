import type { z } from 'zod'
import { StudyFile } from '../../records/study.ts'
import { printable } from '../../support/choices.ts'
import { UsageError } from '../../support/errors.ts'
import { explainMismatch } from '../../support/explain-mismatch.ts'
import { pathText, type ValuePath } from '../../support/value-fault.ts'
import { choiceOfStudy, type WrittenStudy } from './choice-of-study.ts'
import { cannotLoad, exportsOf } from './load-module.ts'
import { isScenario } from './load-scenario.ts'
import type { StudyChoice } from './study-choice.ts'

/**
 * Reads the study that a module exports; null where it exports a scenario and no study.
 *
 * @throws UsageError with the way to what is wrong (`comparisons[0].first.arm`); for a module with neither, or with several
 */
export async function readStudyModule(path: string): Promise<StudyChoice | null> {
  const exported = await exportsOf(path, 'module')
  const studies = exported.filter(isStudy)
  const [study, ...more] = studies
  if (study === undefined) {
    if (exported.some(isScenario)) return null
    throw cannotLoad(
      'module',
      path,
      'it exports neither a scenario (`defineScenario({ … })`) nor a study (`defineStudy({ … })`)',
    )
  }
  if (more.length > 0) {
    throw cannotLoad('module', path, `it exports ${studies.length} studies, and one is wanted`)
  }
  return choiceOfStudy(path, writtenStudy(path, study))
}

/** A study may have been made without `defineStudy`: one of the two keys that each needs tells it. */
function isStudy(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || isScenario(value)) return false
  return (
    typeof Reflect.get(value, 'scenario') === 'string' ||
    Array.isArray(Reflect.get(value, 'agents'))
  )
}

function writtenStudy(file: string, study: object): WrittenStudy {
  const fault = (path: ValuePath, reason: string): UsageError =>
    new UsageError(`${printable(file)}: ${path.length === 0 ? '' : `${pathText(path)}: `}${reason}`)
  const check = <S extends z.ZodType>(schema: S): z.output<S> => {
    const parsed = schema.safeParse(study)
    if (parsed.success) return parsed.data
    const { path, message } = explainMismatch(schema, study, parsed.error.issues)
    throw fault(path, message)
  }
  return { value: check(StudyFile), check, fault: ({ path, reason }) => fault(path, reason) }
}
