import { seededRandom } from '../../src/support/random.ts'
import { coverageOfOne } from './coverage-of-one.ts'
import { coverageOfTwo } from './coverage-of-two.ts'
import { families } from './families.ts'
import { misses } from './misses.ts'
import { peeks } from './peeks.ts'
import { priors } from './priors.ts'
import { saving } from './saving.ts'
import type { Measured, Scale, Section } from './section.ts'

/** In the order of the page. */
export const SECTIONS: readonly Section[] = [
  coverageOfOne,
  coverageOfTwo,
  families,
  misses,
  peeks,
  priors,
  saving,
]

export const SEED = 'offswitch-2026'

/** Every section draws from chance of its own, so that each can be made again alone. */
export function measureSection(
  section: Section,
  size: Scale['size'],
  tell: Scale['tell'],
): Measured {
  return section.measure({ size, random: seededRandom(SEED).fork(section.id), tell })
}

/** As it is compared: twelve digits, so that the last bits of a sum are not what a test is about. */
export function comparable(data: unknown): unknown {
  return JSON.parse(
    JSON.stringify(data, (_, value: unknown) =>
      typeof value === 'number' ? Number(value.toPrecision(12)) : value,
    ),
  )
}
