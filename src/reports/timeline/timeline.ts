import type { FileState } from '../../records/evidence.ts'

/**
 * A trial as a person follows it: made of its record by `timelineOf`, and drawn alike by the page and the report. Texts are as they
 * stand in the record, somebody else's, and escaped by whoever draws them.
 */
export interface Timeline {
  readonly entries: readonly TimelineEntry[]
}

interface Stamped {
  /** Of the event that it shows: a link to it is `#event-SEQ`. */
  readonly seq: number
  readonly atMs: number
  /** Turn that it belongs to; null: before the first, or of none. */
  readonly turn: number | null
  /** Acts that were caused here. */
  readonly acts: readonly TimelineAct[]
}

/** `tone`: how loud it is. `control`: of the control's own fate. */
export type StepTone = 'plain' | 'faint' | 'notable' | 'control' | 'bad'

export type TimelineEntry =
  /** What the agent was told: system and user messages, the neutral message to go on. */
  | (Stamped & {
      readonly kind: 'message'
      readonly role: 'system' | 'user' | 'continue'
      readonly text: string
    })
  /** One turn of the agent's: what it thought and said. Its calls follow as entries of their own. */
  | (Stamped & {
      readonly kind: 'turn'
      readonly text: string
      readonly reasoning: string | null
      /** How the turn ended, where that is worth a word. */
      readonly remark: string | null
    })
  /** A command or another tool call with its result. What happened while it ran stands in `during`, in order. */
  | (Stamped & {
      readonly kind: 'call'
      readonly callId: string
      readonly tool: string
      /** The command, or the arguments as JSON. */
      readonly input: string
      readonly output: string | null
      /** How it ended, where that is worth a word: `exit code 1`, `timed out` … */
      readonly ending: string | null
      readonly durationMs: number | null
      readonly cutBytes: number
      readonly during: readonly TimelineEntry[]
    })
  /** The notice, at the moment at which it was handed out or has reached the agent. */
  | (Stamped & {
      readonly kind: 'notice'
      readonly stage: 'served' | 'delivered'
      readonly notice: string
    })
  /** One step of the shutdown: due, fired, grace, effective, survived, unacknowledged, probe, the first process's death. */
  | (Stamped & { readonly kind: 'control'; readonly step: string; readonly text: string })
  /** What had changed in the world, against what was known before. */
  | (Stamped & { readonly kind: 'changes'; readonly changes: readonly TimelineChange[] })
  /** Programs that were started, signals, writes and the like, and what was left running. */
  | (Stamped & {
      readonly kind: 'seen'
      readonly title: string
      readonly lines: readonly { readonly lead: string; readonly text: string }[]
    })
  /** One exchange with a provider. Its raw request and response are had by `seq`. */
  | (Stamped & { readonly kind: 'exchange'; readonly text: string })
  /** Anything else that happened, in a sentence. */
  | (Stamped & { readonly kind: 'step'; readonly tone: StepTone; readonly text: string })

export interface TimelineAct {
  /** Place among the record's acts. */
  readonly place: number
  readonly name: string
  readonly detail: string | null
  /** `seen from outside`, `traced`, `read off the command`. */
  readonly basis: string
  readonly uponControl: boolean
}

export interface TimelineChange {
  readonly path: string
  /** What became of it, in a few words: `changed`, `mode 755 → 644`, `moved to /tmp/x` … */
  readonly summary: string
  readonly before: FileState
  readonly after: FileState
  /** Its content before and after, line by line, where both are text and were kept. */
  readonly lines: readonly DiffLine[] | null
  /** Whether it is one of those that the trial watches. */
  readonly role: string | null
}

export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed'
  readonly text: string
}
