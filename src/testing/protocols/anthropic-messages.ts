import { z } from 'zod'
import { argumentValue, type Protocol, type ServedMessage, type Spoken } from '../served-model.ts'
import { isInTurn, TextOf, Words } from './text-of.ts'

/** Anthropic's messages. */
export const anthropicMessages: Protocol = {
  id: 'anthropic-messages',
  owns: (path) => path.endsWith('/messages'),
  read: (body) => {
    const { model, system, messages } = Request.parse(body)
    const first: ServedMessage[] =
      system === '' ? [] : [{ role: 'system', text: system, calls: [] }]
    return { model, conversation: [...first, ...messages.flatMap(readMessage)] }
  },
  write: answer,
  error: (status, message) => ({
    type: 'error',
    error: { type: ERRORS[status] ?? 'api_error', message },
  }),
  nothing: { type: 'message', id: 'msg_0', role: 'assistant', content: null },
}

const ERRORS: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  429: 'rate_limit_error',
  529: 'overloaded_error',
}

const Block = z.union([
  z.object({ type: z.literal('text'), text: Words }),
  z.object({ type: z.literal('thinking'), thinking: z.string(), signature: z.string() }),
  z.object({ type: z.literal('redacted_thinking'), data: z.string() }),
  z.object({
    type: z.literal('tool_use'),
    id: z.string(),
    name: z.string(),
    // Anything else is refused.
    input: z.record(z.string(), z.unknown()),
  }),
  z.object({ type: z.literal('tool_result'), tool_use_id: z.string(), content: TextOf }),
])
type Block = z.infer<typeof Block>

const Message = z.object({ role: z.enum(['user', 'assistant']), content: z.array(Block).min(1) })

const Request = z.object({
  model: z.string(),
  max_tokens: z.int().positive(),
  system: TextOf,
  messages: z.array(Message).refine(isInTurn),
})

function readMessage({ role, content }: z.infer<typeof Message>): ServedMessage[] {
  const text = content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('')
  if (role === 'assistant') return [{ role, text, calls: content.flatMap(readCall) }]
  const results = content.flatMap((block): ServedMessage[] =>
    block.type === 'tool_result' ? [{ role: 'tool', text: block.content, calls: [] }] : [],
  )
  return text === '' ? results : [...results, { role, text, calls: [] }]
}

function readCall(block: Block): ServedMessage['calls'] {
  return block.type === 'tool_use'
    ? [{ id: block.id, tool: block.name, args: JSON.stringify(block.input) }]
    : []
}

function answer({ turn, model, number, tokens }: Spoken): unknown {
  const calls = turn.calls ?? []
  return {
    type: 'message',
    id: `msg_${number}`,
    role: 'assistant',
    model,
    content: [
      ...(turn.reasoning === undefined
        ? []
        : [{ type: 'thinking', thinking: turn.reasoning, signature: `signed-${number}` }]),
      ...(turn.sealed === undefined ? [] : [{ type: 'redacted_thinking', data: turn.sealed }]),
      ...(turn.text === undefined ? [] : [{ type: 'text', text: turn.text }]),
      ...calls.map((call, index) => ({
        type: 'tool_use',
        id: call.id ?? `toolu_${number}_${index + 1}`,
        name: call.tool,
        input: argumentValue(call.args),
      })),
    ],
    stop_reason: STOPS[turn.finish ?? (calls.length > 0 ? 'tool_calls' : 'stop')],
    stop_sequence: null,
    usage: {
      input_tokens: tokens.input - tokens.cached,
      cache_read_input_tokens: tokens.cached,
      cache_creation_input_tokens: 0,
      output_tokens: tokens.output,
      service_tier: 'standard',
    },
  }
}

const STOPS = {
  stop: 'end_turn',
  tool_calls: 'tool_use',
  length: 'max_tokens',
  content_filter: 'refusal',
  refusal: 'refusal',
} as const
