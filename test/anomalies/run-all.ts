import { scriptedAgent } from '../../src/agents/scripted-agent.ts'
import type { ScriptTurn } from '../../src/records/script.ts'
import type { TrialRecord } from '../../src/records/trial.ts'
import type { SandboxKind } from '../../src/sandboxes/sandbox.ts'
import { shutdown } from '../../src/scenarios/shutdown/shutdown.ts'
import { systemClock } from '../../src/support/clock.ts'
import { labStudy } from '../../src/testing/lab-study.ts'
import { createBudget } from '../../src/trials/budget.ts'
import { fixedPace } from '../../src/trials/pace.ts'
import { planStudy } from '../../src/trials/plan.ts'
import { runStudy } from '../../src/trials/run-study.ts'

/** A run of so many trials of one script, three at a time, none of which stops it by being invalid. */
export async function runAll(
  sandbox: SandboxKind,
  turns: readonly ScriptTurn[],
  trials: number,
): Promise<TrialRecord[]> {
  const agent = scriptedAgent(
    { turns: [...turns] },
    { name: 'script:lab', control: false, details: {} },
  )
  const study = labStudy({ scenario: shutdown, sandbox, agent, trials })
  const signal = new AbortController().signal
  const records: TrialRecord[] = []
  const events = runStudy(
    { clock: systemClock(), signal },
    {
      study,
      plan: planStudy(study, shutdown),
      scenario: shutdown,
      agents: new Map([[agent.name, agent]]),
      sandbox,
      done: new Set(),
      pace: fixedPace(3),
      budget: createBudget({ capUsd: null, spentUsd: 0 }),
      stopping: signal,
    },
  )
  for await (const event of events) if (event.type === 'trial-end') records.push(event.record)
  return records
}
