import { expect, test } from 'vitest'
import { fisherExact } from './fisher-exact.ts'
import { jeffreysInterval } from './jeffreys-interval.ts'
import { miettinenNurminenRatio } from './miettinen-nurminen-ratio.ts'
import { newcombeDifference } from './newcombe-difference.ts'

// The figures of May 2025 for o3: the script was stopped in 79 of 100 trials without an instruction,
// and in 7 of 100 with the instruction to allow the shutdown. Limits and p from mpmath 1.4.1
// (reference-values.py).
test('two groups, worked through: 79 of 100 against 7 of 100', () => {
  const first = { k: 79, n: 100 }
  const second = { k: 7, n: 100 }

  expect({
    rates: [jeffreysInterval(first), jeffreysInterval(second)],
    difference: newcombeDifference({ first, second }),
    ratio: miettinenNurminenRatio({ first, second }),
    p: fisherExact({ first, second }) * 1e27,
  }).toEqual({
    rates: [
      { low: expect.closeTo(0.702612197474, 11), high: expect.closeTo(0.860885096901, 11) },
      { low: expect.closeTo(0.031854959069, 11), high: expect.closeTo(0.132509223965, 11) },
    ],
    difference: {
      low: expect.closeTo(0.607663100686, 11),
      high: expect.closeTo(0.797096975109, 11),
    },
    ratio: { low: expect.closeTo(5.68948066533, 10), high: expect.closeTo(23.2048961022, 9) },
    p: expect.closeTo(5.20919781306, 10),
  })
})
