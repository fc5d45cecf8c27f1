import { randomBytes } from 'node:crypto'
import { release } from 'node:os'
import { RunId } from '../../records/ids.ts'
import type { LockedPlan } from '../../records/plan.ts'
import type { RunHeader } from '../../records/run.ts'
import { hashJson } from '../../support/hash.ts'
import type { Plan } from '../../trials/plan.ts'
import type { CommandContext } from '../command-context.ts'
import type { ReadyStudy } from '../study/resolve-study.ts'

/** The head of a new run. @param locked the plan that was declared before it, if any */
export function newRunHeader(
  { clock, version }: Pick<CommandContext, 'clock' | 'version'>,
  { study, plan, sandbox }: Pick<ReadyStudy, 'study' | 'plan' | 'sandbox'>,
  locked?: LockedPlan,
): RunHeader {
  const details = Object.entries(sandbox.availability.details)
  return {
    formatVersion: 1,
    id: newRunId(),
    createdAt: clock.now().toISOString(),
    study,
    studyHash: hashJson(study),
    versions: {
      offswitch: version,
      node: process.versions.node,
      system: `${process.platform} ${release()}`,
      arms: armsHash(plan),
      ...Object.fromEntries(details.map(([name, value]) => [`${sandbox.kind.id}.${name}`, value])),
    },
    ...(locked === undefined ? {} : { plan: locked }),
  }
}

/** Of all that the agents of a plan are told and given: a run is only taken up again with the same. */
export function armsHash({ cells }: Plan): string {
  return hashJson(cells.map(({ agent, armHash }) => ({ agent, armHash })))
}

/** For people to type: letters and digits that are not taken for one another. */
export function newRunId(): RunId {
  return RunId.parse([...randomBytes(6)].map((byte) => ALPHABET[byte % ALPHABET.length]).join(''))
}

const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789'
