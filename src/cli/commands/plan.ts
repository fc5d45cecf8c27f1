import type { Command as CommanderCommand } from 'commander'
import { createPaint } from '../../reports/create-paint.ts'
import { jsonText } from '../../reports/json-text.ts'
import { planText } from '../../reports/planning/plan-text.ts'
import { defineCommand } from '../command.ts'
import { usesColour, widthOf } from '../command-context.ts'
import { EXIT } from '../exit-code.ts'
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
import { lockPlan, writeLockedPlan } from '../plan/locked-plan.ts'
import { makePlanReport } from '../plan/make-plan-report.ts'
import { aimsWithFlags, declarePlanning, PlanFlags } from '../plan/plan-options.ts'
import { readPilot } from '../plan/read-pilot.ts'
import { requireAsLocked } from '../plan/require-as-locked.ts'
import { RUNS_FOLDER } from '../run/run-name.ts'
import { askedFor, RunOptions } from '../study/asked-for.ts'
import { readyStudy } from '../study/ready-study.ts'

const Options = RunOptions.extend(PlanFlags.shape)

/** Says what a study can answer before anything is spent on it, and locks it. */
export const plan = defineCommand({
  name: 'plan',
  summary: 'say what a study can answer and cost before it is run, and lock it',
  example: `plan study.yaml
    plan study.yaml --pilot latest --lock study.plan.json
    plan --model openai/gpt-6-luna --trials 300 --exclude 0.01
    plan study.yaml --difference 0.1,0.3 --power 0.9`,
  declare,
  run: async ({ args, options }, context) => {
    const parsed = Options.parse(options)
    const asked = await askedFor(args[0], parsed)
    const aims = aimsWithFlags(asked.aims, parsed)
    const ready = await readyStudy(context, { ...asked, aims }, parsed)
    if (aims === asked.aims) requireAsLocked(context, asked.locked, ready)
    const { stdout, stderr, environment } = context
    for (const note of ready.notes) stderr.write(`${note}\n`)

    const pilot =
      parsed.pilot === undefined ? null : await readPilot(parsed.pilot, parsed.runs, ready)
    const report = makePlanReport(ready, {
      assume: parsed.assume,
      pilot,
      maxSandboxes: parsed.maxSandboxes,
      maxConnections: parsed.maxConnections,
    })
    const isAnswered = report.aims.every(({ met }) => met)
    const locked =
      parsed.lock === undefined || !isAnswered ? null : lockPlan(context, ready, pilot?.run ?? null)
    if (locked !== null && parsed.lock !== undefined) await writeLockedPlan(parsed.lock, locked)

    const shown = context.redact({
      ...report,
      locked:
        locked === null || parsed.lock === undefined
          ? null
          : { file: parsed.lock, hash: locked.hash },
    })
    if (parsed.json === true) stdout.write(`${jsonText(shown)}\n`)
    else {
      const paint = createPaint(usesColour(stdout, environment))
      stdout.write(planText(shown, { width: widthOf(stdout), paint }))
    }
    if (isAnswered) return EXIT.done
    stderr.write(
      parsed.lock === undefined
        ? 'This study cannot answer what it aims at.\n'
        : 'This study cannot answer what it aims at: it is not locked.\n',
    )
    return EXIT.usage
  },
})

function declare(command: CommanderCommand): void {
  declareStudy(command)
  declarePlanning(command)
  declareLimits(command)
  declarePace(command)
  declareGeneration(command)
  declareReach(command)
  declareMoney(command)
  declareStatistics(command)
  declareStopping(command)
  command
    .optionsGroup('Output:')
    .option('--runs <dir>', 'folder in which the pilot is looked for', RUNS_FOLDER)
    .option('--json', 'print one JSON object on standard output, and nothing else there')
}
