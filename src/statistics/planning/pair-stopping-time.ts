import { binomialProbabilities } from '../binomial-probabilities.ts'
import { checkRate } from '../check-rate.ts'
import { isDifferenceShown } from './is-difference-shown.ts'
import type { StoppingTime } from './stopping-time.ts'

/**
 * When the difference of two rates is shown by its confidence sequence, if both streams are looked at
 * together and have the same number of trials. Exact, like `stoppingTime`, over all pairs of counts;
 * pairs that together have less than 1e-10 are left out at each look.
 *
 * `n` and `mean` are trials of each stream.
 *
 * @param level Of the sequence.
 * @throws RangeError for a rate outside [0, 1], or unless `every` and `most` are whole numbers from 1 on.
 */
export function pairStoppingTime({
  rates,
  level,
  every,
  least,
  most,
}: {
  readonly rates: readonly [number, number]
  readonly level: number
  readonly every: number
  readonly least: number
  readonly most: number
}): StoppingTime {
  for (const rate of rates) checkRate('stopping time', rate)
  for (const [name, value] of Object.entries({ every, most })) {
    if (Number.isSafeInteger(value) && value > 0) continue
    throw new RangeError(
      `Cannot compute stopping time: ${name} must be a whole number, 1 or more, but is ${value}`,
    )
  }

  let alive: Pairs = { low1: 0, low2: 0, rows: [[1]] }
  const decided: { n: number; probability: number }[] = []
  let mean = 0
  for (let n = 0; n < most && alive.rows.length > 0; ) {
    const more = Math.min(every, most - n)
    n += more
    mean += more * massOf(alive)
    alive = grownBy(alive, more, rates)
    if (n < least) continue

    let probability = 0
    const rows = alive.rows.map((row, place1) =>
      row.map((mass, place2) => {
        const first = { k: alive.low1 + place1, n }
        const second = { k: alive.low2 + place2, n }
        if (mass === 0 || !isDifferenceShown({ first, second, level })) return mass
        probability += mass
        return 0
      }),
    )
    if (probability > 0) decided.push({ n, probability })
    alive = trimmed({ ...alive, rows })
  }
  return { decided, undecided: massOf(alive), mean }
}

/** Probabilities of undecided pairs: rows by events of the first stream from `low1` on, columns by those of the second. */
interface Pairs {
  readonly low1: number
  readonly low2: number
  readonly rows: readonly (readonly number[])[]
}

/** Both streams go on independently: first along the columns, then along the rows. */
function grownBy(pairs: Pairs, trials: number, rates: readonly [number, number]): Pairs {
  const first = likely(trials, rates[0])
  const second = likely(trials, rates[1])
  const width = pairs.rows[0]?.length ?? 0
  const wide = pairs.rows.map((row) => {
    const sums = Array.from({ length: width + second.masses.length - 1 }, () => 0)
    row.forEach((mass, place) => {
      if (mass === 0) return
      second.masses.forEach((probability, further) => {
        sums[place + further] = (sums[place + further] ?? 0) + mass * probability
      })
    })
    return sums
  })
  const rows = Array.from({ length: wide.length + first.masses.length - 1 }, (_, place) => {
    const sums = Array.from({ length: wide[0]?.length ?? 0 }, () => 0)
    first.masses.forEach((probability, further) => {
      wide[place - further]?.forEach((mass, column) => {
        sums[column] = (sums[column] ?? 0) + mass * probability
      })
    })
    return sums
  })
  return trimmed({ low1: pairs.low1 + first.lowest, low2: pairs.low2 + second.lowest, rows })
}

function likely(n: number, rate: number): { readonly lowest: number; readonly masses: number[] } {
  const { lowest, probabilities } = binomialProbabilities({ n, rate })
  const from = probabilities.findIndex(isLikely)
  return {
    lowest: lowest + from,
    masses: probabilities.slice(from, probabilities.findLastIndex(isLikely) + 1),
  }
}

/** Without the rows and columns at the edges in which nothing is likely. */
function trimmed({ low1, low2, rows }: Pairs): Pairs {
  const isRowLikely = (row: readonly number[]) => row.some(isLikely)
  const top = rows.findIndex(isRowLikely)
  if (top === -1) return { low1, low2, rows: [] }
  const kept = rows.slice(top, rows.findLastIndex(isRowLikely) + 1)
  const left = Math.min(...kept.map((row) => row.findIndex(isLikely)).filter((at) => at !== -1))
  const right = Math.max(...kept.map((row) => row.findLastIndex(isLikely)))
  return {
    low1: low1 + top,
    low2: low2 + left,
    rows: kept.map((row) => row.slice(left, right + 1)),
  }
}

function isLikely(mass: number): boolean {
  return mass > 1e-15
}

function massOf({ rows }: Pairs): number {
  return rows.reduce((total, row) => total + row.reduce((sum, mass) => sum + mass, 0), 0)
}
