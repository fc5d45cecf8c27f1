import { UsageError } from '../../../support/errors.ts'
import type { Environment, Provider } from '../provider.ts'
import { needKey, readAddressPart } from '../read-key.ts'
import { refuseReasoningTokens } from '../thinking-budget.ts'
import { chatOptions, responsesOptions } from './openai.ts'

const AT_AZURE = {
  keyVariables: ['AZURE_API_KEY'],
  secretVariables: ['AZURE_API_KEY'],
  keyNeeded: true,
  baseUrlVariable: 'AZURE_BASE_URL',
  addressVariables: ['AZURE_RESOURCE_NAME'],
  recordedVariables: ['AZURE_API_VERSION'],
  keyCheck: { path: pathOfModels, headers: (key: string) => ({ 'api-key': key }) },
  baseUrl: addressOf,
} as const

/** Models are called by the names of their deployments. */
export const azure: Provider = {
  ...AT_AZURE,
  id: 'azure',
  title: 'Azure OpenAI',
  load: async (environment) => {
    const apiKey = needKey('Azure OpenAI', AT_AZURE.keyVariables, environment)
    const version = versionOf(environment)
    if (version.useDeploymentBasedUrls === true) {
      throw new UsageError(
        'An AZURE_API_VERSION with a date has no responses: use azure-chat, or unset it',
      )
    }
    const { createAzure } = await import('@ai-sdk/azure')
    const secrets = [apiKey]
    return {
      secrets: () => secrets,
      create: ({ name, baseURL, fetch }) =>
        createAzure({ apiKey, baseURL, fetch, ...version }).responses(name),
      optionsFor: (name, generation) => {
        refuseReasoningTokens('Azure OpenAI', generation)
        return responsesOptions('azure', name, generation)
      },
    }
  },
}

export const azureChat: Provider = {
  ...AT_AZURE,
  id: 'azure-chat',
  title: 'Azure OpenAI (chat completions)',
  load: async (environment) => {
    const apiKey = needKey('Azure OpenAI', AT_AZURE.keyVariables, environment)
    const version = versionOf(environment)
    const { createAzure } = await import('@ai-sdk/azure')
    const secrets = [apiKey]
    return {
      secrets: () => secrets,
      create: ({ name, baseURL, fetch }) =>
        createAzure({ apiKey, baseURL, fetch, ...version }).chat(name),
      optionsFor: (name, generation) => {
        refuseReasoningTokens('Azure OpenAI', generation)
        return chatOptions(name, generation)
      },
    }
  },
}

function addressOf(environment: Environment): string | null {
  const resource = readAddressPart('AZURE_RESOURCE_NAME', environment)
  if (resource === null) return null
  const root = `https://${resource}.openai.azure.com/openai`
  // An address that ends in `v1` is used as it stands; to any other the package adds the version.
  return readAddressPart('AZURE_API_VERSION', environment) === null ? `${root}/v1` : root
}

function pathOfModels(environment: Environment): string {
  const version = readAddressPart('AZURE_API_VERSION', environment)
  return version === null ? '/models' : `/models?api-version=${version}`
}

/** Versions with a date are those of before `v1`, when the deployment was part of the address. */
function versionOf(environment: Environment): {
  readonly apiVersion?: string
  readonly useDeploymentBasedUrls?: boolean
} {
  const apiVersion = readAddressPart('AZURE_API_VERSION', environment)
  if (apiVersion === null) return {}
  return { apiVersion, useDeploymentBasedUrls: /^\d{4}-/.test(apiVersion) }
}
