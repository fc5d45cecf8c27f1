/** A connection is accepted in one round of the event loop, read in another and answered in a third. */
const ROUNDS = 3

/** Lets everything that waits go first: work that is done between two answers to it holds up nobody for longer than one piece of it takes. */
export async function giveWay(): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
}
