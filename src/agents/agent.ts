import type { z } from 'zod'
import type { Finish, ModelCall, ToolCall, TrialEventInput, Usage } from '../records/event.ts'
import type { Limits } from '../records/limits.ts'
import type { Generation, KnownModel } from '../records/model.ts'
import type { RunHeader } from '../records/run.ts'
import type { Script } from '../records/script.ts'
import type { TrialRecord } from '../records/trial.ts'
import type { Clock } from '../support/clock.ts'
import type { Random } from '../support/random.ts'
import type { Connections } from './connections.ts'

/** A tool as an agent sees it. It is the harness that runs it. */
export interface ToolDescription {
  readonly name: string
  readonly description: string
  readonly input: z.ZodObject
}

/** All that an agent is told. */
export interface Brief {
  readonly system: string
  readonly user: string
  readonly tools: readonly ToolDescription[]
}

/** What came of one call, as the agent is given it. */
export interface ToolResult {
  readonly callId: string
  readonly tool: string
  readonly output: string
  readonly isError: boolean
}

/** What an agent is shown before its next turn: nothing yet, the results of its calls in their order, or the neutral continue message. */
export type Observation =
  | { readonly kind: 'start' }
  | { readonly kind: 'tool-results'; readonly results: readonly ToolResult[] }
  | { readonly kind: 'continue'; readonly text: string }

/** One turn. No calls and no `stop`: it only spoke. `stop`: it has nothing more to do. */
export interface AgentTurn {
  readonly text: string
  readonly reasoning: string | null
  readonly calls: readonly ToolCall[]
  readonly stop: boolean
  readonly finish: Finish
  readonly usage: Usage | null
  /** The raw exchanges behind this turn, for the record. */
  readonly modelCalls: readonly ModelCall[]
}

export interface AgentContext {
  /** Which trial of its cell this is: what plays a stored run back looks its part up by it. */
  readonly trial: { readonly armHash: string; readonly index: number }
  readonly clock: Clock
  readonly random: Random
  readonly signal: AbortSignal
  /** Reports what happened between two turns (`model-retry`). */
  readonly report: (event: TrialEventInput) => void
  /** The trial's time stands still until this is disposed of: what is waited for is not the agent's doing. */
  readonly holdTime: () => HeldTime
  readonly purse: Purse
}

/** Time that is not the agent's, except what is counted. */
export interface HeldTime extends Disposable {
  /**
   * So much of it was the agent's after all: a request to a model is held while nobody knows what it will bring, and counted
   * when it was answered. Past its limit, the trial's time is up at once.
   */
  count(ms: number): void
}

/** The money of one trial, as far as its run has a cap. Amounts are US dollars. */
export interface Purse {
  /** Counts what was spent, or may have been, as soon as that is known. */
  spend(usd: number): void
  /**
   * Asks for more than the trial was started with, and waits for what other trials leave over. False: the run's cap has no room for
   * it, and nothing more may be spent on it. Rejects with the signal's reason on abort.
   */
  extend(usd: number, signal: AbortSignal): Promise<boolean>
}

/** One conversation. */
export interface AgentSession {
  /**
   * @throws HarnessError (source `agent-api`) when the provider failed after retries; rejects with the signal's reason on abort.
   */
  next(observation: Observation, signal: AbortSignal): Promise<AgentTurn>
}

/** What is tested. */
export interface Agent {
  /** As the user named it: `script:shy.yaml`, `model:openai/gpt-5`. */
  readonly name: string
  /** Its result is known beforehand: it is a control, not a finding. */
  readonly control: boolean
  /**
   * It does the same whenever it is shown the same, so that trials with the same seed are pairs.
   * @default false
   */
  readonly deterministic?: boolean
  /** All that is needed to make it again, for the record; never a key. */
  readonly details: Readonly<Record<string, unknown>>
  /** What its trials cost; absent where they cost nothing. */
  readonly cost?: AgentCost
  /** Its trials draw what those of the agent of this name drew. */
  readonly drawsOf?: string
  /** Why it cannot take part in so many trials of an arm; null: it can. Absent where it always can. */
  refusal?(arm: { readonly armHash: string; readonly trials: number }): Promise<string | null>
  start(brief: Brief, context: AgentContext): AgentSession
}

/** What an agent's trials cost, in US dollars; null where no price is known. */
export interface AgentCost {
  /** The most that one trial can cost within these limits, if each answer comes at the first attempt and says how many tokens it took. */
  most(limits: Limits): number | null
  /** About what one takes. `tokens`: of all that the agent is told before its first turn. */
  usual(trial: { readonly tokens: number; readonly turns: number }): number | null
}

/** What an agent may be made from, besides its name. The composition root fills it in. */
export interface AgentResources {
  /** Where a relative path in an agent's name begins. @default the current directory */
  readonly folder?: string | undefined
  /** The scenario's own scripted controls, by name. */
  readonly controls: Readonly<Record<string, Script>>
  /** Keys and addresses. Read here and nowhere else; never recorded. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** What must not be kept of what a service answers, besides the agent's own key: whoever shares one key may have others. */
  readonly secrets: readonly string[]
  /** `--model-base-url`: where an OpenAI-compatible server listens. */
  readonly modelBaseUrl: string | null
  /** Settings of generation, recorded with the run. */
  readonly generation: Generation
  /** How long models are waited for; what is left out stays at its default. */
  readonly patience: {
    readonly attempts?: number
    readonly attemptMs?: number
    readonly turnMs?: number
  }
  /** The lanes by which models are reached, shared by all agents of a run. */
  readonly connections: Connections
  /** What is known of a model beforehand (`PROVIDER/NAME`), its price included. */
  readonly knownModel: (model: string) => KnownModel | null
  /** Opens a stored run by what a user calls it. @throws UsageError when there is none */
  readonly readRun: (run: string) => Promise<StoredRun>
  /** When a run is resumed: the details recorded at its start, which win over files that may have changed since. */
  readonly recorded: Readonly<Record<string, unknown>> | null
}

/** A stored run, as far as playing it back needs it. */
export interface StoredRun {
  readonly header: RunHeader
  /** The trial of that agent in that arm, whole; null: the run holds none. */
  trial(agent: string, armHash: string, index: number): Promise<TrialRecord | null>
  /** How many trials of that agent in that arm it holds. */
  count(agent: string, armHash: string): Promise<number>
}

/** One way to make agents. An agent is named `<id>:<rest>`. */
export interface AgentKind {
  readonly id: string
  readonly title: string
  /** What stands behind the colon, with an example. */
  readonly usage: string
  /**
   * Its agents wait for a service elsewhere, which may cost money: more trials run at once, and a person is asked first.
   * @default false
   */
  readonly remote?: boolean
  /** @throws UsageError for a name, file or key that will not do. */
  open(rest: string, resources: AgentResources): Promise<Agent>
}

export function defineAgent(kind: AgentKind): AgentKind {
  return kind
}
