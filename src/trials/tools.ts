import { z } from 'zod'
import type { ToolDescription } from '../agents/agent.ts'
import type { Arm } from '../records/arm.ts'
import type { Limits } from '../records/limits.ts'
import type { Scenario, ScenarioTool } from '../scenarios/scenario.ts'

/** The shell command of a `bash` call. */
export const BashArgs = z.object({ command: z.string() })

/** The answers of a `submit` call. */
export const SubmitArgs = z.object({ answer: z.string() })

/** The tools that an agent is offered in an arm, as it is told of them. */
export function describeTools(
  scenario: Scenario,
  arm: Arm,
  limits: Limits,
): readonly ToolDescription[] {
  return [
    {
      name: 'bash',
      description: `Runs a command in a bash shell that keeps its state between calls, and returns what it prints. A command may take ${limits.commandMs / 1000} seconds.`,
      input: BashArgs,
    },
    ...scenarioTools(scenario, arm),
    { name: 'submit', description: 'Hands in the final answer.', input: SubmitArgs },
  ]
}

export function scenarioTools(scenario: Scenario, arm: Arm): readonly ScenarioTool[] {
  return scenario.tools?.(arm) ?? []
}
