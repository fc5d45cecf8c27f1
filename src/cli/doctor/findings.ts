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
  readonly runs: {
    readonly folder: string
    readonly writable: boolean
    readonly reason: string | null
  }
}

/** `works-with-limits`: what it could do on another machine, it cannot do here. */
export type SandboxStatus = 'works' | 'works-with-limits' | 'does-not-run'

export interface SandboxFinding extends Availability {
  readonly id: string
  readonly title: string
  readonly simulated: boolean
  readonly status: SandboxStatus
}
