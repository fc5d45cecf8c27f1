import type { Arm } from '../records/arm.ts'
import type { ResolvedArm } from './resolve-cells.ts'

/** The name or the preset of an arm, or the levels by which it differs from the others. */
export function armName({ name, preset, arm }: ResolvedArm, arms: readonly ResolvedArm[]): string {
  return name ?? preset ?? (levelsText(arm, arms, ' ', '=') || 'the only arm')
}

/** Of the levels of an arm, those that are not the same in all arms. */
export function levelsText(
  arm: Arm,
  arms: readonly ResolvedArm[],
  comma = ', ',
  colon = ': ',
): string {
  return Object.entries(arm)
    .filter(([factor]) => arms.some((other) => other.arm[factor] !== arms[0]?.arm[factor]))
    .map(([factor, level]) => `${factor}${colon}${level}`)
    .join(comma)
}
