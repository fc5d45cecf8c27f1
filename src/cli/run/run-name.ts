import { dirname, resolve } from 'node:path'
import type { RunHeader } from '../../records/run.ts'
import { shellWord } from '../../reports/shell-word.ts'

/** Where runs are stored and looked for when nothing else is said. */
export const RUNS_FOLDER = 'runs'

/** What a user types to name a run: its id where that is looked for by itself, else the file. */
export function runName({ id }: Pick<RunHeader, 'id'>, file: string): string {
  if (resolve(dirname(file)) === resolve(RUNS_FOLDER)) return id
  return shellWord(file)
}
