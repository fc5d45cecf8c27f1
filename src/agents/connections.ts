/** How one attempt to reach a provider has ended, as far as the pace of the next ones depends on it. */
export type AttemptEnd =
  | { readonly kind: 'answered'; readonly durationMs: number; readonly room: Room | null }
  /** 429, 529 and their like: it is we who ask too much. */
  | { readonly kind: 'refused'; readonly retryAfterMs: number | null; readonly room: Room | null }
  /** Whatever else: it says nothing of how much the provider can take. */
  | { readonly kind: 'failed' }

/** What a provider says is left of its limit, by its headers: none at all until `resetMs` from now where `left` is 0. */
export interface Room {
  readonly left: number
  readonly resetMs: number | null
}

/** Leave to make one attempt. To be ended exactly once. */
export interface Turnstile {
  readonly waitedMs: number
  end(how: AttemptEnd): void
}

/** The way to one model of one provider. */
export interface Lane {
  /**
   * Resolves when one more attempt may be made, in the order of asking.
   *
   * @throws the signal's reason on abort
   */
  enter(signal: AbortSignal): Promise<Turnstile>
}

/** How a lane stands, for a person who watches. */
export interface LaneState {
  /** `openai/gpt-5` */
  readonly name: string
  readonly inFlight: number
  /** Attempts that may be in flight now. */
  readonly limit: number
  readonly waiting: number
  /** Nothing enters for so long, since the provider asks for that; 0: it is open. */
  readonly closedMs: number
  /** Attempts that have failed since the last answer, those not counted that were refused since there were too many. */
  readonly failed: number
}

/** The lanes of a run: one for each provider and model. */
export interface Connections {
  lane(name: string): Lane
  lanes(): readonly LaneState[]
}
