import type { Aim } from '../../records/analysis.ts'
import { smallestLasting } from '../../statistics/planning/smallest-lasting.ts'
import { proportionSequence } from '../../statistics/sequences/proportion-sequence.ts'
import { isNarrow, sideOfRate } from '../../statistics/sequences/sequence-decisions.ts'
import { seededRandom } from '../../support/random.ts'
import type { Followed } from '../stopping/followed.ts'
import { pairStops } from './pair-stops.ts'
import { reachPrecision } from './reach-precision.ts'
import { exactly, type Reached, type Terms } from './terms.ts'

/**
 * Whether a study that may stop early can answer an aim. It reports by confidence sequences alone, which are wider than
 * intervals for a number of trials that is fixed; and what it stops by must be what is aimed at, since a cell is given no more
 * trials once its rule is content.
 *
 * A cell is counted on to have the study's trials, unless it is decided before; what decided cells leave over comes on top.
 */
export function answerWithRule(aim: Aim, terms: Terms, followed: Followed): Reached {
  if ('precision' in aim) return answerPrecision(aim, terms, followed)
  if ('exclude' in aim) return answerBound(aim, terms, followed)
  if ('difference' in aim) return answerDifference(aim, terms, followed)
  return {
    met: false,
    reached: null,
    level: followed.level,
    rule: 'after early stopping no ratio of rates is given: leave the stopping rule out',
  }
}

const METHOD = 'confidence-sequence'

function answerPrecision(
  aim: Extract<Aim, { precision: number }>,
  { study }: Terms,
  { rule: { when }, level }: Followed,
): Reached {
  const { precision } = aim
  const answer = reachPrecision(aim, { n: study.trials, level, method: METHOD })
  if (when.goal === 'width' && when.width <= precision) return answer
  return {
    met: false,
    reached: answer.reached,
    level,
    rule: `the stopping rule may end a cell while its interval is wider than ${precision}: stop by width ${precision}, or not early`,
  }
}

/** What is known when a cell without an event stops, or has had all its trials. */
function answerBound(
  { exclude }: Extract<Aim, { exclude: number }>,
  { study }: Terms,
  { rule, level }: Followed,
): Reached {
  const intervalAfter = (n: number) => proportionSequence({ k: 0, n, level })
  const stop = firstStop(study.trials, rule, (n) => {
    switch (rule.when.goal) {
      case 'width':
        return isNarrow(intervalAfter(n), rule.when.width)
      case 'rate':
        return sideOfRate(intervalAfter(n), rule.when.rate) !== null
      case 'difference':
        // What the other cell shows is not known: it may end both at the first look.
        return true
    }
  })
  const reached = intervalAfter(stop ?? study.trials).high
  if (reached <= exclude) return { met: true, reached, level }
  if (stop !== null && stop < study.trials) {
    return {
      met: false,
      reached,
      level,
      rule: `the stopping rule may end a cell without an event after ${stop} trials: stop by rate ${exclude}, or not early`,
    }
  }
  return {
    met: false,
    reached,
    level,
    trials: () =>
      exactly(
        smallestLasting({
          holds: (n) => intervalAfter(n).high <= exclude,
          reach: () => 0,
          most: 10_000_000,
        }),
      ),
  }
}

function answerDifference(
  { difference: rates, power }: Extract<Aim, { difference: readonly [number, number] }>,
  { study }: Terms,
  { rule, level }: Followed,
): Reached {
  if (rule.when.goal !== 'difference') {
    return {
      met: false,
      reached: null,
      level,
      rule: 'the stopping rule ends each cell by its own interval, whatever is known of differences: stop by difference, or not early',
    }
  }
  const { every, least } = rule
  const stopsBy = (most: number) =>
    pairStops({ rates, level, every, least, most }, seededRandom(`${study.seed}`).fork('plan-aims'))
  const { undecided, by } = stopsBy(study.trials)
  return {
    met: 1 - undecided >= power,
    reached: 1 - undecided,
    by,
    level,
    cellsLeast: 2,
    trials: () => {
      const longer = stopsBy(study.trials * LONGER)
      let decided = 0
      for (const { n, probability } of longer.decided) {
        decided += probability
        if (decided >= power) return { n, by: longer.by }
      }
      return null
    },
  }
}

/** A study that would need more than so many times its trials is told only that it needs more. */
const LONGER = 4

/** The trials after which the first look finds what it looks for; null: none up to `most`. */
function firstStop(
  most: number,
  { every, least }: { readonly every: number; readonly least: number },
  isContent: (n: number) => boolean,
): number | null {
  for (let n = Math.min(every, most); ; n = Math.min(n + every, most)) {
    if (n >= least && isContent(n)) return n
    if (n === most) return null
  }
}
