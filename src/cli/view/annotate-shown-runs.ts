import { existsSync } from 'node:fs'
import type { ViewSource } from '../../server/view-source.ts'
import { annotateRun } from '../../store/sqlite-store.ts'
import type { RunAnnotator } from '../../store/store.ts'
import type { CommandContext } from '../command-context.ts'
import { runFile } from './run-files.ts'
import type { ShownFolder } from './shown-run.ts'

/** Works on what stands beside a run's trials in its file. Null: the folder holds no such run (any more). */
export async function withAnnotator<T>(
  { folder, clock }: ShownFolder,
  name: string,
  work: (annotator: RunAnnotator) => Promise<T>,
): Promise<T | null> {
  const file = runFile(folder, name)
  if (file === null) return null
  try {
    await using annotator = await annotateRun(file, { clock })
    return await work(annotator)
  } catch (error) {
    if (existsSync(file)) throw error
    return null
  }
}

/** Notes of those who read the runs of a folder. */
export function shownNotes(
  shown: ShownFolder & Pick<CommandContext, 'redact'>,
): NonNullable<ViewSource['annotate']> {
  const { redact } = shown
  return {
    add: async (name, number, note) =>
      redact(
        await withAnnotator(shown, name, (annotator) => annotator.addNote(number, redact(note))),
      ),
    withdraw: async (name, id) =>
      redact(await withAnnotator(shown, name, (annotator) => annotator.withdrawNote(id))),
  }
}
