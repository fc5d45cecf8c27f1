import { addressOf } from '../../agents/model/base-url.ts'
import type { Provider } from '../../agents/model/provider.ts'
import { at, parseJson, textAt } from '../../agents/model/read-json.ts'
import { readKey } from '../../agents/model/read-key.ts'
import { UsageError } from '../../support/errors.ts'
import type { Environment } from '../environment/open-environment.ts'
import { askAddress } from './ask-address.ts'

/** A provider as it stands here. */
export interface ProviderFinding {
  readonly provider: string
  readonly title: string
  readonly keyVariables: readonly string[]
  readonly keyNeeded: boolean
  /** Variables that are set. Their values are never shown. */
  readonly keysPresent: readonly string[]
  readonly address: string | null
  /** What keeps it from being asked; null: nothing that can be told without asking. */
  readonly problem: string | null
  /** Models that it says it has; null: it was not asked, or did not say. */
  readonly serves: readonly string[] | null
  /** Why it did not say, where it was asked. */
  readonly silence: string | null
}

/** @param askMs how long each that is configured is waited for when it is asked for its models; null: none is asked */
export async function findProviders(
  providers: readonly Provider[],
  environment: Environment,
  { askMs }: { readonly askMs: number | null },
): Promise<ProviderFinding[]> {
  return Promise.all(
    providers.map(async (provider) => {
      const found = { ...lookAt(provider, environment), serves: null, silence: null }
      if (askMs === null || found.problem !== null || found.address === null) return found
      return { ...found, ...(await modelsOf(provider, found.address, environment, askMs)) }
    }),
  )
}

function lookAt(
  provider: Provider,
  environment: Environment,
): Omit<ProviderFinding, 'serves' | 'silence'> {
  const { id, title, keyVariables, keyNeeded, baseUrlVariable, addressVariables } = provider
  const keysPresent = keyVariables.filter((name) => (environment[name]?.trim() ?? '') !== '')
  const about = { provider: id, title, keyVariables, keyNeeded, keysPresent }
  try {
    readKey(keyVariables, environment)
    const address = addressOf(provider, environment)
    const names = [...addressVariables, baseUrlVariable].join(' or ')
    const noKey = keyNeeded && keysPresent.length === 0
    const problem = noKey ? 'no key' : address === null ? `no address: set ${names}` : null
    return { ...about, address, problem }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    return { ...about, address: null, problem: error.message }
  }
}

async function modelsOf(
  { keyCheck, keyVariables }: Provider,
  address: string,
  environment: Environment,
  timeoutMs: number,
): Promise<Pick<ProviderFinding, 'serves' | 'silence'>> {
  const none = (silence: string) => ({ serves: null, silence })
  if (keyCheck === null) return none('it has no list that is had simply')
  const headers = keyCheck.headers(readKey(keyVariables, environment) ?? '')
  const answer = await askAddress(`${address}/models${queryOf(keyCheck.path(environment))}`, {
    headers,
    timeoutMs,
  })
  if (answer.kind === 'none') return none(answer.why)
  if (answer.status !== 200) return none(`status ${answer.status}`)
  const names = namesIn(parseJson(answer.body))
  return names === null ? none('its answer is no list of models') : { serves: names, silence: null }
}

/** Versions and sizes of pages are the same for all that is asked of a provider. */
function queryOf(path: string): string {
  return path.includes('?') ? path.slice(path.indexOf('?')) : ''
}

/** `data` and `id` with all providers but Google, which writes `models/NAME`. */
function namesIn(json: unknown): string[] | null {
  const list = at(json, 'data') ?? at(json, 'models')
  if (!Array.isArray(list)) return null
  const names = list.map((each) => textAt(each, 'id') ?? textAt(each, 'name'))
  return names
    .filter((name) => name !== null)
    .map((name) => name.replace(/^models\//, ''))
    .toSorted()
}
