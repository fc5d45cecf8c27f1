import { randomBytes } from 'node:crypto'
import { isIPv4 } from 'node:net'
import { UsageError } from '../../support/errors.ts'
import type { CommandContext } from '../command-context.ts'

/** The variable that a token of the user's own stands in. It is not handed on to what this program starts. */
export const VIEW_TOKEN = 'OFFSWITCH_VIEW_TOKEN'

const LETTERS_MIN = 16

/** What lets a reader in, and whether the user has chosen it: then it is not printed. */
export interface ViewToken {
  readonly token: string
  readonly isOwn: boolean
}

/**
 * The token of a server: the user's own, or one drawn for this time. Of a `.env` file nothing is taken: whoever has made it would
 * know the token.
 *
 * @throws UsageError for one that is too short, and where others could reach the server and the user has not chosen one
 */
export function viewToken(
  { environment }: Pick<CommandContext, 'environment'>,
  {
    host,
    token = environment[VIEW_TOKEN],
  }: { readonly host: string; readonly token?: string | undefined },
): ViewToken {
  if (token !== undefined && token !== '') {
    // It is not repeated: what is wrong with a secret is told without it.
    if (!/^[\w.~-]+$/.test(token) || token.length < LETTERS_MIN) {
      throw new UsageError(
        `Cannot use this token: it must have ${LETTERS_MIN} letters or more, of A to Z, a to z, 0 to 9 and . _ ~ -`,
      )
    }
    return { token, isOwn: true }
  }
  if (isLoopback(host)) return { token: randomBytes(24).toString('base64url'), isOwn: false }
  throw new UsageError(
    `Cannot serve on ${host} without a token of your own: other machines could reach it`,
    {
      hint: `Set ${VIEW_TOKEN} to ${LETTERS_MIN} letters or more, or reach this machine through a tunnel: ssh -L 7575:127.0.0.1:7575 HOST.`,
    },
  )
}

/** Whether only this machine can reach an address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'))
}
