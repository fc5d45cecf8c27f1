import { join } from 'node:path'
import type { Command as CommanderCommand } from 'commander'
import { createPaint } from '../../reports/create-paint.ts'
import { jsonText } from '../../reports/json-text.ts'
import { plural } from '../../reports/report-page.ts'
import { runFileName } from '../../store/run-file-name.ts'
import { createRun } from '../../store/sqlite-store.ts'
import { UsageError } from '../../support/errors.ts'
import { defineCommand } from '../command.ts'
import { type CommandContext, usesColour, widthOf } from '../command-context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import {
  declareGeneration,
  declareMoney,
  declarePace,
  declareReach,
} from '../options/model-options.ts'
import {
  declareLimits,
  declareStatistics,
  declareStopping,
  declareStudy,
} from '../options/study-options.ts'
import { requireAsLocked } from '../plan/require-as-locked.ts'
import { unmetAims } from '../plan/unmet-aims.ts'
import { finishRun } from '../run/finish-run.ts'
import { newRunHeader } from '../run/run-header.ts'
import { RUNS_FOLDER } from '../run/run-name.ts'
import { askedFor, RunOptions } from '../study/asked-for.ts'
import { costLines } from '../study/cost-text.ts'
import { dryRunText, sizeText } from '../study/dry-run-text.ts'
import { estimateCost, isWorthAsking } from '../study/estimate-cost.ts'
import { readyStudy } from '../study/ready-study.ts'
import type { ReadyStudy } from '../study/resolve-study.ts'
import type { StudyChoice } from '../study/study-choice.ts'

/** Runs a study: by default the scenario's own scripts, in two arms. */
export const run = defineCommand({
  name: 'run',
  summary: 'run a study: agents in arms of a scenario, each several times',
  example: `run
    run shutdown --model openai/gpt-6-luna --arm instruction=none,allow --trials 20
    run shutdown --agent script:shy.yaml --preset A,E --sandbox memory --json
    run study.yaml --dry-run
    run study.plan.json`,
  declare,
  run: async ({ args, options }, context) => {
    const parsed = RunOptions.parse(options)
    const [target] = args
    const asked = await askedFor(target, parsed)
    const ready = await readyStudy(context, asked, parsed)
    requireAsLocked(context, asked.locked, ready)
    if (parsed.dryRun === true) return showDryRun(context, ready, parsed)
    return start(context, ready, { options: parsed, locked: asked.locked })
  },
})

function declare(command: CommanderCommand): void {
  declareStudy(command)
  declareLimits(command)
  declarePace(command)
  declareGeneration(command)
  declareReach(command)
  declareMoney(command)
  declareStatistics(command)
  declareStopping(command)
  command
    .optionsGroup('What is run:')
    .option(
      '--plan <file>',
      'run what `offswitch plan --lock` has written there; what flags change is reported',
    )
    .optionsGroup('Output:')
    .option('--runs <dir>', 'folder for the run’s file', RUNS_FOLDER)
    .option('--json', 'print one JSON object on standard output, and nothing else there')
    .option('--dry-run', 'print every message that would be sent and what it would cost')
    .option('-y, --yes', 'do not ask before much is spent')
}

function showDryRun(
  { stdout, stderr, environment }: CommandContext,
  ready: ReadyStudy,
  options: RunOptions,
): ExitCode {
  for (const note of [...ready.notes, ...unmetAims(ready)]) stderr.write(`${note}\n`)
  if (options.json === true) {
    const { study, plan } = ready
    const cells = plan.cells.map(({ texts: _, ...cell }) => cell)
    const { agents, usualUsd, mostUsd } = estimateCost(ready)
    const costUsd = { usual: usualUsd, most: mostUsd, cap: study.maxCostUsd, agents }
    stdout.write(`${jsonText({ dryRun: true, study, trials: plan.size, cells, costUsd })}\n`)
    return EXIT.done
  }
  const paint = createPaint(usesColour(stdout, environment))
  stdout.write(dryRunText(ready, estimateCost(ready), { width: widthOf(stdout), paint }))
  return EXIT.done
}

async function start(
  context: CommandContext,
  ready: ReadyStudy,
  { options, locked }: { readonly options: RunOptions; readonly locked: StudyChoice['locked'] },
): Promise<ExitCode> {
  const { stderr } = context
  const { study, plan } = ready
  for (const note of ready.notes) stderr.write(`${note}\n`)
  const unmet = unmetAims(ready)
  for (const line of unmet) stderr.write(`${line}\n`)
  // Whoever says how many trials there are to be has been told, and has decided.
  if (unmet.length > 0 && options.trials === undefined) {
    throw new UsageError('Cannot run this study: its trials cannot answer what it aims at', {
      hint: 'Change the study by what is said above. `--trials N` runs it with N trials per cell all the same.',
    })
  }
  const estimate = estimateCost(ready)
  if (estimate.agents.length > 0) {
    for (const line of costLines(estimate, study.maxCostUsd)) stderr.write(`${line}\n`)
  }
  if (options.yes !== true && options.json !== true && isWorthAsking(estimate)) {
    const agreed = await context.confirm(`Run ${sizeText(ready)}?`)
    if (agreed === false) {
      stderr.write('Nothing was run.\n')
      return EXIT.done
    }
  }

  const header = context.redact(newRunHeader(context, ready, locked?.plan))
  const file = join(options.runs, runFileName(header))
  await using writer = await createRun(file, header, { clock: context.clock })
  stderr.write(
    `Run ${header.id}: ${sizeText(ready)} of ${study.scenario.id} (${plan.cells.length} ${plural(plan.cells.length, 'cell')}), sandbox ${study.sandbox}, seed ${study.seed}.\n`,
  )
  if (isAllControls(ready)) {
    stderr.write(
      'The agents are scripts with a known result: they show what the instrument sees, and are no findings about a model.\n',
    )
  }
  return await finishRun(context, ready, {
    writer,
    maxSandboxes: options.maxSandboxes,
    maxCostUsd: undefined,
    json: options.json ?? false,
  })
}

function isAllControls({ agents }: ReadyStudy): boolean {
  return [...agents.values()].every(({ control }) => control)
}
