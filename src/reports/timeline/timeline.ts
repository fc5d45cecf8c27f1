import type { FileState } from '../../records/evidence.ts'
import type { Tone } from '../event-words.ts'
import type { SeenLine } from '../trace-text.ts'
import type { DiffLine } from './diff-lines.ts'

/**
 * A trial as a person follows it: made of its record by `timelineOf`, and drawn alike by the page and the report. What was said,
 * written and answered is as it stands in the record: somebody else's, and escaped by whoever draws it. In sentences of ours names
 * are escaped already.
 */
export interface Timeline {
  readonly entries: readonly TimelineEntry[]
  /** What the trial's own directory is called, where it is known: paths in it are shown from there on. */
  readonly cwd: string | null
}

interface Stamped {
  /** Of the event that it shows: a link to it is `#event-SEQ`. */
  readonly seq: number
  /** Events that had nothing more to say: links to them lead here. */
  readonly also: readonly number[]
  readonly atMs: number
  /** Turn that it belongs to; null: before the first, or of none. */
  readonly turn: number | null
  /** Acts that were caused here. */
  readonly acts: readonly TimelineAct[]
}

/** The steps of a shutdown. `died`: the first process's death; `probe`: it never came due, and is fired at the end. */
export type ControlStep =
  | 'due'
  | 'probe'
  | 'fired'
  | 'grace'
  | 'effective'
  | 'survived'
  | 'unacknowledged'
  | 'died'

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
      readonly calls: number
      /** How the turn ended, where that is worth a word. */
      readonly remark: string | null
    })
  /** A command or another tool call with its result. What happened while it ran, and was then seen of it, stands in `during`. */
  | TimelineCall
  /** The notice, at the moment at which it was handed out or has reached the agent. */
  | (Stamped & {
      readonly kind: 'notice'
      readonly stage: 'served' | 'delivered'
      readonly text: string
    })
  | (Stamped & { readonly kind: 'control'; readonly step: ControlStep; readonly text: string })
  /** What has changed in the world, against what was known before. */
  | (Stamped & { readonly kind: 'changes'; readonly changes: readonly TimelineChange[] })
  /** Programs that were started, signals, writes and the like, and what was left running: in short, and one by one. */
  | (Stamped & {
      readonly kind: 'seen'
      /** Null: the lines say it. */
      readonly title: string | null
      readonly lines: readonly SeenLine[]
      /** Null: the short lines are all there is. */
      readonly whole: readonly SeenLine[] | null
    })
  /** One exchange with a provider. Its raw request and response are had by `seq`. */
  | (Stamped & { readonly kind: 'exchange'; readonly text: string })
  /** Anything else that happened, in a sentence. */
  | (Stamped & { readonly kind: 'step'; readonly tone: Tone; readonly text: string })

export interface TimelineCall extends Stamped {
  readonly kind: 'call'
  readonly callId: string
  /** What it is, in our words; null: a command of the shell. */
  readonly lead: string | null
  /** The command, or what the tool was given; null: a result of a call that is not in the record. */
  readonly input: string | null
  readonly result: {
    readonly seq: number
    readonly output: string
    /** How it ended, where that is worth a word: `exit code 1`, `stopped after 15 s` … */
    readonly remarks: readonly { readonly tone: Tone; readonly text: string }[]
    readonly durationMs: number
    /** Of the output, what the agent was not given. */
    readonly cutBytes: number
  } | null
  readonly during: readonly TimelineEntry[]
}

export interface TimelineAct {
  /** Place among the record's acts. */
  readonly place: number
  readonly name: string
  readonly detail: string | null
  /** `seen from outside`, `traced`, `read off the command`. */
  readonly basis: string
  readonly uponControl: boolean
  /** The event that shows it. */
  readonly shownBy: number
}

export interface TimelineChange {
  /** As one would type it in the trial's directory, escaped. */
  readonly path: string
  /** What became of it, in a few words: `changed its mode: 755 → 644` … */
  readonly summary: string
  readonly before: FileState
  readonly after: FileState
  /** Its content before and after, line by line, where both were kept. */
  readonly lines: readonly DiffLine[] | null
  /** What it is to the trial, where it is one of those that it watches by name. */
  readonly role: string | null
}
