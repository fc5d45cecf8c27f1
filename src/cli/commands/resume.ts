import type { Command as CommanderCommand } from 'commander'
import { z } from 'zod'
import type { RunHeader } from '../../records/run.ts'
import { openRun, resumeRun } from '../../store/sqlite-store.ts'
import type { RunWriter } from '../../store/store.ts'
import { batchAfter } from '../../trials/stopping/batch-after.ts'
import { followedIn } from '../../trials/stopping/followed.ts'
import { defineCommand } from '../command.ts'
import { declareMoney, declarePace, declareReach, ReachOptions } from '../options/model-options.ts'
import { findRun } from '../run/find-run.ts'
import { finishRun } from '../run/finish-run.ts'
import { refuseOtherTrials, reopenStudy } from '../run/reopen-study.ts'
import { RUNS_FOLDER } from '../run/run-name.ts'
import { agentResources } from '../study/agent-resources.ts'
import { checkCap } from '../study/check-cap.ts'
import type { ReadyStudy } from '../study/resolve-study.ts'

const Options = z.object({
  ...ReachOptions.shape,
  scenario: z.string().optional(),
  maxSandboxes: z.number().optional(),
  runs: z.string(),
  json: z.boolean().optional(),
})

/** Runs the trials that a run was to have and does not hold. */
export const resume = defineCommand({
  name: 'resume',
  summary: 'run the trials that an interrupted run is missing',
  example: `resume latest
    resume k3x9f2 --max-cost 20`,
  declare: (command: CommanderCommand) => {
    command
      .argument('<run>', 'a run’s file, its id or the beginning of it, or `latest`')
      .option(
        '--scenario <file>',
        'the module that exports the scenario, if the run’s is none of ours',
      )
    declarePace(command)
    declareReach(command)
    declareMoney(command)
    command
      .optionsGroup('Output:')
      .option('--runs <dir>', 'folder to look in', RUNS_FOLDER)
      .option('--json', 'print one JSON object on standard output, and nothing else there')
  },
  run: async ({ args, options }, context) => {
    const parsed = Options.parse(options)
    const file = await findRun(args[0] ?? '', parsed.runs)
    const header = await headOf(file)
    const ready = await reopenStudy(header, {
      scenarioPath: parsed.scenario,
      resources: await agentResources({
        ...parsed,
        environment: await context.keys(),
        secrets: context.secrets(),
        clock: context.clock,
      }),
      context: {
        clock: context.clock,
        signal: new AbortController().signal,
        say: (line) => context.stderr.write(`${line}\n`),
      },
    })
    const { study, plan } = ready
    await checkCap({ ...study, maxCostUsd: parsed.maxCost ?? study.maxCostUsd }, ready.agents)
    await using writer = await resumeRun(file, { clock: context.clock })
    refuseOtherTrials(plan, await writer.cells())
    context.stderr.write(
      `Run ${header.id}: ${await missingText(ready, writer)} are missing, sandbox ${study.sandbox}.\n`,
    )
    return await finishRun(context, ready, {
      writer,
      maxSandboxes: parsed.maxSandboxes,
      maxCostUsd: parsed.maxCost,
      json: parsed.json ?? false,
    })
  },
})

/** `12 of 40 trials`; with a stopping rule the most that it may still come to. */
async function missingText(
  { study, plan }: Pick<ReadyStudy, 'study' | 'plan'>,
  writer: RunWriter,
): Promise<string> {
  const missing = plan.size - (await writer.keys()).size
  if (followedIn(study) === null) return `${missing} of ${plan.size} trials`
  const isOver = batchAfter(plan, await writer.looks()) === null
  return `${isOver ? 0 : `at most ${missing}`} of at most ${plan.size} trials`
}

/** Read before the run is taken: what is wrong with it is said without touching it. */
async function headOf(file: string): Promise<RunHeader> {
  await using reader = await openRun(file)
  return reader.header
}
