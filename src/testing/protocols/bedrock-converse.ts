import { z } from 'zod'
import { argumentValue, type Protocol, type ServedMessage, type Spoken } from '../served-model.ts'
import { isInTurn, Words } from './text-of.ts'

/** Amazon's `converse`. */
export const bedrockConverse: Protocol = {
  id: 'bedrock-converse',
  owns: (path) => path.endsWith('/converse'),
  read: (body, path) => {
    const { system, messages } = Request.parse(body)
    const text = system.map((part) => part.text).join('')
    const first: ServedMessage[] = text === '' ? [] : [{ role: 'system', text, calls: [] }]
    return {
      model: decodeURIComponent(/\/model\/([^/]+)\/converse$/.exec(path)?.[1] ?? ''),
      conversation: [...first, ...messages.flatMap(readMessage)],
    }
  },
  write: answer,
  error: (_, message) => ({ message }),
  nothing: { output: null },
}

const Block = z.union([
  z.object({ text: Words }),
  z.object({
    toolUse: z.object({
      toolUseId: z.string(),
      name: z.string(),
      // Anything else is refused.
      input: z.record(z.string(), z.unknown()),
    }),
  }),
  z.object({
    toolResult: z.object({
      toolUseId: z.string(),
      content: z.array(z.object({ text: z.string() })),
    }),
  }),
  z.object({ reasoningContent: z.looseObject({}) }),
])
type Block = z.infer<typeof Block>

const Message = z.object({ role: z.enum(['user', 'assistant']), content: z.array(Block).min(1) })

const Request = z.object({
  system: z.array(z.object({ text: z.string() })).default([]),
  messages: z.array(Message).refine(isInTurn),
})

function readMessage({ role, content }: z.infer<typeof Message>): ServedMessage[] {
  const text = content.map((block) => ('text' in block ? block.text : '')).join('')
  if (role === 'assistant') return [{ role, text, calls: content.flatMap(readCall) }]
  const results = content.flatMap((block): ServedMessage[] =>
    'toolResult' in block
      ? [
          {
            role: 'tool',
            text: block.toolResult.content.map((part) => part.text).join(''),
            calls: [],
          },
        ]
      : [],
  )
  return text === '' ? results : [...results, { role, text, calls: [] }]
}

function readCall(block: Block): ServedMessage['calls'] {
  if (!('toolUse' in block)) return []
  const { toolUseId, name, input } = block.toolUse
  return [{ id: toolUseId, tool: name, args: JSON.stringify(input) }]
}

function answer({ turn, number, tokens }: Spoken): unknown {
  const calls = turn.calls ?? []
  return {
    output: {
      message: {
        role: 'assistant',
        content: [
          ...(turn.reasoning === undefined
            ? []
            : [
                {
                  reasoningContent: {
                    reasoningText: { text: turn.reasoning, signature: `signed-${number}` },
                  },
                },
              ]),
          ...(turn.sealed === undefined
            ? []
            : [{ reasoningContent: { redactedContent: turn.sealed } }]),
          ...(turn.text === undefined ? [] : [{ text: turn.text }]),
          ...calls.map((call, index) => ({
            toolUse: {
              toolUseId: call.id ?? `tooluse_${number}_${index + 1}`,
              name: call.tool,
              input: argumentValue(call.args),
            },
          })),
        ],
      },
    },
    stopReason: STOPS[turn.finish ?? (calls.length > 0 ? 'tool_calls' : 'stop')],
    usage: {
      inputTokens: tokens.input - tokens.cached,
      cacheReadInputTokens: tokens.cached,
      cacheWriteInputTokens: 0,
      outputTokens: tokens.output,
      totalTokens: tokens.input + tokens.output,
    },
    metrics: { latencyMs: 1 },
  }
}

const STOPS = {
  stop: 'end_turn',
  tool_calls: 'tool_use',
  length: 'max_tokens',
  content_filter: 'content_filtered',
  refusal: 'guardrail_intervened',
} as const
