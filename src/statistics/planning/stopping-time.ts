import { binomialProbabilities } from '../binomial-probabilities.ts'
import { checkRate } from '../check-rate.ts'
import type { Counts } from '../counts.ts'

/** When a cell that is looked at repeatedly is decided. */
export interface StoppingTime {
  /** Probability to be decided at the look after `n` trials; looks at which that cannot be are left out. */
  readonly decided: readonly { readonly n: number; readonly probability: number }[]
  /** Probability to reach the last look undecided. */
  readonly undecided: number
  /** Mean number of trials; one that stays undecided takes all. */
  readonly mean: number
}

/**
 * When a stopping rule decides a stream of trials at an assumed rate, computed exactly: the probability
 * of every count that is still undecided is carried from look to look, and what is decided at a look is
 * taken out. Counts that together have less than 1e-12 are left out at each look.
 *
 * @param isDecided Whether the rule stops at these counts; it is asked at no other counts than those of a look.
 * @param every Trials from one look to the next.
 * @param least Trials before which nothing is decided. The first look is at the first multiple of `every` that has them.
 * @param most Trials at most: the last look, whether it is a multiple of `every` or not.
 * @param spread Looks further apart than `every` where that is less than this share of the trials up to then. A rule that
 *   looks less often decides no earlier: the mean is then a little too large, and what is decided a little too little.
 * @throws RangeError for a rate outside [0, 1], or unless `every` and `most` are whole numbers from 1 on.
 */
export function stoppingTime({
  rate,
  isDecided,
  every,
  least,
  most,
  spread = 0,
}: {
  readonly rate: number
  readonly isDecided: (counts: Counts) => boolean
  readonly every: number
  readonly least: number
  readonly most: number
  readonly spread?: number
}): StoppingTime {
  checkRate('stopping time', rate)
  for (const [name, value] of Object.entries({ every, most })) {
    if (Number.isSafeInteger(value) && value > 0) continue
    throw new RangeError(
      `Cannot compute stopping time: ${name} must be a whole number, 1 or more, but is ${value}`,
    )
  }

  let alive: Alive = { lowest: 0, masses: [1] }
  const decided: { n: number; probability: number }[] = []
  let mean = 0
  for (let n = 0; n < most; ) {
    const more = nextBatch(n, { every, most, spread })
    n += more
    mean += more * sum(alive.masses)
    alive = trimmed(grown(alive, more, rate))
    if (n < least) continue

    const open = alive.masses.map((mass, index) =>
      isDecided({ k: alive.lowest + index, n }) ? 0 : mass,
    )
    const probability = sum(alive.masses) - sum(open)
    if (probability > 0) decided.push({ n, probability })
    alive = trimmed({ lowest: alive.lowest, masses: open })
  }
  return { decided, undecided: sum(alive.masses), mean }
}

/** Trials from the look after `n` of them to the next: whole batches, and at the end what is left. */
export function nextBatch(
  n: number,
  {
    every,
    most,
    spread,
  }: { readonly every: number; readonly most: number; readonly spread: number },
): number {
  const batches = Math.max(1, Math.floor((n * spread) / every))
  return Math.min(every * batches, most - n)
}

/** Probabilities of `lowest`, `lowest` + 1, … events without a decision. */
interface Alive {
  readonly lowest: number
  readonly masses: readonly number[]
}

function grown({ lowest, masses }: Alive, trials: number, rate: number): Alive {
  const more = trimmed(asAlive(binomialProbabilities({ n: trials, rate })))
  const sums = Array.from({ length: masses.length + more.masses.length - 1 }, () => 0)
  masses.forEach((mass, place) => {
    if (mass === 0) return
    more.masses.forEach((probability, further) => {
      sums[place + further] = (sums[place + further] ?? 0) + mass * probability
    })
  })
  return { lowest: lowest + more.lowest, masses: sums }
}

function asAlive({
  lowest,
  probabilities,
}: {
  readonly lowest: number
  readonly probabilities: readonly number[]
}): Alive {
  return { lowest, masses: probabilities }
}

/** Without what is improbable at either end. */
function trimmed({ lowest, masses }: Alive): Alive {
  const isLikely = (mass: number) => mass > 1e-16
  const from = masses.findIndex(isLikely)
  if (from === -1) return { lowest, masses: [] }
  return { lowest: lowest + from, masses: masses.slice(from, masses.findLastIndex(isLikely) + 1) }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
