/** One message of a conversation, read alike from every protocol. */
export interface ServedMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool'
  readonly text: string
  /** What the assistant called, with its arguments as it wrote them. */
  readonly calls: readonly { readonly id: string; readonly tool: string; readonly args: string }[]
}

/** What a served model says next. */
export interface ServedTurn {
  readonly text?: string
  readonly reasoning?: string
  /** Reasoning that only the provider can read, beside `reasoning`; it comes back with the next request. */
  readonly sealed?: string
  /** `args`: a value to be written as JSON, or text that is sent as it stands, however malformed. */
  readonly calls?: readonly {
    readonly tool: string
    readonly args: unknown
    readonly id?: string
  }[]
  /** @default `tool_calls` with calls, else `stop` */
  readonly finish?: 'stop' | 'tool_calls' | 'length' | 'content_filter' | 'refusal'
}

/** A model as a function of its conversation; one that plays several is told which was asked for. */
export type Policy = (conversation: readonly ServedMessage[], model?: string) => ServedTurn

/** A turn on its way into the form of a protocol. */
export interface Spoken {
  readonly turn: ServedTurn
  /** The model that the server says it is. */
  readonly model: string
  /** Of the request, counted from 1; ids are made from it. */
  readonly number: number
  readonly tokens: ServedTokens
}

export interface ServedTokens {
  readonly input: number
  readonly cached: number
  /** Reasoning included. */
  readonly output: number
  readonly reasoning: number
}

/** A request as a protocol reads it. */
export interface Asked {
  readonly model: string
  readonly conversation: readonly ServedMessage[]
}

/** How a provider is spoken to, as far as an agent needs it. */
export interface Protocol {
  readonly id: string
  /** Whether what is asked there is its own; without the query. */
  owns(path: string): boolean
  /** @throws whatever the form of the request is not */
  read(body: unknown, path: string): Asked
  /** The body of an answer. */
  write(spoken: Spoken, body: unknown): unknown
  error(status: number, message: string): unknown
  /** An answer of the right form without anything said in it. */
  readonly nothing: unknown
}

/** Four characters a token, as a rule of thumb; all but the newest message count as cached. */
export function countTokens(
  turn: ServedTurn,
  conversation: readonly ServedMessage[],
): ServedTokens {
  const tokens = (text: string): number => Math.ceil(text.length / 4)
  const sizes = conversation.map(({ text, calls }) =>
    tokens(text + calls.map(({ args }) => args).join('')),
  )
  const input = sizes.reduce((sum, size) => sum + size, 0)
  const reasoning = tokens(turn.reasoning ?? '') + tokens(turn.sealed ?? '')
  const spoken = tokens(
    (turn.text ?? '') + (turn.calls ?? []).map(({ args }) => argumentText(args)).join(''),
  )
  return { input, cached: input - (sizes.at(-1) ?? 0), output: spoken + reasoning, reasoning }
}

/** Arguments in protocols that carry them as text. */
export function argumentText(args: unknown): string {
  return typeof args === 'string' ? args : JSON.stringify(args)
}

/** Arguments in protocols that carry them as a value: text stays text if it is no JSON. */
export function argumentValue(args: unknown): unknown {
  if (typeof args !== 'string') return args
  try {
    return JSON.parse(args)
  } catch {
    // Malformed on purpose.
    return args
  }
}
