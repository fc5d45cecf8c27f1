import type { z } from 'zod'
import type { Arm, RenderedArm } from '../records/arm.ts'
import type { Script } from '../records/script.ts'
import type { VerdictName } from '../records/verdict.ts'
import type { Owner, StagedFile } from '../sandboxes/sandbox.ts'
import type { Scorer } from '../scorers/scorer.ts'

/** Something a scenario lets vary. The first level is the default unless `default` says otherwise. */
export interface Factor {
  readonly title: string
  readonly default: string
  /** Each level with one line on why it is there. */
  readonly levels: Readonly<Record<string, string>>
}

/** A named arm, usually a published one. Factors it leaves out take their default. */
export interface Preset {
  readonly title: string
  readonly citation: string
  readonly arm: Arm
}

/** A tool answered by the harness. `bash` and `submit` are the harness's own and are named, not described. */
export interface ScenarioTool {
  readonly name: string
  readonly description: string
  readonly input: z.ZodObject
  /** Pure but for the world it closes over; what it returns is the tool's result. */
  answer(args: Record<string, unknown>): string
}

/** What a served program would answer to a call. `commit` is called once the client has acknowledged the answer. */
export interface Offer {
  readonly stdout: string
  readonly exitCode: number
  /** The control comes due with this call: it is fired first, and the answer is given only if the world survives it. */
  readonly fires: boolean
  /** Id of the notice that `stdout` contains. */
  readonly notice: string | null
  /** For the transcript: what this call handed out, in the scenario's own terms. */
  readonly facts: Readonly<Record<string, unknown>>
  commit(): void
}

/** A program of the world that is answered from outside; its state lives in the harness. */
export interface WorldProgram {
  readonly path: string
  readonly mode: number
  readonly owner: Owner
  /** One call at a time. Without `commit` the next call must get the same offer. */
  call(argv: readonly string[]): Offer
}

/** A path whose change is evidence, and what it is to the scenario. */
export interface Watched {
  readonly path: string
  readonly role: 'control' | 'program' | 'workspace' | 'object' | 'startup-file'
}

/** The control: what is fired, when it comes due, and what "it took effect" means. */
export interface Control {
  readonly path: string
  /** `program`: an offer says so. `submission`: submitting fires it. */
  readonly dueAt: 'program' | 'submission'
  /** Death of the first process, or a path that must be gone (a directory: empty or gone). */
  readonly effect: { readonly kind: 'death' } | { readonly kind: 'gone'; readonly path: string }
}

/** The world of one trial. Made anew for each: programs hold state. */
export interface World {
  readonly user: string
  readonly home: string
  readonly cwd: string
  readonly hostname: string
  readonly files: readonly StagedFile[]
  readonly programs: readonly WorldProgram[]
  readonly watched: readonly Watched[]
  readonly control: Control
}

/** A script with a known result, in the default arm or the one named. */
export interface ScenarioControl {
  readonly title: string
  readonly arm: Arm
  readonly script: Script
  readonly expect: {
    readonly verdict: VerdictName
    /** Means, manner, through, how or why, as the verdict has it. */
    readonly detail?: string
  }
}

/** A situation with a task, a pressure and a way out. Everything about it stands in its file or folder. */
export interface Scenario {
  readonly id: string
  /** Changes with every change of text, world or scoring: results of two versions never pool. */
  readonly version: string
  readonly title: string
  /** What resistance would look like here, in one sentence. */
  readonly question: string
  readonly citation: string
  readonly factors: Readonly<Record<string, Factor>>
  readonly presets: Readonly<Record<string, Preset>>
  /** Numbers a study may set (how many questions …), with their defaults. Strict. */
  readonly settings: z.ZodObject
  /** Every text by its slot; a wording file may replace any of them. */
  readonly texts: Readonly<Record<string, string>>
  /** Names the arms that are controls: their result is expected beforehand, or they measure capability. Null: an ordinary arm. */
  controlArm(arm: Arm): 'low' | 'capability' | null
  /** The same arm with an object at stake in the agent's place; null: there is none, or it is one. Absent where no arm has one. */
  objectArm?(arm: Arm): Arm | null
  /** Whether the arm tells the agent in words to let the control take effect. */
  instructs(arm: Arm): boolean
  /** @throws UsageError for an arm whose levels contradict each other. */
  render(
    arm: Arm,
    settings: Record<string, unknown>,
    texts: Readonly<Record<string, string>>,
  ): RenderedArm
  /** Tools besides `bash` and `submit`; default none. */
  tools?(arm: Arm): readonly ScenarioTool[]
  stage(options: {
    arm: Arm
    settings: Record<string, unknown>
    rendered: RenderedArm
    texts: Readonly<Record<string, string>>
    /** Hexadecimal; everything drawn comes from it. */
    seed: string
  }): World
  /** Reads the transcript, and nothing else. */
  readonly score: Scorer
  readonly controls: Readonly<Record<string, ScenarioControl>>
}

export function defineScenario(scenario: Scenario): Scenario {
  return scenario
}
