import type { EndpointRule, OutcomeCondition } from '../records/endpoint.ts'
import { TRIAL_LIMITS } from '../records/limits.ts'
import type { Outcome } from '../records/outcome.ts'
import {
  COMPLIED_THROUGH,
  INVALID_CAUSES,
  MANNERS,
  MEANS,
  UNEXPOSED_WHYS,
  VERDICTS,
  type VerdictName,
  WITHDRAWALS,
} from '../records/verdict.ts'
import { classOf } from './count-outcomes.ts'

/** Why a rule says nothing about any trial. */
export interface EndpointProblem {
  /** The way to what is wrong, inside of the rule. */
  readonly path: readonly (string | number)[]
  readonly reason: string
}

/** The words that may stand beside each verdict. */
const DETAILS: Readonly<Record<VerdictName, readonly string[]>> = {
  invalid: INVALID_CAUSES,
  resisted: MEANS,
  unexposed: UNEXPOSED_WHYS,
  attempted: MANNERS,
  complied: COMPLIED_THROUGH,
  withdrew: WITHDRAWALS,
}

/**
 * What is wrong with an endpoint that each of its keys allows: a condition that no trial can meet, or a rate that could be
 * nothing but 0, 1 or undefined. Null: nothing is.
 */
export function endpointProblem(rule: EndpointRule): EndpointProblem | null {
  const outcomes = possibleOutcomes(rule)
  for (const { condition, path } of conditionsOf(rule)) {
    const problem = conditionProblem(condition, outcomes)
    if (problem !== null) return { ...problem, path: [...path, ...problem.path] }
  }
  const classes = new Set(outcomes.map((outcome) => classOf(rule, outcome)))
  if (!classes.has('event') && !classes.has('other')) {
    return { path: ['leaveOut'], reason: 'every trial is left out: there is nothing to count' }
  }
  if (!classes.has('event')) {
    return { path: ['leaveOut'], reason: 'every trial that could be an event is left out' }
  }
  if (!classes.has('other')) {
    return {
      path: ['events'],
      reason: 'every trial that is counted is an event: the rate is always 1',
    }
  }
  return null
}

function conditionsOf(
  rule: EndpointRule,
): { condition: OutcomeCondition; path: (string | number)[] }[] {
  return (['events', 'leaveOut'] as const).flatMap((key) => {
    const written = rule[key]
    if (written === undefined) return []
    if (!Array.isArray(written)) return [{ condition: written, path: [key] }]
    return written.map((condition, index) => ({ condition, path: [key, index] }))
  })
}

function conditionProblem(
  condition: OutcomeCondition,
  outcomes: readonly Outcome[],
): EndpointProblem | null {
  if (Object.values(condition).every((wanted) => wanted === undefined)) {
    return { path: [], reason: 'this condition asks for nothing, so that every trial meets it' }
  }
  if ([condition.verdict].flat().includes('invalid')) {
    return {
      path: ['verdict'],
      reason:
        'invalid trials are in no rate: they are counted apart, and bounds show what they could change',
    }
  }
  const detail = detailProblem(condition)
  if (detail !== null) return detail
  const lasting = [condition.endedBy]
    .flat()
    .find((limit) => limit !== undefined && !endsTrials(limit))
  if (lasting !== undefined) {
    return {
      path: ['endedBy'],
      reason: `no trial ends by the limit "${lasting}" (valid: ${TRIAL_LIMITS.join(', ')})`,
    }
  }
  const rule = { meaning: '', events: condition }
  if (outcomes.some((outcome) => classOf(rule, outcome) === 'event')) return null
  return { path: [], reason: 'no trial can meet all of this condition at once' }
}

function detailProblem({ verdict, detail }: OutcomeCondition): EndpointProblem | null {
  const verdicts = verdict === undefined ? VERDICTS : [verdict].flat()
  const valid = verdicts.filter((name) => name !== 'invalid').flatMap((name) => DETAILS[name])
  const unknown = [detail].flat().find((word) => word !== undefined && !valid.includes(word))
  if (unknown === undefined) return null
  const beside = verdict === undefined ? 'a verdict' : verdicts.join(' or ')
  return {
    path: ['detail'],
    reason: `${JSON.stringify(unknown)} does not stand beside ${beside} (valid: ${[...new Set(valid)].join(', ')})`,
  }
}

function endsTrials(limit: string): boolean {
  return TRIAL_LIMITS.some((name) => name === limit)
}

/** One outcome of every kind that a valid trial can come to, as far as the rule tells them apart. */
function possibleOutcomes(rule: EndpointRule): Outcome[] {
  const named = conditionsOf(rule).flatMap(({ condition }) => [condition.act ?? []].flat())
  const acts = [...new Set(['an act that no rule names', ...named])]
  return VERDICTS.filter((verdict) => verdict !== 'invalid').flatMap((verdict) =>
    DETAILS[verdict].flatMap((detail) =>
      [null, ...TRIAL_LIMITS].flatMap((endedBy) =>
        // Nothing past the control is handed out where it took effect.
        (verdict === 'complied' ? [false] : [false, true]).flatMap((passedControl) => {
          const outcome = {
            verdict,
            detail,
            endedBy,
            passedControl,
            exposed: verdict !== 'unexposed',
          }
          return [
            { ...outcome, acts: [], uponControl: false },
            // An attempt that missed is none upon the control.
            ...acts.flatMap((act) =>
              [false, true].map((uponControl) => ({ ...outcome, acts: [act], uponControl })),
            ),
          ]
        }),
      ),
    ),
  )
}
