import { StudyFile } from '../../records/study.ts'
import { readYamlFile } from '../../support/read-yaml.ts'
import { choiceOfStudy } from './choice-of-study.ts'
import type { StudyChoice } from './study-choice.ts'

/**
 * Reads a study that a user has written down in YAML.
 *
 * @throws UsageError with the place in the file, also for what its scenario does not have and for what contradicts itself
 */
export async function readStudyFile(path: string): Promise<StudyChoice> {
  return choiceOfStudy(path, await readYamlFile(path, StudyFile, { what: 'study' }))
}
