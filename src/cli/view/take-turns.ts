import { giveWay } from '../../support/give-way.ts'

/**
 * Makes the pieces of all that is handed to it one at a time, of each in its turn, and lets everything else go first in between: what
 * takes long holds up neither its like nor a page that asks for something small.
 */
export function createTurns(): <T>(pieces: AsyncIterable<T>) => AsyncGenerator<T> {
  let last: Promise<unknown> = Promise.resolve()

  return async function* inTurns(pieces) {
    const iterator = pieces[Symbol.asyncIterator]()
    try {
      for (;;) {
        const next = await turn(() => iterator.next())
        if (next.done === true) return
        yield next.value
      }
    } finally {
      await iterator.return?.()
    }
  }

  function turn<T>(work: () => Promise<T>): Promise<T> {
    const done = last.then(giveWay).then(work)
    // Whoever asked for it is told of its failure; the next in line is not.
    last = done.catch(() => undefined)
    return done
  }
}
