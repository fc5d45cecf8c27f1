import { giveWay } from '../../support/give-way.ts'

/**
 * Makes the pieces of all that is handed to it one at a time, of each in its turn, and lets everything else go first in between: what
 * takes long holds up neither its like nor a page that asks for something small. What is given up while it waits is not made any more.
 */
export function createTurns(): <T>(pieces: AsyncIterable<T>) => AsyncIterableIterator<T, void> {
  let last: Promise<unknown> = Promise.resolve()

  // No generator: to one that waits for its turn nobody could say that it is given up.
  return function inTurns<T>(pieces: AsyncIterable<T>) {
    const iterator: AsyncIterator<T, void> = pieces[Symbol.asyncIterator]()
    let isGivenUp = false
    return {
      next: () => turn(async () => (isGivenUp ? OVER : await iterator.next())),
      async return() {
        isGivenUp = true
        await iterator.return?.()
        return OVER
      },
      [Symbol.asyncIterator]() {
        return this
      },
    }
  }

  function turn<T>(work: () => Promise<T>): Promise<T> {
    const done = last.then(giveWay).then(work)
    // Whoever asked for it is told of its failure; the next in line is not.
    last = done.catch(() => undefined)
    return done
  }
}

const OVER = { done: true, value: undefined } as const
