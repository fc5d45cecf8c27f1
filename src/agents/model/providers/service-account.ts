import { createPrivateKey, createSign } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import type { Clock } from '../../../support/clock.ts'
import { HarnessError, UsageError } from '../../../support/errors.ts'

/** The file that Google hands out for one. */
const ServiceAccount = z.object({
  type: z.literal('service_account'),
  client_email: z.string(),
  private_key: z.string(),
  private_key_id: z.string().optional(),
  token_uri: z.url({ protocol: /^https?$/ }).default('https://oauth2.googleapis.com/token'),
})
export type ServiceAccount = z.infer<typeof ServiceAccount>

/** @throws UsageError for a file that is not there, or that is of no service account; nothing of it is repeated */
export async function readServiceAccount(file: string): Promise<ServiceAccount> {
  const refused = 'GOOGLE_APPLICATION_CREDENTIALS must name the JSON file of a service account'
  try {
    const account = ServiceAccount.parse(JSON.parse(await readFile(file, 'utf8')))
    createPrivateKey(account.private_key)
    return account
  } catch {
    // What is wrong with it may quote the key.
    throw new UsageError(refused)
  }
}

/** Hands out tokens that hold for an hour, each until shortly before it runs out. */
export interface TokenSource {
  /** @throws HarnessError (source `agent-api`) when Google gives none */
  token(clock: Clock): Promise<string>
  /** The account's own key, and all that was handed out and may still hold. The same list until there is another token. */
  secrets(): readonly string[]
}

interface Token {
  readonly value: string
  readonly untilMs: number
}

export function tokenSource(account: ServiceAccount): TokenSource {
  let current: Promise<Token> | null = null
  let held: readonly string[] = [account.private_key]

  return {
    token: async (clock) => {
      const before = current
      const inHand = await before?.catch(() => null)
      const holds = inHand && clock.now().getTime() < inHand.untilMs - SAFETY_MS
      // Only whoever finds the old one still in its place asks for another: the rest wait for that.
      if (!holds && current === before) current = requestToken(account, clock)
      const { value } = await (current ?? requestToken(account, clock))
      // The one before may still be under way.
      if (!held.includes(value)) held = [account.private_key, ...held.slice(1).slice(-1), value]
      return value
    },
    secrets: () => held,
  }
}

const SAFETY_MS = 120_000
const LIFETIME_S = 3600
const PATIENCE_MS = 30_000
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform'

const Granted = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().positive().default(LIFETIME_S),
})

/** RFC 7523: a statement signed with the account's key is exchanged for a token. What may pass is tried again. */
async function requestToken(account: ServiceAccount, clock: Clock): Promise<Token> {
  for (let attempt = 1; ; attempt++) {
    const nowMs = clock.now().getTime()
    const answer = await post(account, Math.floor(nowMs / 1000))
    if (typeof answer === 'object') {
      return { value: answer.access_token, untilMs: nowMs + answer.expires_in * 1000 }
    }
    const isRefused = answer >= 400 && answer < 500 && answer !== 429
    if (isRefused || attempt >= ATTEMPTS) {
      // Without more: what Google answers may repeat what it was sent.
      const reason = answer === NO_TOKEN ? 'nothing that can be read as one' : `status ${answer}`
      throw new HarnessError(
        `Google gave no token for the service account of GOOGLE_APPLICATION_CREDENTIALS: ${reason}`,
        { source: 'agent-api', stopsRun: isRefused },
      )
    }
    await clock.sleep(WAIT_MS * attempt)
  }
}

const ATTEMPTS = 3
const WAIT_MS = 1000
const NO_TOKEN = 0

/** @returns what was granted, or the status of what was answered instead */
async function post(
  account: ServiceAccount,
  nowSeconds: number,
): Promise<z.infer<typeof Granted> | number> {
  try {
    const answer = await fetch(account.token_uri, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE_MS),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion: signedStatement(account, nowSeconds),
      }).toString(),
    })
    return answer.ok ? Granted.parse(await answer.json()) : answer.status
  } catch {
    // Whatever broke, there is no token, and the error may hold what was sent.
    return NO_TOKEN
  }
}

function signedStatement(account: ServiceAccount, nowSeconds: number): string {
  const keyId = account.private_key_id
  const parts = [
    { alg: 'RS256', typ: 'JWT', ...(keyId === undefined ? {} : { kid: keyId }) },
    {
      iss: account.client_email,
      scope: SCOPE,
      aud: account.token_uri,
      iat: nowSeconds,
      exp: nowSeconds + LIFETIME_S,
    },
  ].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  const signed = parts.join('.')
  const signature = createSign('RSA-SHA256').update(signed).sign(account.private_key, 'base64url')
  return `${signed}.${signature}`
}
