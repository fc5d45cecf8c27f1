import type { KnownModel } from '../../records/model.ts'
import { mostOfCall } from './cost-of.ts'
import { at, parseJson } from './read-json.ts'
import type { Exchange } from './wire/recording-fetch.ts'

/** The most that a request as it was sent can cost, in US dollars; 0 where no price is known. */
export function mostOfExchange({ request }: Exchange, known: KnownModel | null): number {
  return most(request, maxTokensIn(request), known)
}

/** The same of a request that brought no answer for certain: of reading it. */
export function mostOfReading({ request }: Exchange, known: KnownModel | null): number {
  return most(request, 0, known)
}

function most(request: string, maxTokens: number | null, known: KnownModel | null): number {
  if (known === null) return 0
  return mostOfCall(Buffer.byteLength(request), maxTokens, known) ?? 0
}

/** What the request lets the model write: a package may have added what is meant for reasoning to what we asked for. */
function maxTokensIn(request: string): number | null {
  const body = parseJson(request)
  const found = PLACES.map((path) => at(body, ...path)).filter(
    (tokens) => typeof tokens === 'number',
  )
  return found.length === 0 ? null : Math.max(...found)
}

const PLACES = [
  ['max_tokens'],
  ['max_completion_tokens'],
  ['max_output_tokens'],
  ['generationConfig', 'maxOutputTokens'],
  ['inferenceConfig', 'maxTokens'],
] as const
