import type {
  JSONSchema7,
  LanguageModelV4Content,
  LanguageModelV4FunctionTool,
  LanguageModelV4GenerateResult,
  LanguageModelV4Message,
  LanguageModelV4Text,
  LanguageModelV4ToolCall,
  LanguageModelV4ToolCallPart,
  LanguageModelV4ToolResultPart,
} from '@ai-sdk/provider'
import { z } from 'zod'
import type { ToolCall } from '../../records/event.ts'
import type { Brief, Observation } from '../agent.ts'

/** A conversation as the provider's package is given it, all of it with each request. */
export interface Conversation {
  readonly messages: readonly LanguageModelV4Message[]
  readonly tools: readonly LanguageModelV4FunctionTool[]
  observe(observation: Observation): void
  /** Adds what the model has answered. `calls`: those that the harness was handed, in their order. */
  answered(answer: LanguageModelV4GenerateResult, calls: readonly ToolCall[]): void
}

/** @param options.emptyTurns whether a turn without a word and without a call stands in it; where one is refused it is left out */
export function startConversation(
  brief: Brief,
  { emptyTurns }: { readonly emptyTurns: boolean },
): Conversation {
  const messages: LanguageModelV4Message[] =
    brief.system === '' ? [] : [{ role: 'system', content: brief.system }]
  return {
    messages,
    tools: describeTools(brief),
    observe: (observation) => {
      const isUnanswered = observation.kind === 'continue' && messages.at(-1)?.role !== 'assistant'
      if (emptyTurns && isUnanswered) {
        messages.push({ role: 'assistant', content: [{ type: 'text', text: '' }] })
      }
      messages.push(messageOf(observation, brief))
    },
    answered: (answer, calls) => {
      const content = replayOf(answer.content, calls)
      if (content.length > 0) messages.push({ role: 'assistant', content, ...sealedOf(answer) })
    },
  }
}

function describeTools({ tools }: Brief): LanguageModelV4FunctionTool[] {
  return tools.map(({ name, description, input }) => ({
    type: 'function',
    name,
    description,
    // The schema is shown and not enforced: the harness judges the arguments, and needs them as they were sent.
    inputSchema: z.toJSONSchema(input, { target: 'draft-7', io: 'input' }) as JSONSchema7,
  }))
}

function messageOf(observation: Observation, brief: Brief): LanguageModelV4Message {
  switch (observation.kind) {
    case 'start':
      return { role: 'user', content: [{ type: 'text', text: brief.user }] }
    case 'continue':
      return { role: 'user', content: [{ type: 'text', text: observation.text }] }
    case 'tool-results':
      return {
        role: 'tool',
        content: observation.results.map(
          ({ callId, tool, output, isError }): LanguageModelV4ToolResultPart => ({
            type: 'tool-result',
            toolCallId: callId,
            toolName: nameOnWire(tool),
            output: { type: isError ? 'error-text' : 'text', value: output.toWellFormed() },
          }),
        ),
      }
    default:
      return observation satisfies never
  }
}

type AssistantPart = Extract<LanguageModelV4Message, { role: 'assistant' }>['content'][number]

/**
 * The answer as it is sent back, with its reasoning and all that the provider wants to see again. Tools that a provider runs
 * itself are never offered, so that what an answer says of them, and files and sources, are left out.
 */
function replayOf(
  content: readonly LanguageModelV4Content[],
  calls: readonly ToolCall[],
): AssistantPart[] {
  let next = 0
  const parts = content.flatMap((part): AssistantPart[] => {
    switch (part.type) {
      case 'text':
        return isBlank(part)
          ? []
          : [{ type: 'text', text: part.text.toWellFormed(), ...optionsOf(part) }]
      case 'reasoning':
        return [{ type: 'reasoning', text: part.text, ...optionsOf(part) }]
      case 'tool-call':
        return part.providerExecuted === true ? [] : [callPart(part, calls[next++])]
      default:
        return []
    }
  })
  // Providers refuse a message that ends in reasoning, even where their own model was cut off in the middle of it.
  const last = parts.findLastIndex(({ type }) => type !== 'reasoning')
  return parts.slice(0, last + 1)
}

/** Providers refuse text without a word in it, even what their own model has written. */
function isBlank({ text, providerMetadata }: LanguageModelV4Text): boolean {
  return text.trim() === '' && providerMetadata === undefined
}

function callPart(
  part: LanguageModelV4ToolCall,
  call: ToolCall | undefined,
): LanguageModelV4ToolCallPart {
  const args = call?.args
  return {
    type: 'tool-call',
    toolCallId: call?.id ?? part.toolCallId,
    toolName: nameOnWire(part.toolName),
    // Providers refuse arguments that are not an object, even those that their own model has written.
    input: isPlainObject(args) ? wellFormed(args) : {},
    ...optionsOf(part),
  }
}

function optionsOf({ providerMetadata }: LanguageModelV4Content): {
  providerOptions?: NonNullable<typeof providerMetadata>
} {
  return providerMetadata === undefined ? {} : { providerOptions: providerMetadata }
}

/** OpenRouter's package keeps reasoning that is sealed beside the message, and wants it back at that place. */
function sealedOf({ providerMetadata }: LanguageModelV4GenerateResult): {
  providerOptions?: NonNullable<typeof providerMetadata>
} {
  const details = providerMetadata?.['openrouter']?.['reasoning_details']
  return Array.isArray(details) && details.length > 0
    ? { providerOptions: { openrouter: { reasoning_details: details } } }
    : {}
}

/** Providers refuse a conversation that holds other names, even ones that their own model has made up. */
function nameOnWire(tool: string): string {
  return tool
    .replace(/[^\w-]/g, '_')
    .replace(/^(?![A-Za-z_])/, '_')
    .slice(0, 64)
}

/** Half of a character, as in text that was cut in its middle, is no JSON to a provider. */
function wellFormed(args: unknown): unknown {
  return JSON.parse(JSON.stringify(args), (_, value: unknown) =>
    typeof value === 'string' ? value.toWellFormed() : value,
  )
}

function isPlainObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
