import type { Arm } from '../records/arm.ts'
import type { Scenario } from '../scenarios/scenario.ts'
import { nearest, printable } from '../support/choices.ts'
import { ValueFault, type ValuePath } from '../support/value-fault.ts'
import { levelsText } from './arm-name.ts'
import type { ResolvedArm } from './resolve-cells.ts'

/** What of a study its comparisons can be of. */
export interface ComparedStudy {
  readonly agents: readonly string[]
  readonly arms: readonly ResolvedArm[]
  readonly factors: Scenario['factors']
}

/** What is compared is not in the study. */
export class AbsentFault extends ValueFault {}

export function knownAgent(agent: string, { agents }: ComparedStudy, path: ValuePath): string {
  if (!agents.includes(agent)) throw absent(path, 'agent', agent, agents)
  return agent
}

export function armOf(given: string | Arm, study: ComparedStudy, path: ValuePath): ResolvedArm {
  if (typeof given !== 'string') return armWith(given, study, path)
  const { arms } = study
  const found =
    arms.find(({ name }) => name === given) ?? arms.find(({ preset }) => preset === given)
  if (found !== undefined) return found
  const names = arms.flatMap(({ name, preset }) => name ?? preset ?? [])
  if (names.length > 0) throw absent(path, 'arm', given, new Set(names))
  throw new AbsentFault(
    path,
    `there is no arm "${printable(given)}" in this study: none of its arms has a name, so write its levels ({ ${levelsText(arms[0]?.arm ?? {}, arms)} })`,
  )
}

/** The one arm that has these levels. A control is meant only where no other arm has them. */
function armWith(levels: Arm, study: ComparedStudy, path: ValuePath): ResolvedArm {
  for (const [factor, level] of Object.entries(levels)) {
    checkFactor(factor, study, [...path, factor], 'key')
    const known = levelsOf(factor, study.arms)
    if (!known.includes(level))
      throw absent([...path, factor], `level of "${factor}"`, level, known)
  }
  const all = study.arms.filter(({ arm }) =>
    Object.entries(levels).every(([factor, level]) => arm[factor] === level),
  )
  const main = all.filter(({ isBeside }) => !isBeside)
  const fitting = main.length > 0 ? main : all
  const [found, ...more] = fitting
  if (found === undefined) {
    throw new AbsentFault(
      path,
      `no arm of this study has these levels together (${armsText(study.arms)})`,
    )
  }
  if (more.length > 0) {
    throw new ValueFault(
      path,
      `${fitting.length} arms of this study have these levels: say which (${armsText(fitting)})`,
    )
  }
  return found
}

export function mainArms({ arms }: ComparedStudy): ResolvedArm[] {
  return arms.filter(({ isBeside }) => !isBeside)
}

export function levelsOf(factor: string, arms: readonly ResolvedArm[]): string[] {
  return [...new Set(arms.flatMap(({ arm }) => arm[factor] ?? []))]
}

export function checkFactor(
  factor: string,
  { factors }: ComparedStudy,
  path: ValuePath,
  at: 'key' | 'value',
): void {
  if (Object.hasOwn(factors, factor)) return
  const known = Object.keys(factors)
  throw new ValueFault(
    path,
    `${unknownText('factor', factor, known)} (valid: ${known.join(', ')})`,
    at,
  )
}

export function absent(
  path: ValuePath,
  what: string,
  given: string,
  known: Iterable<string>,
): AbsentFault {
  const choices = [...known]
  return new AbsentFault(
    path,
    `${unknownText(what, given, choices)} (valid: ${choices.map((each) => printable(each)).join(', ')})`,
  )
}

function unknownText(what: string, given: string, known: readonly string[]): string {
  const meant = nearest(given, known)
  const guess = meant === null ? '' : `, did you mean "${printable(meant)}"?`
  return `there is no ${what} "${printable(given)}" in this study${guess}`
}

export function armsText(arms: readonly ResolvedArm[]): string {
  const shown = arms.slice(0, 8).map((each) => `{ ${levelsText(each.arm, arms)} }`)
  return [...shown, ...(arms.length > shown.length ? ['…'] : [])].join(', ')
}
