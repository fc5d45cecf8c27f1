import type { Agent } from '../agents/agent.ts'
import type { Arm } from '../records/arm.ts'
import { Limits } from '../records/limits.ts'
import type { Study } from '../records/study.ts'
import type { SandboxKind } from '../sandboxes/sandbox.ts'
import type { Scenario } from '../scenarios/scenario.ts'
import { resolveCells } from '../trials/resolve-cells.ts'

/** A study of one agent in one arm, as plain as can be: for tests and measurements that run it themselves. */
export function labStudy(parts: {
  readonly scenario: Scenario
  readonly sandbox: SandboxKind
  readonly agent: Agent
  readonly trials: number
  /** Levels other than the default. */
  readonly arm?: Arm
  readonly limits?: Partial<Limits>
  readonly seed?: number
}): Study {
  const { scenario, sandbox, agent, trials, arm = {}, limits = {}, seed = 1 } = parts
  const factors = Object.fromEntries(Object.entries(arm).map(([name, level]) => [name, [level]]))
  return {
    title: null,
    scenario: { id: scenario.id, version: scenario.version },
    cells: resolveCells(scenario, { factors, presets: [] }, [agent]),
    settings: scenario.settings.parse({}),
    wording: {},
    trials,
    seed,
    sharedSeeds: false,
    sandbox: sandbox.id,
    endpoint: 'resisted',
    interval: 'jeffreys',
    level: 0.95,
    limits: Limits.parse(limits),
    agents: { [agent.name]: {} },
    maxInvalid: 1,
    maxCostUsd: null,
    notes: null,
  }
}
