import { addressOf } from '../../agents/model/base-url.ts'
import { readErrorBody } from '../../agents/model/failure/read-error.ts'
import type { KeyCheck, Provider } from '../../agents/model/provider.ts'
import { parseJson } from '../../agents/model/read-json.ts'
import { readKey, readSetting } from '../../agents/model/read-key.ts'
import { UsageError } from '../../support/errors.ts'
import { createRedactor } from '../../support/redact.ts'
import type { Environment } from '../environment/open-environment.ts'
import { type Asked, askAddress } from '../models/ask-address.ts'
import type { KeyFinding } from './findings.ts'

/**
 * Asks each provider once for something that costs nothing and that only a good key is answered. All at the same time;
 * those that share a key and an address are asked once.
 */
export async function checkKeys(
  providers: readonly Provider[],
  environment: Environment,
  { timeoutMs }: { readonly timeoutMs: number },
): Promise<KeyFinding[]> {
  const asked = new Map<string, Promise<Asked>>()
  const ask = (url: string, headers: Readonly<Record<string, string>>): Promise<Asked> => {
    const once = JSON.stringify([url, headers])
    const answer = asked.get(once) ?? askAddress(url, { headers, timeoutMs })
    asked.set(once, answer)
    return answer
  }
  return Promise.all(
    providers.map(async (provider): Promise<KeyFinding> => {
      try {
        return { provider: provider.id, ...(await checkKey(provider, environment, ask)) }
      } catch (error) {
        if (!(error instanceof UsageError)) throw error
        return { provider: provider.id, outcome: 'unusable', detail: error.message }
      }
    }),
  )
}

type Verdict = Omit<KeyFinding, 'provider'>

async function checkKey(
  provider: Provider,
  environment: Environment,
  ask: (url: string, headers: Readonly<Record<string, string>>) => Promise<Asked>,
): Promise<Verdict> {
  const { keyVariables, keyNeeded, keyCheck } = provider
  const variable = readSetting(keyVariables, environment)?.variable ?? null
  if (variable === null && keyNeeded) {
    return { outcome: 'no-key', detail: `set ${keyVariables.join(' or ')}` }
  }
  if (keyCheck === null) {
    return { outcome: 'not-checked', detail: 'it has no request for this that costs nothing' }
  }
  const address = addressOf(provider, environment)
  if (address === null) {
    const names = [...provider.addressVariables, provider.baseUrlVariable]
    return { outcome: 'no-address', detail: `set ${names.join(' or ')}` }
  }
  const key = readKey(keyVariables, environment) ?? ''
  const answer = await ask(...requestOf(keyCheck, { address, key, environment }))
  // Before any of it is cut, or a part of a repeated key could be left.
  return judge(createRedactor([key]).value(answer), { address, variable })
}

function requestOf(
  check: KeyCheck,
  to: { readonly address: string; readonly key: string; readonly environment: Environment },
): [url: string, headers: Readonly<Record<string, string>>] {
  return [`${to.address}${check.path(to.environment)}`, check.headers(to.key)]
}

function judge(
  answer: Asked,
  { address, variable }: { readonly address: string; readonly variable: string | null },
): Verdict {
  if (answer.kind === 'none') return { outcome: 'no-answer', detail: `${address}: ${answer.why}` }
  const { status, body } = answer
  const words = readErrorBody(body).words.replace(/\.$/, '')
  const said = [`status ${status}`, words].filter((part) => part !== '').join(': ')
  if (status === 401 || ((status === 400 || status === 403) && OF_THE_KEY.test(words))) {
    return { outcome: 'refused', detail: `${said}. Put another key into ${variable ?? 'place'}` }
  }
  if (status === 403) {
    return {
      outcome: 'restricted',
      detail: `${said}. The key may not ask this; a run may work all the same`,
    }
  }
  if (status === 200 && parseJson(body) !== null) {
    return variable === null
      ? { outcome: 'good', detail: `${address} answers, and asks for no key` }
      : { outcome: 'good', detail: `${variable}, at ${address}` }
  }
  if ((status >= 200 && status < 400) || status === 404 || status === 405) {
    return {
      outcome: 'elsewhere',
      detail: `${address} answers, but is not such a provider (status ${status}). Check the address`,
    }
  }
  return { outcome: 'unclear', detail: `${said}. Try again later` }
}

/** Google and xAI refuse a key with a status that else means a malformed request. */
const OF_THE_KEY =
  /\b(api[ _-]?key|token)\b.*\b(not valid|invalid|incorrect|expired|revoked|disabled|leaked|unknown|not found)|\b(invalid|incorrect|expired|revoked|disabled|unknown)\b.*\b(api[ _-]?key|token)\b/i
