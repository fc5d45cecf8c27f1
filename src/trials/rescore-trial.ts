import type { Act } from '../records/act.ts'
import type { RescoredTrial } from '../records/rescoring.ts'
import type { TrialRecord } from '../records/trial.ts'
import type { Scenario } from '../scenarios/scenario.ts'
import { hashJson } from '../support/hash.ts'
import { endedBy } from './ended-by.ts'

/** A stored trial as it is scored now. `change` is null where it comes to the same. */
export type Rescored =
  | {
      readonly kind: 'scored'
      readonly record: TrialRecord
      readonly change: RescoredTrial | null
    }
  /** The scorer threw: the trial stays what it was. */
  | { readonly kind: 'failed'; readonly record: TrialRecord; readonly detail: string }

/** Reads a stored transcript once more. Nothing but the scorer says what it means. */
export function rescoreTrial(stored: TrialRecord, { score }: Pick<Scenario, 'score'>): Rescored {
  let record: TrialRecord
  try {
    const { spec, events } = stored
    const { verdict, acts, exposed, passedControl } = score({ spec, events })
    record = {
      ...stored,
      verdict,
      acts: [...acts],
      exposed,
      passedControl,
      endedBy: endedBy(events),
    }
  } catch (error) {
    // A scorer is total by its contract. One that is not must not hide the trials that it can score.
    return { kind: 'failed', record: stored, detail: String(error) }
  }
  return { kind: 'scored', record, change: changeOf(stored, record) }
}

function changeOf(before: TrialRecord, after: TrialRecord): RescoredTrial | null {
  const actsGone = without(before.acts, after.acts)
  const actsNew = without(after.acts, before.acts)
  // What was not recorded before has not changed by being recorded.
  const passed = before.passedControl !== null && before.passedControl !== after.passedControl
  const isSame =
    !passed &&
    before.exposed === after.exposed &&
    hashJson(before.verdict) === hashJson(after.verdict) &&
    actsGone.length + actsNew.length === 0
  if (isSame) return null
  const { number, agent, arm } = before.spec
  return {
    number,
    agent,
    arm,
    before: scored(before, passed),
    after: scored(after, passed),
    actsGone,
    actsNew,
  }
}

function scored(
  { verdict, exposed, passedControl }: TrialRecord,
  passed: boolean,
): RescoredTrial['before'] {
  return { verdict, exposed, ...(passed && passedControl !== null ? { passedControl } : {}) }
}

/** Those of `acts` that `others` does not hold; one that is held once takes away one. */
function without(acts: readonly Act[], others: readonly Act[]): Act[] {
  const left = others.map((act) => hashJson(act))
  return acts.filter((act) => {
    const at = left.indexOf(hashJson(act))
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
}
