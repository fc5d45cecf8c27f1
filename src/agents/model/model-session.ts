import type { JSONSchema7 } from '@ai-sdk/provider'
import type * as ai from 'ai'
import type { GenerateTextResult, LanguageModel, ModelMessage, ToolSet } from 'ai'
import { z } from 'zod'
import { type ModelCall, NO_USAGE, type ToolCall, type Usage } from '../../records/event.ts'
import type { Generation } from '../../records/model.ts'
import { invariant } from '../../support/errors.ts'
import type { AgentContext, AgentSession, AgentTurn, Brief, Observation } from '../agent.ts'
import { askProvider, type Patience } from './ask-provider.ts'
import type { Failure } from './judge-failure.ts'
import type { ModelSettings, Provider } from './providers.ts'
import { recordingFetch } from './recording-fetch.ts'

/** A model that can be asked: everything that `open` has looked up and loaded. */
export interface OpenedModel {
  readonly provider: Provider
  readonly name: string
  readonly apiKey: string
  readonly baseUrl: string
  readonly generation: Generation
  readonly patience: Patience
  readonly create: (settings: ModelSettings) => LanguageModel
  readonly library: Pick<typeof ai, 'generateText' | 'jsonSchema' | 'tool'>
}

type Generated = GenerateTextResult<ToolSet, Record<string, unknown>, never>

/**
 * One conversation with a model. One generation a turn, its tools without a way to run: the calls are handed to the
 * harness as the model made them, well formed or not, and their results come back with the next observation.
 */
export function modelSession(
  opened: OpenedModel,
  brief: Brief,
  context: AgentContext,
): AgentSession {
  const { provider, name, generation, library } = opened
  const wire = recordingFetch(opened.apiKey)
  const model = opened.create({
    name,
    apiKey: opened.apiKey,
    baseURL: opened.baseUrl,
    fetch: wire.fetch,
  })
  const tools = describeTools(brief, library)
  const random = context.random.fork('model-retry')
  const messages: ModelMessage[] = []
  const callIds = new Set<string>()
  let turn = 0

  return {
    next: async (observation, signal) => {
      turn++
      messages.push(messageOf(observation, brief))
      wire.forget()
      const { answer, attempts, durationMs } = await askProvider(
        (attemptSignal) =>
          library.generateText({
            model,
            ...(brief.system === '' ? {} : { instructions: brief.system }),
            messages: [...messages],
            tools,
            maxRetries: 0,
            abortSignal: attemptSignal,
            providerOptions: provider.options,
            // A file that an answer refers to is not fetched: it would let a provider send us anywhere.
            experimental_download: async (files) =>
              files.map(() => ({ data: new Uint8Array(), mediaType: undefined })),
            ...settingsOf(generation),
          }),
        {
          context,
          random,
          wire,
          patience: opened.patience,
          turn,
          signal: AbortSignal.any([signal, context.signal]),
          explain: (failure, tried) => explainFailure(opened, failure, tried),
        },
      )
      const exchange = wire.exchange()
      invariant(exchange?.response, 'a turn was read from an answer')
      const calls = callsOf(answer, exchange.response, callIds)
      messages.push(...replayOf(answer, calls))
      const usage = usageOf(answer)
      const call: ModelCall = {
        provider: provider.id,
        model: name,
        answeredBy: answeredBy(exchange.response),
        fingerprint: null,
        settings: {},
        answeredAt: null,
        waitedMs: 0,
        request: exchange.request,
        response: exchange.response,
        finishReason: answer.finishReason,
        usage,
        attempts,
        durationMs,
      }
      return turnOf(answer, calls, usage, call)
    },
  }
}

function turnOf(answer: Generated, calls: ToolCall[], usage: Usage, call: ModelCall): AgentTurn {
  const reasoning = answer.reasoningText ?? ''
  return {
    text: answer.text,
    reasoning: reasoning === '' ? null : reasoning,
    calls,
    // A model that says nothing more is asked by the harness to go on; it never leaves by itself.
    stop: false,
    finish: calls.length > 0 ? 'tool-calls' : 'stop',
    usage,
    modelCalls: [call],
  }
}

function describeTools(brief: Brief, { tool, jsonSchema }: OpenedModel['library']): ToolSet {
  return Object.fromEntries(
    brief.tools.map(({ name, description, input }) => [
      name,
      tool({
        description,
        // The schema is shown and not enforced: the harness judges the arguments, and needs them as they were sent.
        inputSchema: jsonSchema(
          z.toJSONSchema(input, { target: 'draft-7', io: 'input' }) as JSONSchema7,
        ),
      }),
    ]),
  )
}

function settingsOf({ temperature, maxTokens, seed }: Generation): {
  temperature?: number
  maxOutputTokens?: number
  seed?: number
} {
  return {
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxTokens === undefined ? {} : { maxOutputTokens: maxTokens }),
    ...(seed === undefined ? {} : { seed }),
  }
}

function messageOf(observation: Observation, brief: Brief): ModelMessage {
  switch (observation.kind) {
    case 'start':
      return { role: 'user', content: brief.user }
    case 'continue':
      return { role: 'user', content: observation.text }
    case 'tool-results':
      return {
        role: 'tool',
        content: observation.results.map(({ callId, tool, output, isError }) => ({
          type: 'tool-result',
          toolCallId: callId,
          toolName: nameOnWire(tool),
          output: { type: isError ? 'error-text' : 'text', value: output },
        })),
      }
    default:
      return observation satisfies never
  }
}

/** The calls with ids that are unique in the conversation: some servers count anew in each answer, or give none. */
function callsOf(answer: Generated, response: string, taken: Set<string>): ToolCall[] {
  return answer.toolCalls
    .filter((call) => call.providerExecuted !== true)
    .map(({ toolCallId, toolName, input }) => {
      // Where a server gives no id the library draws one by a chance of its own, which no seed repeats.
      const given = response.includes(JSON.stringify(toolCallId)) ? toolCallId : ''
      let id = given === '' ? 'call-1' : given
      for (let number = 2; taken.has(id); number++) id = `${given || 'call'}-${number}`
      taken.add(id)
      return { id, tool: toolName, args: input }
    })
}

/**
 * The answer as it is sent back with the next request, with reasoning and all that the provider wants to see again.
 * The library's own verdict on malformed calls is left out, since the harness answers every call.
 */
function replayOf(answer: Generated, calls: readonly ToolCall[]): ModelMessage[] {
  let next = 0
  return answer.response.messages.flatMap((message): ModelMessage[] => {
    if (message.role !== 'assistant') return []
    if (typeof message.content === 'string') return [message]
    const content = message.content.map((part) => {
      if (part.type !== 'tool-call' || part.providerExecuted === true) return part
      const id = calls[next++]?.id ?? part.toolCallId
      // Providers refuse arguments that are not an object, even those that their own model has written.
      const input = isPlainObject(part.input) ? part.input : {}
      return { ...part, toolCallId: id, toolName: nameOnWire(part.toolName), input }
    })
    return [{ ...message, content }]
  })
}

/** Providers refuse a conversation that holds other names, even ones that their own model has made up. */
function nameOnWire(tool: string): string {
  return tool.replace(/[^\w-]/g, '_').slice(0, 64) || '_'
}

function isPlainObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Cached and reasoning tokens are within the totals. What a server leaves out or makes up counts as zero. */
function usageOf({ usage, providerMetadata }: Generated): Usage {
  const count = (tokens: number | undefined): number =>
    tokens !== undefined && Number.isSafeInteger(tokens) && tokens >= 0 ? tokens : 0
  const cost = Cost.safeParse(providerMetadata)
  return {
    ...NO_USAGE,
    inputTokens: count(usage.inputTokens),
    outputTokens: count(usage.outputTokens),
    costUsd: cost.success ? cost.data.openrouter.usage.cost : null,
  }
}

/** The one provider that says what a call has cost, in US dollars. */
const Cost = z.object({
  openrouter: z.object({ usage: z.object({ cost: z.number().nonnegative() }) }),
})

/** As it stands in the body: the library fills in the model that was asked for where an answer names none. */
function answeredBy(response: string): string | null {
  const named = AnsweredBy.safeParse(JSON.parse(response))
  return named.success ? (named.data.model ?? named.data.modelVersion ?? null) : null
}

const AnsweredBy = z.object({ model: z.string().optional(), modelVersion: z.string().optional() })

function explainFailure(
  { provider, name, baseUrl }: OpenedModel,
  failure: Failure,
  tried: number,
): string {
  const model = `${provider.id}/${name}`
  const times = tried === 1 ? '' : ` after ${tried} attempts`
  const failed = `Model ${model} gave no turn${times}: ${failure.cause}`
  switch (failure.remedy) {
    case 'key':
      return `${failed}. ${provider.title} refused the key in ${provider.keyVariables.join(' or ')}`
    case 'model':
      return `${failed}. ${provider.title} at ${baseUrl} knows no model "${name}", or is not served at this address`
    case 'address':
      return `${failed}. ${baseUrl} refers to another address: give that one with --model-base-url`
    case null:
      return failed
    default:
      return failure.remedy satisfies never
  }
}
