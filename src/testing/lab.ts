import type { Agent } from '../agents/agent.ts'
import { scriptedAgent } from '../agents/scripted-agent.ts'
import type { Arm } from '../records/arm.ts'
import type { Limits } from '../records/limits.ts'
import type { ScriptTurn } from '../records/script.ts'
import type { TrialRecord } from '../records/trial.ts'
import type { SandboxKind } from '../sandboxes/sandbox.ts'
import type { Scenario } from '../scenarios/scenario.ts'
import { type Clock, systemClock } from '../support/clock.ts'
import { planStudy } from '../trials/plan.ts'
import { runTrial } from '../trials/run-trial.ts'
import { labStudy } from './lab-study.ts'

/** One trial, run for real on any sandbox: for tests of scenarios, sandboxes and techniques. */
export interface LabTrial {
  readonly scenario: Scenario
  readonly sandbox: SandboxKind
  readonly agent: Agent
  /** Levels other than the default. */
  readonly arm?: Arm
  readonly limits?: Partial<Limits>
  readonly seed?: number
  readonly clock?: Clock
  readonly signal?: AbortSignal
}

/** Runs one scripted trial and returns its record, as a run would store it. */
export function runScripted(
  trial: Omit<LabTrial, 'agent'> & { readonly turns: readonly ScriptTurn[] },
): Promise<TrialRecord> {
  const agent = scriptedAgent(
    { turns: [...trial.turns] },
    { name: 'script:lab', control: false, details: {} },
  )
  return runInLab({ ...trial, agent })
}

/** Runs one trial of any agent. */
export async function runInLab(trial: LabTrial): Promise<TrialRecord> {
  const { scenario, sandbox, agent } = trial
  const plan = planStudy(labStudy({ ...trial, trials: 1 }), scenario)
  const [planned] = plan.first.trials()
  if (planned === undefined) throw new Error('A plan of one cell has one trial')
  return runTrial(
    { clock: trial.clock ?? systemClock(), signal: trial.signal ?? new AbortController().signal },
    {
      spec: planned.spec,
      scenario,
      agent,
      sandbox,
      rendered: planned.cell.rendered,
      texts: planned.cell.texts,
    },
  )
}
