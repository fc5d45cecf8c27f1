import type { z } from 'zod'
import type { ModelCall, ToolCall, TrialEventInput, Usage } from '../records/event.ts'
import type { Script } from '../records/script.ts'
import type { Clock } from '../support/clock.ts'
import type { Random } from '../support/random.ts'

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
  readonly usage: Usage | null
  /** The raw exchanges behind this turn, for the record. */
  readonly modelCalls: readonly ModelCall[]
}

export interface AgentContext {
  readonly clock: Clock
  readonly random: Random
  readonly signal: AbortSignal
  /** Reports what happened between two turns (`model-retry`). */
  readonly report: (event: TrialEventInput) => void
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
  /** All that is needed to make it again, for the record; never a key. */
  readonly details: Readonly<Record<string, unknown>>
  start(brief: Brief, context: AgentContext): AgentSession
}

/** What an agent may be made from, besides its name. The composition root fills it in. */
export interface AgentResources {
  /** The scenario's own scripted controls, by name. */
  readonly controls: Readonly<Record<string, Script>>
  /** Keys and addresses. Read here and nowhere else; never recorded. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** `--model-base-url`: where an OpenAI-compatible server listens. */
  readonly modelBaseUrl: string | null
  /** Generation settings (`temperature`, `maxTokens`, `seed`), recorded with the run. */
  readonly generation: Readonly<Record<string, number>>
  /** When a run is resumed: the details recorded at its start, which win over files that may have changed since. */
  readonly recorded: Readonly<Record<string, unknown>> | null
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
