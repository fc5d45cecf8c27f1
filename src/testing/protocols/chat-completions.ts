import { z } from 'zod'
import { argumentText, type Protocol, type ServedMessage, type Spoken } from '../served-model.ts'
import { openAiError } from './openai-error.ts'
import { TextOf } from './text-of.ts'

/**
 * OpenAI's chat completions, which many speak: reasoning stands in `reasoning_content`, as with vLLM and DeepSeek. Where a
 * request asks to `include` its usage, as only OpenRouter understands it, the answer has OpenRouter's own fields.
 */
export const chatCompletions: Protocol = {
  id: 'chat-completions',
  owns: (path) => path.endsWith('/chat/completions'),
  read: (body) => {
    const { model, messages } = Request.parse(body)
    return { model: model ?? 'deployed', conversation: messages.map(readMessage) }
  },
  write: (spoken, body) => {
    const isOpenRouter = Request.parse(body).usage?.include === true
    return isOpenRouter ? openRouterAnswer(spoken) : answer(spoken, reasoningContent(spoken))
  },
  error: openAiError,
  nothing: { choices: [] },
}

const Message = z.object({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
  content: TextOf,
  tool_calls: z
    .array(
      z.object({ id: z.string(), function: z.object({ name: z.string(), arguments: z.string() }) }),
    )
    .optional(),
})

const Request = z.object({
  // Where the address names a deployment, the body need not.
  model: z.string().optional(),
  messages: z.array(Message),
  usage: z.object({ include: z.boolean() }).optional(),
})

function readMessage(message: z.infer<typeof Message>): ServedMessage {
  return {
    role: message.role === 'developer' ? 'system' : message.role,
    text: message.content,
    calls: (message.tool_calls ?? []).map(({ id, function: called }) => ({
      id,
      tool: called.name,
      args: called.arguments,
    })),
  }
}

function answer({ turn, model, number, tokens }: Spoken, own: object): Record<string, unknown> {
  const calls = (turn.calls ?? []).map((call, index) => ({
    id: call.id ?? `call_${number}_${index + 1}`,
    type: 'function',
    function: { name: call.tool, arguments: argumentText(call.args) },
  }))
  const isRefusal = turn.finish === 'refusal'
  return {
    id: `chatcmpl-${number}`,
    object: 'chat.completion',
    created: 0,
    model,
    choices: [
      {
        index: 0,
        finish_reason: isRefusal
          ? 'stop'
          : (turn.finish ?? (calls.length > 0 ? 'tool_calls' : 'stop')),
        message: {
          role: 'assistant',
          content: isRefusal ? null : (turn.text ?? null),
          ...(isRefusal ? { refusal: turn.text ?? '' } : {}),
          ...own,
          ...(calls.length === 0 ? {} : { tool_calls: calls }),
        },
      },
    ],
    usage: {
      prompt_tokens: tokens.input,
      completion_tokens: tokens.output,
      total_tokens: tokens.input + tokens.output,
      prompt_tokens_details: { cached_tokens: tokens.cached },
      completion_tokens_details: { reasoning_tokens: tokens.reasoning },
    },
  }
}

function reasoningContent({ turn }: Spoken): object {
  return turn.reasoning === undefined ? {} : { reasoning_content: turn.reasoning }
}

/** A tenth of a cent a thousand tokens, in and out. */
const USD_A_TOKEN = 1e-6

function openRouterAnswer(spoken: Spoken): unknown {
  const { turn, number, tokens } = spoken
  const details = [
    ...(turn.reasoning === undefined
      ? []
      : [
          {
            type: 'reasoning.text',
            text: turn.reasoning,
            signature: `signed-${number}`,
            format: 'anthropic-claude-v1',
            index: 0,
          },
        ]),
    ...(turn.sealed === undefined
      ? []
      : [
          {
            type: 'reasoning.encrypted',
            data: turn.sealed,
            format: 'anthropic-claude-v1',
            index: 1,
          },
        ]),
  ]
  const own =
    details.length === 0 ? {} : { reasoning: turn.reasoning ?? null, reasoning_details: details }
  const { usage, ...rest } = answer(spoken, own)
  const cost = (tokens.input + tokens.output) * USD_A_TOKEN
  return { ...rest, provider: 'Upstream', usage: { ...Object(usage), cost } }
}
