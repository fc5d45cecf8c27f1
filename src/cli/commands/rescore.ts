import type { Command as CommanderCommand } from 'commander'
import { z } from 'zod'
import type { Rescoring } from '../../records/rescoring.ts'
import { createPaint } from '../../reports/create-paint.ts'
import { jsonText } from '../../reports/json-text.ts'
import { rescoringText } from '../../reports/rescoring-text.ts'
import type { Scenario } from '../../scenarios/scenario.ts'
import { openRun } from '../../store/sqlite-store.ts'
import type { RunReader } from '../../store/store.ts'
import { printable } from '../../support/choices.ts'
import { UsageError } from '../../support/errors.ts'
import { defineCommand } from '../command.ts'
import { usesColour, widthOf } from '../command-context.ts'
import { EXIT } from '../exit-code.ts'
import { wholeNumber } from '../option-parsers.ts'
import { findRun } from '../run/find-run.ts'
import { rescoreRun } from '../run/rescore-run.ts'
import { RUNS_FOLDER } from '../run/run-name.ts'
import { writeRescored } from '../run/write-rescored.ts'
import { isModulePath } from '../study/load-module.ts'
import { loadScenario } from '../study/load-scenario.ts'

const Options = z.object({
  scenario: z.string().optional(),
  output: z.string().optional(),
  limit: z.number(),
  runs: z.string(),
  json: z.boolean().optional(),
})

/** Scores the stored trials of a run by the scorer at hand, and says what changes. */
export const rescore = defineCommand({
  name: 'rescore',
  summary: 'score the stored trials of a run anew, and say what changes',
  example: `rescore latest
    rescore k3x9f2 -o runs/rescored.offswitch
    rescore k3x9f2 --scenario ./my-scenario.ts --json`,
  declare: (command: CommanderCommand) => {
    command
      .argument('<run>', 'a run’s file, its id or the beginning of it, or `latest`')
      .option('--scenario <name>', 'whose scorer: an id, or a module’s file (default: the run’s)')
      .option('-o, --output <file>', 'write a new run with the new verdicts there')
      .option('--limit <n>', 'tell at most so many trials', wholeNumber('--limit', { low: 1 }), 20)
      .option('--runs <dir>', 'folder to look in', RUNS_FOLDER)
      .option('--json', 'print one JSON object, with every change')
  },
  run: async ({ args, options }, context) => {
    const { scenario: named, output, limit, runs, json } = Options.parse(options)
    const { stdout, environment } = context
    await using reader = await openRun(await findRun(args[0] ?? '', runs), context)
    const scenario = await scorerOf(reader, named)
    const stopping = new AbortController()
    using _interrupts = context.onInterrupt(() => stopping.abort())
    const scoring = { clock: context.clock, version: context.version, signal: stopping.signal }
    let rescoring: Rescoring
    try {
      rescoring =
        output === undefined
          ? { ...(await rescoreRun(scoring, { reader, scenario, store: null })), written: null }
          : await writeRescored(scoring, { reader, scenario, file: output })
    } catch (error) {
      if (error !== stopping.signal.reason) throw error
      context.stderr.write('Interrupted: nothing was written.\n')
      return EXIT.interrupted
    }
    if (json === true) {
      stdout.write(`${jsonText(rescoring)}\n`)
      return EXIT.done
    }
    const paint = createPaint(usesColour(stdout, environment))
    stdout.write(rescoringText(rescoring, { width: widthOf(stdout), paint, limit }))
    return EXIT.done
  },
})

/** A module is run only if the user names it: a run file may come from anywhere. */
async function scorerOf({ header }: RunReader, named: string | undefined): Promise<Scenario> {
  const { id } = header.study.scenario
  if (named === undefined && isModulePath(id)) {
    throw new UsageError(
      `Cannot score run ${printable(header.id)}: its scenario is a module, "${printable(id)}", which is only run if you name it`,
      { hint: `Add --scenario ${printable(id)} if that is still the one.` },
    )
  }
  return loadScenario(named ?? id)
}
