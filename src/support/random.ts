import { createHash } from 'node:crypto'

/** Seeded chance. The same seed gives the same draws on every machine. */
export interface Random {
  /** Uniform in [0, 1), 53 bits. */
  next(): number
  /** Uniform whole number from `low` to `high`, both included. */
  integer(low: number, high: number): number
  /** A new array in random order (Fisher–Yates). */
  shuffle<T>(items: readonly T[]): T[]
  /** A generator of its own for a named purpose: draws here do not shift draws there. */
  fork(purpose: string): Random
}

/** SHA-256 in counter mode over the seed: slow beside a register generator, but the seed is any text and streams never overlap. */
export function seededRandom(seed: string): Random {
  const stream = wordStream(seed)
  const random: Random = {
    next: () => {
      const high = stream() >>> 5
      const low = stream() >>> 6
      return (high * 2 ** 26 + low) / 2 ** 53
    },
    integer: (low, high) => low + Math.floor(random.next() * (high - low + 1)),
    shuffle: (items) => {
      const shuffled = [...items]
      for (let last = shuffled.length - 1; last > 0; last--) {
        const other = random.integer(0, last)
        const moved = shuffled[last] as (typeof shuffled)[number]
        shuffled[last] = shuffled[other] as (typeof shuffled)[number]
        shuffled[other] = moved
      }
      return shuffled
    },
    fork: (purpose) => seededRandom(`${seed}/${purpose}`),
  }
  return random
}

function wordStream(seed: string): () => number {
  let block = Buffer.alloc(0)
  let offset = 0
  let counter = 0
  return () => {
    if (offset >= block.length) {
      block = createHash('sha256').update(`${seed}#${counter++}`).digest()
      offset = 0
    }
    const word = block.readUInt32BE(offset)
    offset += 4
    return word
  }
}
