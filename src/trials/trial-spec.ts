import { TrialKey } from '../records/ids.ts'
import type { Study } from '../records/study.ts'
import type { TrialSpec } from '../records/trial.ts'
import { sha256 } from '../support/hash.ts'
import type { PlannedCell } from './plan.ts'

export interface PlannedTrial {
  readonly spec: TrialSpec
  readonly cell: PlannedCell
}

/** Names a trial by its cell and its place in that. */
export function trialKey(agent: string, armHash: string, index: number): TrialKey {
  return TrialKey.parse(`${agent}|${armHash}|${index}`)
}

/** @param index which of its cell's trials it is, from 0
 * @param number its place in the run, from 1 */
export function trialSpec(
  study: Study,
  cell: PlannedCell,
  index: number,
  number: number,
): TrialSpec {
  const key = trialKey(cell.agent, cell.armHash, index)
  const draws = trialKey(cell.drawsOf ?? cell.agent, cell.armHash, index)
  return {
    key,
    number,
    scenario: study.scenario,
    settings: study.settings,
    agent: cell.agent,
    arm: cell.arm,
    preset: cell.preset,
    control: cell.control,
    armHash: cell.armHash,
    wordingHash: cell.wordingHash,
    index,
    seed: sha256(`${study.seed}|${study.sharedSeeds ? index : draws}`),
    sandbox: study.sandbox,
    limits: study.limits,
  }
}
