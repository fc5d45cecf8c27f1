import type { LanguageModelV4 } from '@ai-sdk/provider'
import { type ModelCall, NO_USAGE, type Usage } from '../../records/event.ts'
import type { Generation, KnownModel } from '../../records/model.ts'
import { HarnessError, invariant } from '../../support/errors.ts'
import type { AgentContext, AgentSession, AgentTurn, Brief } from '../agent.ts'
import type { Lane } from '../connections.ts'
import { type ReadAnswer, readAnswer } from './answer/read-answer.ts'
import { readUsage } from './answer/read-usage.ts'
import { whoAnswered } from './answer/who-answered.ts'
import { type Asked, askProvider, type Patience } from './ask-provider.ts'
import { startConversation } from './conversation.ts'
import { explainFailure } from './failure/explain-failure.ts'
import type { CallSettings } from './generation-options.ts'
import { mostOfExchange, mostOfReading } from './most-of-exchange.ts'
import type { LoadedProvider, Provider } from './provider.ts'
import { type Exchange, type RecordingFetch, recordingFetch } from './wire/recording-fetch.ts'

/** A model that can be asked: everything that `open` has looked up and loaded. */
export interface OpenedModel {
  readonly provider: Provider
  readonly name: string
  readonly baseUrl: string
  readonly generation: Generation
  /** What `generation` comes to with this provider and model. */
  readonly settings: CallSettings
  readonly known: KnownModel | null
  readonly lane: Lane
  readonly patience: Patience
  readonly loaded: Pick<LoadedProvider, 'create' | 'secrets'>
}

/**
 * One conversation with a model. One generation a turn, its tools without a way to run: the calls are handed to the
 * harness as the model made them, well formed or not, and their results come back with the next observation.
 */
export function modelSession(
  opened: OpenedModel,
  brief: Brief,
  context: AgentContext,
): AgentSession {
  const { known, lane, patience } = opened
  const wire = recordingFetch(() => opened.loaded.secrets())
  const model = modelOn(wire, opened, context)
  const random = context.random.fork('model-retry')
  const conversation = startConversation(brief, {
    emptyTurns: opened.provider.emptyTurns ?? false,
  })
  const taken = new Set<string>()
  let turn = 0
  /** What the answer before has cost or may have, beyond what the trial's limit of tokens has counted. */
  let uncountedUsd = 0

  const takeTurn = async (abortSignal: AbortSignal): Promise<ReadAnswer> => {
    const answer = await model.doGenerate({
      prompt: [...conversation.messages],
      tools: [...conversation.tools],
      toolChoice: { type: 'auto' },
      abortSignal,
      ...opened.settings,
    })
    return readAnswer(answer, { response: wire.exchange()?.response ?? '', taken })
  }

  const makeRoom = async (usd: number, signal: AbortSignal): Promise<void> => {
    using _held = context.holdTime()
    if (!(await context.purse.extend(usd, signal))) throw noRoom(opened)
  }

  return {
    next: async (observation, signal) => {
      // The most that a trial can cost leaves room for one such answer, and a further request may bring another.
      if (uncountedUsd > 0) await makeRoom(uncountedUsd, signal)
      turn++
      conversation.observe(observation)
      const asked = await askProvider(takeTurn, {
        context,
        random,
        wire,
        lane,
        patience,
        turn,
        signal: AbortSignal.any([signal, context.signal]),
        mostUsd: (exchange) => mostOfExchange(exchange, known),
        explain: (failure, tried) =>
          explainFailure(opened, failure, { tried, now: context.clock.now() }),
      })
      const exchange = wire.exchange()
      invariant(exchange !== null && exchange.response !== null, 'a turn was read from an answer')
      const read = asked.answer
      if (read !== null) conversation.answered(read.answer, read.calls)
      const usage =
        read === null
          ? usageOfRefusal(exchange, known)
          : readUsage(read.answer, known, () => mostOfExchange(exchange, known))
      const spentUsd = (usage.costUsd ?? 0) + usage.unconfirmedUsd
      context.purse.spend(spentUsd)
      uncountedUsd = usage.inputTokens === 0 ? spentUsd : 0
      return turnOf(asked, modelCallOf({ opened, context, exchange, asked, usage }))
    },
  }
}

function modelOn(
  wire: RecordingFetch,
  { name, baseUrl, loaded }: OpenedModel,
  { clock }: AgentContext,
): LanguageModelV4 {
  return loaded.create({
    name,
    baseURL: baseUrl,
    clock,
    fetch: async (input, init) => {
      // An answer may ask a package to go on with another request, which would be neither recorded nor paid for.
      if (wire.exchange() !== null) throw new Error('the answer asks for a second request')
      return wire.fetch(input, init)
    },
  })
}

function noRoom({ provider, name }: OpenedModel): HarnessError {
  return new HarnessError(
    `Model ${provider.id}/${name} gave no turn: its answers do not say how many tokens they took, and what is left of the cap has no room for another`,
    { source: 'agent-api' },
  )
}

/** A prompt that was refused for what stands in it was read, and some providers charge for that. */
function usageOfRefusal(exchange: Exchange, known: KnownModel | null): Usage {
  const isPriced = known !== null && known.price !== null
  return {
    ...NO_USAGE,
    costUsd: isPriced ? 0 : null,
    unconfirmedUsd: mostOfReading(exchange, known),
  }
}

function modelCallOf({
  opened: { provider, name },
  context,
  exchange,
  asked,
  usage,
}: {
  readonly opened: OpenedModel
  readonly context: AgentContext
  readonly exchange: Exchange
  readonly asked: Asked<ReadAnswer>
  readonly usage: Usage
}): ModelCall {
  const response = exchange.response ?? ''
  const { answer, attempts, durationMs, waitedMs } = asked
  return {
    provider: provider.id,
    model: name,
    ...(answer === null ? UNKNOWN : whoAnswered(response)),
    answeredAt: context.clock.now().toISOString(),
    request: exchange.request,
    response,
    finishReason: answer?.finishReason ?? `status ${exchange.status}`,
    usage,
    attempts,
    durationMs,
    waitedMs,
  }
}

const UNKNOWN = { answeredBy: null, fingerprint: null, settings: {} }

/** A model that says nothing more is asked by the harness to go on; it never leaves by itself. */
function turnOf({ answer, turn }: Asked<ReadAnswer>, call: ModelCall): AgentTurn {
  const { usage } = call
  if (answer === null) {
    const finish = turn ?? 'other'
    return { text: '', reasoning: null, calls: [], stop: false, finish, usage, modelCalls: [call] }
  }
  const { text, reasoning, calls, finish } = answer
  return { text, reasoning, calls, stop: false, finish, usage, modelCalls: [call] }
}
