import type { Agent } from '../agents/agent.ts'
import { scriptedAgent } from '../agents/scripted-agent.ts'
import type { Arm } from '../records/arm.ts'
import { Limits } from '../records/limits.ts'
import type { ScriptTurn } from '../records/script.ts'
import type { TrialRecord } from '../records/trial.ts'
import type { SandboxKind } from '../sandboxes/sandbox.ts'
import type { Scenario } from '../scenarios/scenario.ts'
import { type Clock, systemClock } from '../support/clock.ts'
import { planStudy } from '../trials/plan.ts'
import { resolveCells } from '../trials/resolve-cells.ts'
import { runTrial } from '../trials/run-trial.ts'

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
  const factors = Object.fromEntries(
    Object.entries(trial.arm ?? {}).map(([name, level]) => [name, [level]]),
  )
  const plan = planStudy(
    {
      title: null,
      scenario: { id: scenario.id, version: scenario.version },
      cells: resolveCells(scenario, { factors, presets: [] }, [agent]),
      settings: scenario.settings.parse({}),
      wording: {},
      trials: 1,
      seed: trial.seed ?? 1,
      sharedSeeds: false,
      sandbox: sandbox.id,
      endpoint: 'resisted',
      interval: 'jeffreys',
      level: 0.95,
      limits: Limits.parse(trial.limits ?? {}),
      agents: { [agent.name]: {} },
      maxInvalid: 1,
      notes: null,
    },
    scenario,
  )
  const [planned] = plan.trials()
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
