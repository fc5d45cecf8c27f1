import { expect, test } from 'vitest'
import { proportionSequence } from '../../statistics/sequences/proportion-sequence.ts'
import { isNarrow, sideOfRate } from '../../statistics/sequences/sequence-decisions.ts'
import { decidedBy } from './undecided-counts.ts'

test.each([0.05, 0.5, 0.97])(
  'decidedBy() finds the counts that the sequence leaves open for rate %d',
  (rate) => {
    const isDecided = decidedBy({ goal: 'rate', rate }, 0.975)

    for (const n of [1, 20, 137]) {
      for (let k = 0; k <= n; k++) {
        const side = sideOfRate(proportionSequence({ k, n, level: 0.975 }), rate)
        expect({ k, n, decided: isDecided({ k, n }) }).toEqual({ k, n, decided: side !== null })
      }
    }
  },
)

test.each([0.1, 0.3])(
  'decidedBy() finds the counts that the sequence leaves open for width %d',
  (width) => {
    const isDecided = decidedBy({ goal: 'width', width }, 0.975)

    for (const n of [20, 137, 500]) {
      for (let k = 0; k <= n; k += 1 + Math.floor(n / 100)) {
        const narrow = isNarrow(proportionSequence({ k, n, level: 0.975 }), width)
        expect({ k, n, decided: isDecided({ k, n }) }).toEqual({ k, n, decided: narrow })
      }
    }
  },
)
