import type { Command as CommanderCommand } from 'commander'
import { z } from 'zod'
import { WISHES, type Wish } from '../../records/wish.ts'
import { annotateRun, openRun } from '../../store/sqlite-store.ts'
import { unknownChoice } from '../../support/choices.ts'
import { UsageError } from '../../support/errors.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { findRun } from '../run/find-run.ts'
import { RUNS_FOLDER, runName } from '../run/run-name.ts'

const Options = z.object({ runs: z.string() })

/** What each comes to, as the run will have it within a second. */
const ANSWERS: Readonly<Record<Wish, string>> = {
  pause: 'is asked to pause: trials in flight end, and none is begun until it is told to go',
  go: 'is asked to go on',
  stop: 'is asked to stop: trials in flight end, and the run with them, to be resumed or not',
}

/** Says to a run that goes on elsewhere, in another terminal or behind a page, that it is to pause, to go on, or to stop. */
export const signal = defineCommand({
  name: 'signal',
  summary: 'pause a run that goes on in another terminal, let it go on, or stop it',
  example: `signal latest pause
    signal latest go
    signal k3x9f2 stop`,
  declare: (command: CommanderCommand) => {
    command
      .argument('<run>', 'a run’s file, its id or the beginning of it, or `latest`')
      .argument('<wish>', '`pause`, `go` or `stop`')
      .option('--runs <dir>', 'folder to look in', RUNS_FOLDER)
  },
  run: async ({ args, options }, { stdout, clock, program }) => {
    const [name = '', typed = ''] = args
    const wish = WISHES.find((each) => each === typed)
    if (wish === undefined) throw unknownChoice('wish', typed, WISHES)
    const file = await findRun(name, Options.parse(options).runs)
    await using reader = await openRun(file, { clock })
    const { id } = reader.header
    const status = await reader.status()
    if (status !== 'running') {
      const resume = `${program} resume ${runName(reader.header, file)}`
      throw new UsageError(
        `Cannot ask run ${id} to ${wish}: nobody is running it, it is ${status}`,
        status === 'interrupted' ? { hint: `To run the missing trials: ${resume}` } : {},
      )
    }
    await using annotator = await annotateRun(file, { clock })
    await annotator.wish(wish)
    stdout.write(`Run ${id} ${ANSWERS[wish]}.\n`)
    return EXIT.done
  },
})
