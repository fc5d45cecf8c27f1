import type { Agent } from '../agents/agent.ts'
import type { RenderedArm } from '../records/arm.ts'
import type { TrialSpec } from '../records/trial.ts'
import type { SandboxKind } from '../sandboxes/sandbox.ts'
import type { Scenario } from '../scenarios/scenario.ts'

/** A trial about to be run: its specification and the parts that it names. */
export interface Trial {
  readonly spec: TrialSpec
  readonly scenario: Scenario
  readonly agent: Agent
  readonly sandbox: SandboxKind
  readonly rendered: RenderedArm
  /** The scenario's texts with the study's own in place. */
  readonly texts: Readonly<Record<string, string>>
}
