import type { Effort, Generation } from '../../../records/model.ts'
import { UsageError } from '../../../support/errors.ts'
import type { Environment, OwnOptions, Provider } from '../provider.ts'
import { readAddressPart, readKey } from '../read-key.ts'
import { type ClaudeTraits, refuseReasoningTokens, thinkingBudget } from '../thinking-budget.ts'

const TOKEN = 'AWS_BEARER_TOKEN_BEDROCK'
const TITLE = 'Amazon Bedrock'

/** Asked with a key of its own or with a pair of AWS; profiles, files and roles of machines are not looked at. */
export const bedrock: Provider = {
  id: 'bedrock',
  title: TITLE,
  keyVariables: [TOKEN, 'AWS_ACCESS_KEY_ID'],
  secretVariables: [TOKEN, 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'],
  keyNeeded: true,
  baseUrlVariable: 'AWS_ENDPOINT_URL_BEDROCK_RUNTIME',
  addressVariables: ['AWS_REGION'],
  recordedVariables: [],
  keyCheck: null,
  baseUrl: addressOf,
  load: async (environment) => {
    const credentials = credentialsOf(environment)
    const [{ createAmazonBedrock }, { getModelCapabilities }] = await Promise.all([
      import('@ai-sdk/amazon-bedrock'),
      import('@ai-sdk/anthropic/internal'),
    ])
    const { region, ...keys } = credentials
    const secrets = Object.values(keys).filter((secret) => secret !== '')
    return {
      secrets: () => secrets,
      create: ({ name, baseURL, fetch }) =>
        createAmazonBedrock({ ...keys, region, baseURL, fetch })(name),
      optionsFor: (name, generation) => ownOptions(name, generation, getModelCapabilities(name)),
    }
  },
}

function addressOf(environment: Environment): string | null {
  const region = readAddressPart('AWS_REGION', environment)
  if (region === null) return null
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  return `https://bedrock-runtime.${region}.${domain}`
}

/** The package looks into the environment for all that is undefined, but not for what is empty. */
function credentialsOf(environment: Environment): {
  readonly region: string
  readonly apiKey: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
} {
  // Without a region the address is the user's own, and the key in it is not bound to one.
  const region = readAddressPart('AWS_REGION', environment) ?? ''
  const apiKey = readKey([TOKEN], environment)
  if (apiKey !== null) return { region, apiKey, accessKeyId: '', secretAccessKey: '' }

  const accessKeyId = readKey(['AWS_ACCESS_KEY_ID'], environment)
  const secretAccessKey = readKey(['AWS_SECRET_ACCESS_KEY'], environment)
  if (accessKeyId === null || secretAccessKey === null) {
    throw new UsageError(
      `There is no key for ${TITLE}: set ${TOKEN}, or both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, in the environment or in .env`,
    )
  }
  if (region === '') {
    throw new UsageError(
      `${TITLE} is asked with keys that hold for a region: set AWS_REGION in the environment or in .env`,
    )
  }
  const sessionToken = readKey(['AWS_SESSION_TOKEN'], environment)
  return {
    region,
    apiKey: '',
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === null ? {} : { sessionToken }),
  }
}

function ownOptions(name: string, generation: Generation, traits: ClaudeTraits): OwnOptions {
  if (!name.includes('anthropic')) {
    refuseReasoningTokens(`${TITLE} for ${name}`, generation)
    refuseUnbounded(name, generation)
    return { providerOptions: {} }
  }
  const budget = thinkingBudget(name, generation, traits)
  if (budget !== null) {
    const { budgetTokens, maxOutputTokens } = budget
    return {
      reasoning: 'provider-default',
      maxOutputTokens,
      providerOptions: { bedrock: { reasoningConfig: { type: 'enabled', budgetTokens } } },
    }
  }
  const { effort } = generation
  if (effort === undefined || effort === 'none') return { providerOptions: {} }
  return {
    reasoning: 'provider-default',
    providerOptions: {
      bedrock: {
        reasoningConfig: {
          type: 'adaptive',
          maxReasoningEffort: EFFORTS[effort],
          // Without being asked, newer models keep to themselves what they think.
          display: 'summarized',
        },
      },
    },
  }
}

/**
 * Amazon's own models that reason refuse a bound of the turn where they are to think hard, and the package leaves it out in
 * silence: the turn would have none.
 */
function refuseUnbounded(name: string, { effort = 'none', maxTokens }: Generation): void {
  if (maxTokens === undefined || !name.includes('amazon.nova-2') || !HARD.has(effort)) return
  throw new UsageError(
    `${name} takes no maxTokens where it thinks with effort ${effort}: leave out one of them`,
  )
}

const HARD: ReadonlySet<Effort> = new Set(['high', 'xhigh', 'max'])

/** As Bedrock has them. */
const EFFORTS = {
  minimal: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'max',
  max: 'max',
} as const
