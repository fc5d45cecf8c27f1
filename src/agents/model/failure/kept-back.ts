import type { Finish } from '../../../records/event.ts'
import type { ProviderError } from './read-error.ts'

/**
 * A request that was refused for what stands in the conversation. It is a turn without an answer: sent again, it would be refused
 * again, and it is the agent's conversation that has come to this.
 *
 * @returns null where it was refused for something else
 */
export function keptBack(
  status: number,
  { codes, words, flagged }: ProviderError,
): Extract<Finish, 'content-filter' | 'context-overflow'> | null {
  if (status < 400 || status > 500 || ELSEWHERE.has(status)) return null
  if (has(codes, OVERFLOW_CODES) || OVERFLOW_WORDS.test(words)) return 'context-overflow'
  if (status === 500) return null
  if (flagged || has(codes, FILTER_CODES) || FILTER_WORDS.test(words)) return 'content-filter'
  return null
}

/** Keys, money, addresses and limits of rate. */
const ELSEWHERE: ReadonlySet<number> = new Set([401, 402, 404, 408, 410, 429])

const OVERFLOW_CODES = ['context_length_exceeded', 'exceed_context_size_error']

/** As the providers put it that have no code for it; the trial's own words stand in none of these sentences. */
const OVERFLOW_WORDS =
  /prompt is too long|input is too long|exceeds? (the )?(available )?context (window|limit|size|length)|maximum (context|prompt) length|exceeds the maximum number of tokens|(greater|longer) than the (model's )?context length|context length of only|input tokens exceeded/i

const FILTER_CODES = [
  'content_filter',
  'content_policy_violation',
  'data_inspection_failed',
  'invalid_prompt',
  'moderation_blocked',
  'responsibleaipolicyviolation',
]

const FILTER_WORDS =
  /blocked by content filtering|(prompt|input|request|content) (was|has been) flagged|flagged as potentially violating|violates (our )?usage guidelines|content exists risk|content management policy/i

function has(codes: ReadonlySet<string>, known: readonly string[]): boolean {
  return known.some((code) => codes.has(code))
}
