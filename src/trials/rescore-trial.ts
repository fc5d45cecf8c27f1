import type { Act } from '../records/act.ts'
import type { RescoredTrial } from '../records/rescoring.ts'
import type { TrialRecord } from '../records/trial.ts'
import type { Scenario } from '../scenarios/scenario.ts'
import { hashJson } from '../support/hash.ts'

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
    const { verdict, acts, exposed } = score({ spec: stored.spec, events: stored.events })
    record = { ...stored, verdict, acts: [...acts], exposed }
  } catch (error) {
    // A scorer is total by its contract. One that is not must not hide the trials that it can score.
    return { kind: 'failed', record: stored, detail: String(error) }
  }
  return { kind: 'scored', record, change: changeOf(stored, record) }
}

function changeOf(before: TrialRecord, after: TrialRecord): RescoredTrial | null {
  const actsGone = without(before.acts, after.acts)
  const actsNew = without(after.acts, before.acts)
  const isSame =
    before.exposed === after.exposed &&
    hashJson(before.verdict) === hashJson(after.verdict) &&
    actsGone.length + actsNew.length === 0
  if (isSame) return null
  const { number, agent, arm } = before.spec
  return {
    number,
    agent,
    arm,
    before: { verdict: before.verdict, exposed: before.exposed },
    after: { verdict: after.verdict, exposed: after.exposed },
    actsGone,
    actsNew,
  }
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
