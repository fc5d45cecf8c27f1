/** The user asked a second time: what is in flight is given up. */
export class GivenUp extends Error {
  override readonly name = 'GivenUp'
}

/**
 * What Ctrl-C does to work of which several pieces are in flight: the first lets them end, the second gives them up.
 *
 * @param work what it is, as the beginning of a sentence, and its pieces
 */
export function askToStop(
  { say }: { say(line: string): void },
  { stopping, ending }: { readonly stopping: AbortController; readonly ending: AbortController },
  work: { readonly title: string; readonly pieces: string },
): void {
  if (stopping.signal.aborted) {
    say('Ending at once.')
    ending.abort(new GivenUp(`${work.title} was interrupted twice`))
    return
  }
  say(`Stopping: ${work.pieces} are waited for. Ctrl-C again ends at once.`)
  stopping.abort()
}
