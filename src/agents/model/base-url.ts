import { UsageError } from '../../support/errors.ts'
import type { AgentResources } from '../agent.ts'
import type { Environment, Provider } from './provider.ts'

/**
 * Where the provider is reached: as the run was, or as the user says now, or where it always is.
 *
 * @param recorded the run's, when it is resumed
 * @throws UsageError when there is no address, and for one that will not do
 */
export function baseUrlOf(
  provider: Provider,
  { modelBaseUrl, environment }: Pick<AgentResources, 'modelBaseUrl' | 'environment'>,
  recorded: string | null,
): string {
  const variable = provider.baseUrlVariable
  const usual = provider.baseUrl(environment)
  const now =
    modelBaseUrl === null
      ? (addressIn(variable, environment) ?? usual)
      : checkUrl(modelBaseUrl, '--model-base-url')
  const chosen = recorded === null ? now : checkUrl(recorded, 'the run')
  if (chosen === null) {
    throw new UsageError(
      `There is no address for ${provider.title}: give it with ${[...provider.addressVariables, '--model-base-url', variable].join(' or ')}, for example http://127.0.0.1:8000/v1`,
    )
  }
  // A run's file may come from somebody else: the key goes to an address in it only if the user names that address too.
  if (recorded !== null && chosen !== now && chosen !== usual && !isLoopback(chosen)) {
    throw new UsageError(
      `The run asked ${provider.title} at ${chosen}: to send your key there, repeat it with --model-base-url or ${variable}`,
    )
  }
  return chosen
}

/** Where a provider is reached if neither a flag nor a run names another address. Null: nowhere. */
export function addressOf(provider: Provider, environment: Environment): string | null {
  return addressIn(provider.baseUrlVariable, environment) ?? provider.baseUrl(environment)
}

/** Packages that are loaded read the same variable, and fail where it is set to nothing. */
function addressIn(variable: string, environment: Environment): string | null {
  const text = environment[variable]?.trim()
  if (text === undefined) return null
  if (text === '')
    throw new UsageError(`${variable} is set to nothing: unset it, or give an address`)
  return checkUrl(text, variable)
}

function checkUrl(text: string, from: string): string {
  const wanted = 'an address like http://127.0.0.1:8000/v1, without password and query'
  if (!URL.canParse(text)) throw new UsageError(`${from} must be ${wanted}`)
  const url = new URL(text)
  const plain = url.username === '' && url.password === '' && url.search === '' && url.hash === ''
  // The address is not repeated: what is wrong about it may be that there is a key in it.
  if (!plain || !/^https?:$/.test(url.protocol)) throw new UsageError(`${from} must be ${wanted}`)
  return url.href.replace(/\/+$/, '')
}

function isLoopback(address: string): boolean {
  const { hostname } = new URL(address)
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)
}
