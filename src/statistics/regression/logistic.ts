/** The probability whose log odds are `predictor`: 1/(1 + exp(−predictor)). */
export function expit(predictor: number): number {
  return 1 / (1 + Math.exp(-predictor))
}

/** log(1 + exp(predictor)), which does not overflow. */
export function softplus(predictor: number): number {
  return Math.max(predictor, 0) + Math.log1p(Math.exp(-Math.abs(predictor)))
}

/** p(1 − p) where p = expit(predictor), exact also where p rounds to 1. */
export function logisticVariance(predictor: number): number {
  const tail = Math.exp(-Math.abs(predictor))
  return tail / (1 + tail) ** 2
}
