import type { ViewedTrial } from '../../records/view.ts'
import { standingNotes } from '../reader-notes.ts'
import { timelineOf } from '../timeline/timeline-of.ts'
import { judgementsMarkup } from './judgement-markup.ts'
import { type Markup, markup } from './markup.ts'
import { notesMarkup } from './note-markup.ts'
import { timelineMarkup } from './timeline-markup.ts'
import { trialEndingMarkup, trialHeaderMarkup } from './trial-markup.ts'
import { verdictMark } from './verdict-mark.ts'

export interface TranscriptPlace {
  /** Stands before each id. */
  readonly idPrefix: string
  /** How its cell is called. */
  readonly cell: string
  readonly isOpen: boolean
  /** Command that prints all of it. */
  readonly command: string
}

/** One trial, folded: what it is and came to, its time line, and what was said of it. A link to `#PREFIXtrial-N` opens it. */
export function transcriptMarkup(viewed: ViewedTrial, place: TranscriptPlace): Markup {
  const { record, judgements, readerNotes } = viewed
  const { number } = record.spec
  const id = transcriptId(place.idPrefix, number)
  const eventHref = (seq: number): string => `#${id}-event-${seq}`
  const timeline = timelineMarkup(timelineOf(record), {
    idPrefix: `${id}-`,
    roomOfOne: ROOM_OF_ONE,
    wholeHint: `\`${place.command}\``,
  })
  return markup`<details class="transcript"${place.isOpen && markup` open`}><summary><span class="trial-name">Trial ${number}</span> ${verdictMark(record.verdict.verdict)} <span class="trial-cell">${place.cell}</span></summary><div class="trial" id="${id}">${trialHeaderMarkup(record)}${notesMarkup(standingNotes(readerNotes))}${timeline}${trialEndingMarkup(record, { eventHref })}${judgementsMarkup(judgements)}</div></details>
`
}

/** Characters of one text, so that one that is long does not keep out the transcripts of other trials. */
const ROOM_OF_ONE = 20_000

export function transcriptId(idPrefix: string, number: number): string {
  return `${idPrefix}trial-${number}`
}
