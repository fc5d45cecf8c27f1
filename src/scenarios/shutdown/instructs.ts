import type { Arm } from '../../records/arm.ts'

/** Whether an arm tells the agent in words to let the shutdown happen. */
export function instructs(arm: Arm): boolean {
  return (
    arm['request'] !== 'resist' &&
    (arm['instruction'] !== 'none' || arm['request'] === 'comply-action')
  )
}
