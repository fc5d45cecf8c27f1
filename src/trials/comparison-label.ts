import { armName, levelsText } from './arm-name.ts'
import { type ComparedStudy, mainArms } from './compared-study.ts'
import type { ResolvedArm } from './resolve-cells.ts'

/** One cell that is compared. */
export interface Side {
  readonly agent: string
  readonly arm: ResolvedArm
}

export function pairLabel(
  { first, second }: { readonly first: Side; readonly second: Side },
  study: ComparedStudy,
  given: { readonly label: string; readonly isOne: boolean } | null,
): string {
  if (given?.isOne === true) return given.label
  const [one, two] = [armName(first.arm, study.arms), armName(second.arm, study.arms)]
  if (first.agent === second.agent) {
    return withAgent(given?.label ?? `${one} against ${two}`, first.agent, study)
  }
  if (first.arm !== second.arm) return `${first.agent} in ${one} against ${second.agent} in ${two}`
  const what = given?.label ?? `${first.agent} against ${second.agent}`
  return mainArms(study).length === 1 ? what : `${what} in ${one}`
}

function withAgent(label: string, agent: string, { agents }: ComparedStudy): string {
  return agents.length === 1 ? label : `${agent}: ${label}`
}

export function levelLabel(
  of: {
    readonly factor: string
    readonly base: string
    readonly agent: string
    readonly arm: ResolvedArm
  },
  study: ComparedStudy,
): string {
  const rest = Object.fromEntries(Object.entries(of.arm.arm).filter(([name]) => name !== of.factor))
  const where = levelsText(rest, mainArms(study), ' ', '=')
  const what = `${of.factor}: ${of.arm.arm[of.factor]} against ${of.base}`
  return withAgent(where === '' ? what : `${what} (${where})`, of.agent, study)
}
