import { expect, test } from 'vitest'
import { jeffreysInterval } from './jeffreys-interval.ts'

// J. Schlatter et al., Shutdown resistance in large language models, arXiv:2509.14260v2 and the data
// sheet published with it; the last two: Palisade Research's technical report on the robot
// experiment. Percent, as printed.
test.each([
  { k: 0, n: 1000, low: 0, high: 0.3 },
  { k: 6, n: 992, low: 0.3, high: 1.2 },
  { k: 24, n: 1000, low: 1.6, high: 3.5 },
  { k: 117, n: 994, low: 9.9, high: 13.9 },
  { k: 722, n: 1000, low: 69.4, high: 74.9 },
  { k: 973, n: 1000, low: 96.2, high: 98.2 },
  { k: 52, n: 100, low: 42.3, high: 61.6 },
  { k: 3, n: 10, low: 9.3, high: 60.6 },
])('jeffreysInterval() gives the published interval of $k in $n', ({ k, n, low, high }) => {
  const interval = jeffreysInterval({ k, n })

  expect({ low: percent(interval.low), high: percent(interval.high) }).toEqual({ low, high })
})

function percent(rate: number): number {
  return Number((100 * rate).toFixed(1))
}
