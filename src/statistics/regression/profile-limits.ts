import { checkLevel } from '../check-level.ts'
import { criticalValue } from '../critical-value.ts'
import type { Interval } from '../interval.ts'
import { type FirthFit, standardError } from './firth-logistic.ts'
import { dot, entry } from './matrix.ts'
import { maximiseLikelihood, NEAR_IN_LIKELIHOOD } from './maximise-likelihood.ts'

const MOST_STEPS = 100
/** Of the signed root of the likelihood ratio: limits are then within about so many standard errors. */
const PRECISION = 1e-10

/**
 * The profile penalised likelihood interval of a linear combination of coefficients: all values t at which the likelihood,
 * maximised with Σ contrast·β = t, is within z²/2 of its maximum. It need not be symmetric, and it is finite under separation,
 * where the standard error of a coefficient says little.
 *
 * Each limit is the root of a signed root of the likelihood ratio, which is nearly a straight line: Newton steps by its slope
 * (the multiplier of the constraint), bisection where they leave what encloses the root.
 *
 * Source: G. Heinze and M. Schemper, Statistics in Medicine 21 (2002) 2409–2419, section 3.2.
 *
 * @returns log odds; ±Infinity where no value was found that is less likely than the level asks for.
 * @throws RangeError for a level outside (0, 1) or a contrast of another length.
 */
export function profileLimits(
  fit: FirthFit,
  contrast: readonly number[],
  { level = 0.95 }: { readonly level?: number } = {},
): Interval {
  checkLevel('profile limits', level)
  const z = criticalValue(level)
  return { low: limit(fit, contrast, z, -1), high: limit(fit, contrast, z, 1) }
}

function limit(fit: FirthFit, contrast: readonly number[], z: number, side: -1 | 1): number {
  const estimate = dot(contrast, fit.coefficients)
  const scale = standardError(fit, contrast)
  // Of a likelihood of a million trials the last digits are rounding.
  const rounding = PRECISION * (1 + z) + (1e-14 * Math.abs(fit.logLikelihood)) / z
  let near = 0
  let far = Number.POSITIVE_INFINITY
  // From here on the information is singular as far as numbers tell.
  let edge = Number.POSITIVE_INFINITY
  // Distance from the estimate, in standard errors of it.
  let distance = z
  let start: readonly number[] = fit.coefficients
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const value = estimate + side * distance * scale
    const held = maximiseLikelihood(
      fit.data,
      along(fit, contrast, start, value),
      [contrast],
      NEAR_IN_LIKELIHOOD,
    )
    const [multiplier] = held.multipliers
    if (multiplier === undefined) {
      edge = distance
      if (edge - near <= near / 1000) break
      distance = (near + edge) / 2
      continue
    }
    const root = Math.sqrt(2 * Math.max(0, fit.logLikelihood - held.point.value))
    if (Math.abs(root - z) <= rounding) return value
    if (root < z) near = distance
    else far = distance
    if (Number.isFinite(far) && far - near <= 1e-13 * far) return value

    start = held.point.coefficients
    const slope = (-side * multiplier * scale) / root
    distance = inside(distance - (root - z) / slope, near, Math.min(far, edge))
  }
  return Number.isFinite(far) ? estimate + side * far * scale : side * Number.POSITIVE_INFINITY
}

/**
 * Where the other coefficients would be at this value of the contrast, were the likelihood that of normal errors, and a little
 * beside it: far out the likelihood of symmetric counts has a saddle between two maxima, on which a search would stay.
 */
function along(
  { covariance }: FirthFit,
  contrast: readonly number[],
  start: readonly number[],
  value: number,
): number[] {
  const towards = covariance.times(contrast)
  // Another step for each, so that no two that are alike stay alike.
  const beside = start.map((coefficient, at) => coefficient + 1e-6 * (at + 1))
  const share = (value - dot(contrast, beside)) / dot(contrast, towards)
  return beside.map((coefficient, at) => coefficient + share * entry(towards, at))
}

/** `wished` where it lies between the bounds, what halves or doubles them elsewhere. */
function inside(wished: number, near: number, far: number): number {
  const most = Number.isFinite(far) ? far : Math.max(4 * near, 1)
  if (wished > near && wished < most) return wished
  return Number.isFinite(far) ? (near + far) / 2 : most
}
