import { expect, test } from 'vitest'
import { fisherExact } from '../fisher-exact.ts'
import { fisherRejections } from './fisher-rejections.ts'

test('fisherRejections() are the tables whose p-value is no larger than alpha', () => {
  for (const [n1, n2] of [
    [1, 1],
    [3, 3],
    [8, 8],
    [12, 5],
    [30, 41],
  ] as const) {
    for (const alpha of [0.4, 0.1, 0.05, 0.005]) {
      for (let events = 0; events <= n1 + n2; events++) {
        const { low, high } = fisherRejections({
          firstTrials: n1,
          secondTrials: n2,
          events,
          alpha,
        })
        for (let x = Math.max(0, events - n2); x <= Math.min(n1, events); x++) {
          const p = fisherExact({ first: { k: x, n: n1 }, second: { k: events - x, n: n2 } })

          expect(x <= low || x >= high, `${x} of ${events} in ${n1} and ${n2} at ${alpha}`).toBe(
            p <= alpha * (1 + 1e-12),
          )
        }
      }
    }
  }
})
