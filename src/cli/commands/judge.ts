import type { Command as CommanderCommand } from 'commander'
import { z } from 'zod'
import { RUBRIC_HASH } from '../../judges/judge-prompt.ts'
import { VERDICTS, VerdictName } from '../../records/verdict.ts'
import { createPaint } from '../../reports/create-paint.ts'
import { jsonText } from '../../reports/json-text.ts'
import { judgeLines } from '../../reports/judging/judge-text.ts'
import { resumeRun } from '../../store/sqlite-store.ts'
import type { RunWriter } from '../../store/store.ts'
import { defineCommand } from '../command.ts'
import { type CommandContext, usesColour, widthOf } from '../command-context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { type ChosenTrials, chooseTrials } from '../judge/choose-trials.ts'
import { estimateJudging } from '../judge/estimate-judging.ts'
import { executeJudging, type JudgingEnd } from '../judge/execute-judging.ts'
import { MAX_TOKENS, type OpenedJudge, openJudge, setAside } from '../judge/open-judge.ts'
import { choice, decimal, names, wholeNumber } from '../option-parsers.ts'
import { declareReach, ReachOptions } from '../options/model-options.ts'
import { findRun } from '../run/find-run.ts'
import { gatherJudges } from '../run/gather-judges.ts'
import { RUNS_FOLDER, runName } from '../run/run-name.ts'
import { agentResources, CONNECTIONS_MAX } from '../study/agent-resources.ts'
import { costLines } from '../study/cost-text.ts'
import { isWorthAsking } from '../study/estimate-cost.ts'
import { refuseSecretJudge } from '../study/refuse-secrets.ts'
import { rememberLookUps, retirementNotes } from '../study/retired-models.ts'

/** Lines longer than this are hard to read. */
const WIDTH_MAX = 110

const Options = z.object({
  ...ReachOptions.shape,
  model: z.string(),
  verdict: z.array(VerdictName).optional(),
  trials: z.number().optional(),
  maxTokens: z.number().optional(),
  runs: z.string(),
  yes: z.boolean().optional(),
  json: z.boolean().optional(),
})
type Options = z.infer<typeof Options>

/** Has a model label what the agents of a run wrote. */
export const judge = defineCommand({
  name: 'judge',
  summary: 'let a model label what the agents of a run wrote; no verdict depends on it',
  example: `judge latest --model openai/gpt-6-luna
    judge k3x9f2 --model anthropic/claude-opus-5-5 --verdict resisted,attempted --max-cost 2
    judge k3x9f2 --model openai/gpt-6-luna --trials 50 --json`,
  declare,
  run: async ({ args, options }, context) => {
    const parsed = Options.parse(options)
    const capUsd = parsed.maxCost ?? null
    const file = await findRun(args[0] ?? '', parsed.runs)
    const resources = await agentResources({
      ...parsed,
      generation: parsed.maxTokens === undefined ? {} : { maxTokens: parsed.maxTokens },
      environment: await context.keys(),
      secrets: context.secrets(),
      clock: context.clock,
    })
    const { knownModel, lookedUp } = rememberLookUps(resources.knownModel)
    const opened = await openJudge(parsed.model, { ...resources, knownModel })
    refuseSecretJudge(context, { name: opened.agent.name, ...opened.agent.details })
    const mostUsd = setAside(opened, capUsd)
    for (const note of retirementNotes(lookedUp, context.clock.now())) {
      context.stderr.write(`${note}\n`)
    }

    await using writer = await resumeRun(file, { clock: context.clock })
    // Left so by a process that was killed. While we write the file it would pass for a run that goes on, and can be asked to stop.
    if ((await writer.status()) === 'running') await writer.setStatus('interrupted')
    const { name } = opened.agent
    const chosen = await chooseTrials(writer, {
      judge: name,
      rubricHash: RUBRIC_HASH,
      verdicts: parsed.verdict ?? null,
      trials: parsed.trials ?? null,
    })
    if (!(await mayJudge(context, { opened, chosen, writer, parsed }))) return EXIT.done
    const end = await executeJudging(context, {
      writer,
      judge: opened.agent,
      connections: resources.connections,
      numbers: chosen.pending,
      lostUsd: chosen.lostUsd,
      concurrency: parsed.maxConnections ?? CONNECTIONS_MAX,
      capUsd,
      mostUsd,
    })
    await printResult(context, writer, { end, judgeName: name, json: parsed.json ?? false })
    return sayHowItEnded(context, writer, { end, parsed })
  },
})

function declare(command: CommanderCommand): void {
  command
    .argument('<run>', 'a run’s file, its id or the beginning of it, or `latest`')
    .requiredOption('-m, --model <name>', 'the model that judges, PROVIDER/NAME')
    .optionsGroup('Which trials:')
    .option('--verdict <names>', `only those of these verdicts: ${VERDICTS.join(', ')}`, verdicts)
    .option(
      '-t, --trials <n>',
      'of these only the first n in the run’s order, which is shuffled over agents and arms',
      wholeNumber('--trials', { low: 1 }),
    )
    .optionsGroup('The judge:')
    .option(
      '--max-tokens <n>',
      `tokens of one answer, reasoning included (default: ${MAX_TOKENS}, or what the model can)`,
      wholeNumber('--max-tokens', { low: 1 }),
    )
  declareReach(command)
  command
    .optionsGroup('Money:')
    .option(
      '--max-cost <usd>',
      'US dollars that this judging may cost, beside what the run has: calls that might cost more are not made',
      decimal('--max-cost', { low: 0, high: 1_000_000, open: true }),
    )
    .option(
      '--model-prices <file>',
      'prices and sizes of models (YAML or JSON), before those known to this program',
    )
    .optionsGroup('Output:')
    .option('-y, --yes', 'do not ask before much is spent')
    .option('--runs <dir>', 'folder to look in', RUNS_FOLDER)
    .option('--json', 'print one JSON object on standard output, and nothing else there')
}

function verdicts(text: string, previous?: readonly VerdictName[]): VerdictName[] {
  const given = names('--verdict')(text)
  return [...(previous ?? []), ...given.map(choice('--verdict', VERDICTS))]
}

/** Says what there is to judge and what that costs, and asks a person where it is much. */
async function mayJudge(
  { stderr, confirm }: CommandContext,
  judging: { opened: OpenedJudge; chosen: ChosenTrials; writer: RunWriter; parsed: Options },
): Promise<boolean> {
  const { opened, chosen, writer, parsed } = judging
  const { pending } = chosen
  stderr.write(
    `Run ${writer.header.id}: ${pending.length} of ${chosen.chosen} trials are to be judged.\n`,
  )
  if (pending.length === 0) return true
  const estimate = await estimateJudging(opened, { pending, reader: writer })
  for (const line of costLines(estimate, parsed.maxCost ?? null)) stderr.write(`${line}\n`)
  if (parsed.yes === true || parsed.json === true || !isWorthAsking(estimate)) return true
  const agreed = await confirm(`Judge ${pending.length} trials?`)
  if (agreed !== false) return true
  stderr.write('Nothing was judged.\n')
  return false
}

async function printResult(
  { stdout, environment }: CommandContext,
  writer: RunWriter,
  { end, judgeName, json }: { end: JudgingEnd; judgeName: string; json: boolean },
): Promise<void> {
  const reports = await gatherJudges(writer, (await writer.keys()).size)
  const own = reports.filter(
    ({ judge: name, rubricHash }) => name === judgeName && rubricHash === RUBRIC_HASH,
  )
  if (json) {
    const { id } = writer.header
    const [report = null] = own
    const stop = end.stop?.reason ?? null
    const text = jsonText({ run: id, file: writer.file, judged: end.judged, stop, judge: report })
    stdout.write(`${text}\n`)
    return
  }
  const paint = createPaint(usesColour(stdout, environment))
  const lines = judgeLines(own, { width: Math.min(WIDTH_MAX, widthOf(stdout)), paint })
  if (lines.length > 0) stdout.write(`${lines.join('\n')}\n`)
}

function sayHowItEnded(
  { stderr, program }: CommandContext,
  { header, file }: RunWriter,
  { end, parsed }: { end: JudgingEnd; parsed: Options },
): ExitCode {
  const again = `${program} judge ${runName(header, file)} --model ${parsed.model}`
  const { stop, failed, judged, unreadable } = end
  if (stop === null) {
    if (failed === 0) return unreadable === 0 ? EXIT.done : EXIT.failed
    stderr.write(
      `The judge gave no answer on ${failed} of ${judged} trials. They are asked about again by: ${again}\n`,
    )
    return EXIT.failed
  }
  switch (stop.reason) {
    case 'asked':
      stderr.write(`Interrupted. To judge the rest: ${again}\n`)
      return EXIT.interrupted
    case 'budget':
      stderr.write(
        `Stopped: ${stop.detail}, more than is left of --max-cost. To judge the rest: ${again}\n`,
      )
      return EXIT.inconclusive
    case 'refused':
      stderr.write(`Stopped, since every other trial would fail alike: ${stop.detail}\n`)
      return EXIT.failed
    default:
      return stop.reason satisfies never
  }
}
