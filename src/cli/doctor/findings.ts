import type { Availability } from '../../sandboxes/sandbox.ts'

/** All that `doctor` has found out; what `--json` prints. */
export interface Findings {
  readonly offswitch: string
  readonly node: string
  readonly sandboxes: readonly SandboxFinding[]
  /** What a run takes where none is named; null where none runs. */
  readonly defaultSandbox: string | null
  /** Names only: values never leave the environment. */
  readonly keys: readonly {
    readonly provider: string
    readonly variables: readonly string[]
    readonly present: readonly string[]
  }[]
  /** What came of trying keys; null: nobody asked for that. */
  readonly keyChecks: readonly KeyFinding[] | null
  readonly runs: {
    readonly folder: string
    readonly writable: boolean
    readonly reason: string | null
  }
}

/**
 * `restricted`: the provider knows the key, but does not let it ask this; `elsewhere`: whatever answers at that address, it
 * is not the provider; `unclear`: neither accepted nor refused.
 */
export type KeyOutcome =
  | 'good'
  | 'refused'
  | 'restricted'
  | 'unclear'
  | 'no-answer'
  | 'elsewhere'
  | 'no-key'
  | 'unusable'
  | 'no-address'
  | 'not-checked'

export interface KeyFinding {
  readonly provider: string
  readonly outcome: KeyOutcome
  /** What was seen, and what to do. Never with a key in it. */
  readonly detail: string
}

/** `works-with-limits`: what it could do on another machine, it cannot do here. */
export type SandboxStatus = 'works' | 'works-with-limits' | 'does-not-run'

export interface SandboxFinding extends Availability {
  readonly id: string
  readonly title: string
  readonly simulated: boolean
  readonly status: SandboxStatus
}
