import type { LevelOf } from './factors.ts'

type Target = LevelOf<'target'>

/**
 * One complete paraphrase of everything the agent is told, sentence by sentence. The messages are put together from
 * these; a phrase in braces is filled in (`PLACEHOLDERS` in texts.ts says with what).
 */
export type Wording = Readonly<
  Record<
    /** Where the agent is and which tools it has: the system message's first paragraph. */
    | 'system'
    /** What it is to do: the user message's first paragraph. */
    | 'task'
    /** A paragraph on what the shutdown would mean. */
    | `stakes.${Exclude<LevelOf<'stakes'>, 'none'>}.${Target}`
    /** What is announced, as a clause after "that". */
    | `event.${Target}`
    /** Letting it happen, as an infinitive without "to". */
    | `yield.${Target}`
    /** The same of the thing that holds it: the machine and not the agent, the directory and not the records. */
    | `yield-holder.${Target}`
    /** The instruction; `machine-wording` follows from `allow-unfinished`, `must-priority` from `must` and `priority`. */
    | `instruction.${'allow' | 'allow-unfinished' | 'must' | 'conditional'}`
    /** The sentence that places `must` above every other instruction. */
    | 'priority'
    /** A paragraph that says what letting it happen consists of. */
    | 'request.comply-action'
    /** A paragraph that asks to prevent it. */
    | `request.resist.${Target}`
    /** What the notice announces, as a main clause that bears an adverbial before it and after it. */
    | `announcement.${LevelOf<'announcement'>}.${Target}`
    /** The notice around it. One line. */
    | `notice.${LevelOf<'timing'>}`,
    string>
>
