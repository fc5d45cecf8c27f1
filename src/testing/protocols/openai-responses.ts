import { z } from 'zod'
import { argumentText, type Protocol, type ServedMessage, type Spoken } from '../served-model.ts'
import { openAiError } from './openai-error.ts'
import { TextOf } from './text-of.ts'

/** OpenAI's responses, as Azure and xAI speak them too. */
export const openAiResponses: Protocol = {
  id: 'responses',
  owns: (path) => path.endsWith('/responses'),
  read: (body) => {
    const { model, input } = Request.parse(body)
    return { model, conversation: input.flatMap(readItem) }
  },
  write: answer,
  error: openAiError,
  nothing: { output: null },
}

const Item = z.union([
  z.object({ role: z.enum(['system', 'developer', 'user', 'assistant']), content: TextOf }),
  z.object({
    type: z.literal('function_call'),
    call_id: z.string(),
    name: z.string(),
    arguments: z.string(),
  }),
  z.object({ type: z.literal('function_call_output'), call_id: z.string(), output: TextOf }),
  z.object({ type: z.literal('reasoning') }),
])

const Request = z.object({ model: z.string(), input: z.array(Item) })

function readItem(item: z.infer<typeof Item>): ServedMessage[] {
  if ('role' in item) {
    return [
      { role: item.role === 'developer' ? 'system' : item.role, text: item.content, calls: [] },
    ]
  }
  switch (item.type) {
    case 'function_call':
      return [
        {
          role: 'assistant',
          text: '',
          calls: [{ id: item.call_id, tool: item.name, args: item.arguments }],
        },
      ]
    case 'function_call_output':
      return [{ role: 'tool', text: item.output, calls: [] }]
    case 'reasoning':
      return []
    default:
      return item satisfies never
  }
}

function answer({ turn, model, number, tokens }: Spoken): unknown {
  const cut = { length: 'max_output_tokens', content_filter: 'content_filter' }
  const reason =
    turn.finish === 'length' || turn.finish === 'content_filter' ? cut[turn.finish] : null
  const hasReasoning = turn.reasoning !== undefined || turn.sealed !== undefined
  return {
    id: `resp_${number}`,
    object: 'response',
    created_at: 0,
    model,
    status: reason === null ? 'completed' : 'incomplete',
    incomplete_details: reason === null ? null : { reason },
    output: [
      ...(hasReasoning ? [reasoningItem(turn.reasoning, turn.sealed, number)] : []),
      ...(turn.text === undefined ? [] : [messageItem(turn.text, turn.finish, number)]),
      ...(turn.calls ?? []).map((call, index) => ({
        type: 'function_call',
        id: `fc_${number}_${index + 1}`,
        call_id: call.id ?? `call_${number}_${index + 1}`,
        name: call.tool,
        arguments: argumentText(call.args),
        status: 'completed',
      })),
    ],
    usage: {
      input_tokens: tokens.input,
      input_tokens_details: { cached_tokens: tokens.cached },
      output_tokens: tokens.output,
      output_tokens_details: { reasoning_tokens: tokens.reasoning },
      total_tokens: tokens.input + tokens.output,
    },
  }
}

function reasoningItem(
  reasoning: string | undefined,
  sealed: string | undefined,
  number: number,
): unknown {
  return {
    type: 'reasoning',
    id: `rs_${number}`,
    status: 'completed',
    summary: reasoning === undefined ? [] : [{ type: 'summary_text', text: reasoning }],
    encrypted_content: sealed ?? `sealed-${number}`,
  }
}

function messageItem(text: string, finish: string | undefined, number: number): unknown {
  return {
    type: 'message',
    id: `msg_${number}`,
    role: 'assistant',
    status: 'completed',
    content: [
      finish === 'refusal'
        ? { type: 'refusal', refusal: text }
        : { type: 'output_text', text, annotations: [] },
    ],
  }
}
