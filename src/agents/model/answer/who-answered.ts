import { at, parseJson, textAt } from '../read-json.ts'

/** What an answer says of where it comes from. Others wrote it: any of it may be made up. */
export interface WhoAnswered {
  /** The model that is named as having answered; null: none is. */
  readonly answeredBy: string | null
  /** The build that has answered, where there is a word for it. */
  readonly fingerprint: string | null
  /** What was in force, by the provider's own names. */
  readonly settings: Readonly<Record<string, unknown>>
}

/**
 * Reads a body as it came over the wire, in whichever protocol: each has places of its own for what it says, and none is used
 * by two for different things. Whatever is not there, or not of the right form, is left out.
 */
export function whoAnswered(response: string): WhoAnswered {
  const body = parseJson(response)
  return {
    answeredBy: firstName(textAt(body, 'model'), textAt(body, 'modelVersion')),
    fingerprint: firstName(textAt(body, 'system_fingerprint')),
    settings: Object.fromEntries(
      SETTINGS.flatMap((path) => {
        const value = setting(at(body, ...path))
        return value === undefined ? [] : [[path.join('.'), value]]
      }),
    ),
  }
}

const SETTINGS: readonly (readonly string[])[] = [
  // OpenAI, xAI, Azure and OpenRouter. Responses tell all that was in force, what was not asked for included.
  ['temperature'],
  ['top_p'],
  ['max_output_tokens'],
  ['presence_penalty'],
  ['frequency_penalty'],
  ['reasoning', 'effort'],
  ['reasoning', 'summary'],
  ['reasoning', 'mode'],
  ['reasoning', 'context'],
  ['text', 'verbosity'],
  ['tool_choice'],
  ['parallel_tool_calls'],
  ['truncation'],
  ['service_tier'],
  ['store'],
  // OpenRouter: whose machines it has passed the request on to.
  ['provider'],
  // Anthropic.
  ['usage', 'service_tier'],
  ['usage', 'inference_geo'],
  ['usage', 'speed'],
  // Google, Vertex.
  ['usageMetadata', 'serviceTier'],
  ['usageMetadata', 'trafficType'],
  // Bedrock.
  ['performanceConfig', 'latency'],
  ['serviceTier', 'type'],
]

/** Longer ones name nothing. */
const NAME_LENGTH_MAX = 200

function firstName(...names: readonly (string | null)[]): string | null {
  const name = names.find((each) => each !== null && each !== '')
  return name?.slice(0, NAME_LENGTH_MAX) ?? null
}

function setting(value: unknown): string | number | boolean | undefined {
  switch (typeof value) {
    case 'string':
      return value.slice(0, NAME_LENGTH_MAX)
    case 'number':
    case 'boolean':
      return value
    default:
      return undefined
  }
}
