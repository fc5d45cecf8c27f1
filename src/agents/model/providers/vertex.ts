import type { createGoogleVertex } from '@ai-sdk/google-vertex'
import { UsageError } from '../../../support/errors.ts'
import type { Environment, LoadedProvider, Provider } from '../provider.ts'
import { readAddressPart, readKey, readSetting } from '../read-key.ts'
import { geminiOptions } from './google.ts'
import { readServiceAccount, type ServiceAccount, tokenSource } from './service-account.ts'

const KEY = 'GOOGLE_VERTEX_API_KEY'
const ACCOUNT_FILE = 'GOOGLE_APPLICATION_CREDENTIALS'
const TITLE = 'Google Vertex AI'

/** Asked with a key ("express mode") or as a service account; what a machine or `gcloud` would lend is not looked at. */
export const vertex: Provider = {
  id: 'vertex',
  title: TITLE,
  keyVariables: [KEY, ACCOUNT_FILE],
  secretVariables: [KEY],
  keyNeeded: true,
  baseUrlVariable: 'GOOGLE_VERTEX_BASE_URL',
  addressVariables: ['GOOGLE_VERTEX_PROJECT with GOOGLE_VERTEX_LOCATION'],
  recordedVariables: [],
  keyCheck: null,
  baseUrl: addressOf,
  load: async (environment) => {
    const apiKey = readKey([KEY], environment)
    const file = readSetting([ACCOUNT_FILE], environment)?.value ?? null
    if (apiKey === null && file === null) {
      throw new UsageError(
        `There is no key for ${TITLE}: set ${KEY}, or ${ACCOUNT_FILE} to the file of a service account, in the environment or in .env`,
      )
    }
    const account = apiKey === null && file !== null ? await readServiceAccount(file) : null
    const { createGoogleVertex } = await import('@ai-sdk/google-vertex')
    return account === null
      ? withKey(apiKey ?? '', createGoogleVertex)
      : asAccount(account, createGoogleVertex)
  },
}

type Create = typeof createGoogleVertex

function addressOf(environment: Environment): string | null {
  if (readKey([KEY], environment) !== null) {
    return 'https://aiplatform.googleapis.com/v1/publishers/google'
  }
  const project = readAddressPart('GOOGLE_VERTEX_PROJECT', environment)
  const location = readAddressPart('GOOGLE_VERTEX_LOCATION', environment)
  if (project === null || location === null) return null
  return `https://${hostOf(location)}/v1beta1/projects/${project}/locations/${location}/publishers/google`
}

function hostOf(location: string): string {
  if (location === 'global') return 'aiplatform.googleapis.com'
  if (location === 'eu' || location === 'us') return `aiplatform.${location}.rep.googleapis.com`
  return `${location}-aiplatform.googleapis.com`
}

function withKey(apiKey: string, create: Create): LoadedProvider {
  const secrets = [apiKey]
  return {
    secrets: () => secrets,
    create: ({ name, baseURL, fetch }) => create({ apiKey, baseURL, fetch })(name),
    optionsFor: geminiOptions,
  }
}

function asAccount(account: ServiceAccount, create: Create): LoadedProvider {
  const tokens = tokenSource(account)
  return {
    secrets: () => tokens.secrets(),
    create: ({ name, baseURL, fetch, clock }) =>
      create({
        // Empty and not undefined: the package would look for one in the environment.
        apiKey: '',
        baseURL,
        fetch,
        googleAuthOptions: {
          // Of a client that is handed over only this is called; without one, the package would look for credentials
          // in files and on the network.
          authClient: {
            getAccessToken: async () => ({ token: await tokens.token(clock) }),
          } as unknown as AuthClient,
        },
      })(name),
    optionsFor: geminiOptions,
  }
}

type AuthClient = NonNullable<
  NonNullable<NonNullable<Parameters<Create>[0]>['googleAuthOptions']>['authClient']
>
