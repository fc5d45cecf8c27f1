import { join, resolve } from 'node:path'
import type { ViewSource } from '../../server/view-source.ts'
import { invariant } from '../../support/errors.ts'
import type { CommandContext } from '../command-context.ts'
import { withAnnotator } from './annotate-shown-runs.ts'
import { type BegunRun, beginRun } from './begin-run.ts'
import { estimateStart } from './estimate-start.ts'
import { runFile, runNames } from './run-files.ts'
import { startChoices } from './start-choices.ts'
import { startCommandLine } from './start-command-line.ts'

/** Starts, pauses, stops and resumes the runs of a folder. */
export interface RunControl extends NonNullable<ViewSource['control']> {
  /** Those that this process has started and that go on without it. */
  going(): { readonly file: string; readonly id: BegunRun['id']; readonly pid: number }[]
}

export function createRunControl(context: CommandContext, folder: string): RunControl {
  const shown = { folder, clock: context.clock }
  const started = new Map<string, BegunRun>()

  return {
    choices: async () => context.redact(await startChoices(folder)),
    // Inside a promise, so that a mistake in what was sent rejects.
    estimate: async (start) => estimateStart(context, startCommandLine(start, folder)),
    start: async (start) => {
      const begun = await beginRun(context, { argv: startCommandLine(start, folder), folder })
      // Its file stands there before it says so.
      const name = runNames(folder).find((each) => each.endsWith(`-${begun.id}`))
      invariant(name !== undefined, `the file of run ${begun.id} ends with its id`)
      return keep(name, begun)
    },
    wish: async (name, wish) =>
      (await withAnnotator(shown, name, async (annotator) => {
        await annotator.wish(wish)
        return true
      })) ?? false,
    resume: async (name) => {
      const file = runFile(folder, name)
      if (file === null) return false
      keep(name, await beginRun(context, { argv: ['resume', resolve(file)], folder }))
      return true
    },
    going: () =>
      [...started].flatMap(([name, { id, pid, isRunning }]) => {
        const file = runFile(folder, name)
        return file !== null && isRunning() ? [{ file, id, pid }] : []
      }),
  }

  function keep(name: string, begun: BegunRun): string {
    begun.nameWords(join(folder, `${name}.log`))
    started.set(name, begun)
    return name
  }
}
