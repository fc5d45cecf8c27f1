import type { LanguageModelV4Content, LanguageModelV4GenerateResult } from '@ai-sdk/provider'
import type { Finish, ToolCall } from '../../../records/event.ts'
import { readError } from '../failure/read-error.ts'
import { at, parseJson, textAt } from '../read-json.ts'

/** A turn as it was read from a provider's answer. */
export interface ReadAnswer {
  /** As it is sent back with the next request. */
  readonly answer: LanguageModelV4GenerateResult
  readonly text: string
  readonly reasoning: string | null
  readonly calls: readonly ToolCall[]
  readonly finish: Finish
  /** In the provider's own word. */
  readonly finishReason: string
}

/**
 * Reads what the provider's package has made of an answer, and from the body what the package leaves out.
 *
 * @param response the body as it came
 * @param taken ids of earlier calls; those of this answer are added
 * @throws Error for what a package takes for an answer and is none
 */
export function readAnswer(
  given: LanguageModelV4GenerateResult,
  { response, taken }: { readonly response: string; readonly taken: Set<string> },
): ReadAnswer {
  if (!isTurn(given, response)) throw new Error('the answer holds no turn')
  const body = parseJson(response)
  const answer = withRefusal(given, refusalIn(body))
  const calls = callsOf(answer, response, taken)
  return {
    answer,
    text: answer.content.map((part) => (part.type === 'text' ? part.text : '')).join(''),
    reasoning: reasoningOf(answer),
    calls,
    finish: finishOf(answer, body, calls.length > 0),
    finishReason: cutReason(body) ?? answer.finishReason.raw ?? answer.finishReason.unified,
  }
}

/**
 * Google's package makes an empty answer of any object, and others make one of what went wrong half-way. Taken at its word, a
 * server gone wrong would be an agent that has nothing to say.
 */
function isTurn({ content, finishReason }: LanguageModelV4GenerateResult, body: string): boolean {
  const saysNothing = content.length === 0 && finishReason.raw === undefined
  return readError(body) === null && !(saysNothing && finishReason.unified === 'other')
}

/** What the model said in the field that a protocol has for declining. */
function refusalIn(body: unknown): string {
  const ofChat = textAt(body, 'choices', 0, 'message', 'refusal') ?? ''
  if (ofChat !== '') return ofChat
  const items = at(body, 'output')
  return (Array.isArray(items) ? items : [])
    .flatMap((item) => at(item, 'content'))
    .map((part) => (at(part, 'type') === 'refusal' ? (textAt(part, 'refusal') ?? '') : ''))
    .join('')
}

/** Not every package reads that field. It is something that the model has said. */
function withRefusal(
  answer: LanguageModelV4GenerateResult,
  refusal: string,
): LanguageModelV4GenerateResult {
  const isRead = answer.content.some((part) => part.type === 'text' && part.text === refusal)
  if (refusal === '' || isRead) return answer
  return { ...answer, content: [...answer.content, { type: 'text', text: refusal }] }
}

/** The calls with ids that are unique in the conversation: some servers count anew in each answer, or give none. */
function callsOf(
  { content }: LanguageModelV4GenerateResult,
  response: string,
  taken: Set<string>,
): ToolCall[] {
  return content.flatMap((part) => {
    if (part.type !== 'tool-call' || part.providerExecuted === true) return []
    // Where a server gives no id the library draws one by a chance of its own, which no seed repeats.
    const given = response.includes(JSON.stringify(part.toolCallId)) ? part.toolCallId : ''
    let id = given === '' ? 'call-1' : given
    for (let number = 2; taken.has(id); number++) id = `${given || 'call'}-${number}`
    taken.add(id)
    return [{ id, tool: part.toolName, args: argumentsOf(part.input) }]
  })
}

/** Parsed where they are JSON, else as they were written; some servers write none at all for an empty object. */
function argumentsOf(written: string): unknown {
  if (written.trim() === '') return {}
  try {
    return JSON.parse(written)
  } catch {
    // The harness tells the agent that its call is malformed, and the record shows how.
    return written
  }
}

function reasoningOf(answer: LanguageModelV4GenerateResult): string | null {
  const parts = answer.content.filter((part) => part.type === 'reasoning')
  const said = parts.map(({ text }) => text).filter((text) => text !== '')
  if (said.length > 0) return said.join('\n\n')
  const sealed = parts.filter(isSealed).length || sealedBeside(answer)
  if (sealed === 0) return null
  return `(${sealed} ${sealed === 1 ? 'part' : 'parts'} of reasoning, encrypted by the provider)`
}

/** It stands for reasoning only its provider can read: a ciphertext, or a signature without what it signs. */
function isSealed({ providerMetadata }: LanguageModelV4Content): boolean {
  return Object.values(providerMetadata ?? {}).some((ofProvider) =>
    SEALS.some((key) => typeof ofProvider[key] === 'string' && ofProvider[key] !== ''),
  )
}

const SEALS = ['reasoningEncryptedContent', 'redactedData', 'signature', 'thoughtSignature']

/** OpenRouter's package makes no part of it. */
function sealedBeside({ providerMetadata }: LanguageModelV4GenerateResult): number {
  const details = providerMetadata?.['openrouter']?.['reasoning_details']
  return Array.isArray(details)
    ? details.filter((detail) => at(detail, 'type') === 'reasoning.encrypted').length
    : 0
}

function finishOf(answer: LanguageModelV4GenerateResult, body: unknown, hasCalls: boolean): Finish {
  // Packages call it a filter, but it is the model that has declined.
  if (refusalIn(body) !== '' || at(body, 'stop_reason') === 'refusal') return 'refusal'
  const cut = cutReason(body)
  if (cut === 'max_output_tokens') return 'length'
  if (cut === 'content_filter') return 'content-filter'
  const { unified, raw } = answer.finishReason
  // Bedrock's package does not know this word of Anthropic's.
  if (raw === 'model_context_window_exceeded') return 'length'
  if (unified === 'length' || unified === 'content-filter') return unified
  // Some servers say that it has stopped where it calls.
  if (hasCalls || unified === 'tool-calls') return 'tool-calls'
  return unified === 'stop' ? 'stop' : 'other'
}

/** Where the protocol of responses says why an answer is not whole. */
function cutReason(body: unknown): string | null {
  return textAt(body, 'incomplete_details', 'reason')
}
