import { join } from 'node:path'
import type { Command as CommanderCommand } from 'commander'
import { ENDPOINTS, INTERVAL_METHODS } from '../../records/estimate.ts'
import { jsonText } from '../../reports/json-text.ts'
import { createPaint } from '../../reports/paint.ts'
import { runFileName } from '../../store/run-file-name.ts'
import { createRun } from '../../store/sqlite-store.ts'
import { printable } from '../../support/choices.ts'
import { UsageError } from '../../support/errors.ts'
import { defineCommand } from '../command.ts'
import { type CommandContext, usesColour, widthOf } from '../command-context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { choice, decimal, maxInvalid, names, pairs, wholeNumber } from '../option-parsers.ts'
import { defaultConcurrency } from '../run/concurrency.ts'
import { finishRun } from '../run/finish-run.ts'
import { newRunHeader } from '../run/run-header.ts'
import { RUNS_FOLDER } from '../run/run-name.ts'
import { agentResources } from '../study/agent-resources.ts'
import { askedFor, RunOptions } from '../study/asked-for.ts'
import { dryRunText } from '../study/dry-run-text.ts'
import { type ReadyStudy, resolveStudy } from '../study/resolve-study.ts'

/** Runs a study: by default the scenario's own scripts, in two arms. */
export const run = defineCommand({
  name: 'run',
  summary: 'run a study: agents in arms of a scenario, each several times',
  example: `run
    run shutdown --model openai/gpt-5 --arm instruction=none,allow --trials 20
    run shutdown --agent script:shy.yaml --preset A,E --sandbox memory --json
    run study.yaml --dry-run`,
  declare,
  run: async ({ args, options }, context) => {
    const parsed = RunOptions.parse(options)
    const [target] = args
    const asked = await askedFor(target, parsed)
    const resources = agentResources({ ...parsed, environment: context.environment })
    const signal = new AbortController().signal
    const ready = await resolveStudy(asked, {
      resources,
      context: { clock: context.clock, signal, say: (line) => context.stderr.write(`${line}\n`) },
    })
    if (parsed.dryRun === true) return showDryRun(context, ready, parsed)
    return start(context, ready, parsed)
  },
})

function declare(command: CommanderCommand): void {
  command
    .argument(
      '[scenario]',
      'a scenario’s id, a module that exports one (.ts, .js), or a study (.yaml)',
    )
    .option(
      '-a, --agent <names>',
      'agents, KIND:… (`offswitch list agents`); repeatable',
      names('--agent'),
    )
    .option(
      '-m, --model <names>',
      'PROVIDER/NAME, short for --agent model:PROVIDER/NAME; repeatable',
      names('--model'),
    )
    .option(
      '--arm <factor=levels>',
      'levels of a factor, with commas between; repeated factors cross',
      pairs('--arm', 'FACTOR=LEVEL,LEVEL'),
    )
    .option('--preset <names>', 'ready arms (`offswitch list arms`); repeatable', names('--preset'))
    .option(
      '-t, --trials <n>',
      'trials per cell, that is per agent and arm (default: 10)',
      wholeNumber('--trials', { low: 1, high: 1_000_000 }),
    )
    .option(
      '--sandbox <name>',
      'where the agents act (default: bubblewrap where it runs, else docker, else memory)',
    )
    .option(
      '--seed <n>',
      'what all chance comes from (default: drawn, and recorded)',
      wholeNumber('--seed', { low: 0 }),
    )
    .option('--shared-seeds', 'let trials of the same index draw the same in every cell')
    .option(
      '--setting <name=value>',
      'a setting of the scenario; repeatable',
      pairs('--setting', 'NAME=VALUE'),
    )
    .option('--wording <file>', 'texts (YAML) in place of the scenario’s own')
    .option(
      '--max-connections <n>',
      'trials at once (default: one a processor; 10 where models are asked)',
      wholeNumber('--max-connections', { low: 1, high: 10_000 }),
    )
    .option(
      '--turn-limit <n>',
      'turns an agent may take in a trial',
      wholeNumber('--turn-limit', { low: 1 }),
    )
    .option(
      '--token-limit <n>',
      'tokens, in and out, a trial may use',
      wholeNumber('--token-limit', { low: 1 }),
    )
    .option(
      '--time-limit <seconds>',
      'seconds a trial may take',
      wholeNumber('--time-limit', { low: 1, high: 1_000_000 }),
    )
    .option(
      '--max-invalid <n>',
      'stop, and end with 1, when more trials than this are invalid: 5, or 10% (default: 20%)',
      maxInvalid('--max-invalid'),
    )
    .option('--model-base-url <url>', 'where an OpenAI-compatible server listens', baseUrl)
    .option(
      '--temperature <t>',
      'sampling temperature of models',
      decimal('--temperature', { low: 0, high: 10 }),
    )
    .option(
      '--max-tokens <n>',
      'tokens a model may write in one turn',
      wholeNumber('--max-tokens', { low: 1 }),
    )
    .option(
      '--endpoint <name>',
      `what the rate counts: ${ENDPOINTS.join(', ')}`,
      choice('--endpoint', ENDPOINTS),
    )
    .option(
      '--interval <method>',
      `interval of rates: ${INTERVAL_METHODS.join(', ')}`,
      choice('--interval', INTERVAL_METHODS),
    )
    .option(
      '--level <share>',
      'confidence level of intervals (default: 0.95)',
      decimal('--level', { low: 0, high: 1, open: true }),
    )
    .option('--runs <dir>', 'folder for the run’s file', RUNS_FOLDER)
    .option('--json', 'print one JSON object on standard output, and nothing else there')
    .option('--dry-run', 'print every message that would be sent, and run nothing')
    .option('-y, --yes', 'do not ask before models are called')
}

function baseUrl(text: string): string {
  const url = URL.parse(text)
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return text
  throw new UsageError(
    `Cannot use --model-base-url "${printable(text)}": it must be an http or https URL`,
  )
}

function showDryRun(
  { stdout, stderr, environment }: CommandContext,
  ready: ReadyStudy,
  options: RunOptions,
): ExitCode {
  for (const note of ready.notes) stderr.write(`${note}\n`)
  if (options.json === true) {
    const { study, plan } = ready
    const cells = plan.cells.map(({ texts: _, ...cell }) => cell)
    stdout.write(`${jsonText({ dryRun: true, study, trials: plan.size, cells, costUsd: null })}\n`)
    return EXIT.done
  }
  const paint = createPaint(usesColour(stdout, environment))
  stdout.write(dryRunText(ready, { width: widthOf(stdout), paint }))
  return EXIT.done
}

async function start(
  context: CommandContext,
  ready: ReadyStudy,
  options: RunOptions,
): Promise<ExitCode> {
  const { stderr } = context
  const { study, plan, sandbox, remote } = ready
  const concurrency =
    options.maxConnections ??
    defaultConcurrency({ remote, capabilities: sandbox.availability.capabilities })
  for (const note of ready.notes) stderr.write(`${note}\n`)
  if (remote && options.yes !== true && options.json !== true) {
    const agreed = await context.confirm(
      `${plan.size} trials call a model each, several times. What that costs is not known here. Go on?`,
    )
    if (agreed === false) {
      stderr.write('Nothing was run.\n')
      return EXIT.done
    }
  }

  const header = newRunHeader(context, ready)
  const file = join(options.runs, runFileName(header))
  await using writer = await createRun(file, header, { clock: context.clock })
  stderr.write(
    `Run ${header.id}: ${plan.size} trials of ${study.scenario.id} (${plan.cells.length} cells), ${concurrency} at once, sandbox ${study.sandbox}, seed ${study.seed}.\n`,
  )
  if (isAllControls(ready)) {
    stderr.write(
      'The agents are scripts with a known result: they show what the instrument sees, and are no findings about a model.\n',
    )
  }
  return await finishRun(context, ready, { writer, concurrency, json: options.json ?? false })
}

function isAllControls({ agents }: ReadyStudy): boolean {
  return [...agents.values()].every(({ control }) => control)
}
