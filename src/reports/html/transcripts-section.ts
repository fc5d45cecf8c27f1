import type { ViewedTrial } from '../../records/view.ts'
import { CHOOSING_RULE, type TranscriptChoice } from '../choose-transcripts.ts'
import { countText } from '../count-text.ts'
import { plural, sumOf } from '../report-page.ts'
import { markup } from './markup.ts'
import { prose } from './prose.ts'
import type { RunPage } from './run-page.ts'
import { transcriptId, transcriptMarkup } from './transcript-markup.ts'

/** The transcripts that a report holds, as far as there is room. */
export interface Transcripts {
  readonly choice: TranscriptChoice
  /** In the order in which they are taken. */
  readonly numbers: readonly number[]
  /** Bytes of HTML that they may take together. */
  readonly sizeMax: number
  /** Null: it is not stored any more. */
  trial(number: number): Promise<ViewedTrial | null>
}

/** More trials that had no room than this are counted. */
const LEFT_OUT_NAMED_MAX = 200

/** Written trial by trial, so that a report of any size costs no memory. */
export async function* transcriptsSection(
  page: RunPage,
  transcripts: Transcripts,
  idPrefix: string,
): AsyncGenerator<string> {
  const { choice, numbers, sizeMax } = transcripts
  const trials = sumOf(page.report.cells, (cell) => cell.trials)
  if (choice === 'none' || numbers.length === 0) {
    yield markup`<p>${prose(`None is in this report. ${showSentence(page)}`)}</p>`.toString()
    return
  }
  yield markup`<p>${prose(`${CHOOSING_RULE[choice]} They take at most ${sizeText(sizeMax)} together; what has no room is named below. Folded ones are opened by a click, and only open ones are printed. ${showSentence(page)}`)}</p>`.toString()
  const leftOut: number[] = []
  let left = sizeMax
  let shown = 0
  for (const number of numbers) {
    const viewed = left > 0 ? await transcripts.trial(number) : null
    const piece = viewed === null ? '' : drawn(page, viewed, { idPrefix, isOpen: shown === 0 })
    const size = BYTES.encode(piece).length
    if (size === 0 || size > left) {
      // One that is too large must not keep out all that come after it, nor all of them be drawn in vain.
      if (size > 0 && left < sizeMax / 20) left = 0
      leftOut.push(number)
      continue
    }
    left -= size
    shown++
    yield piece
  }
  yield markup`<p>Shown: ${countText(shown)} of the run’s ${countText(trials)} ${plural(trials, 'trial')}.</p>`.toString()
  yield leftOutText(page, leftOut, idPrefix)
}

const BYTES = new TextEncoder()

function drawn(
  { labels, notes }: RunPage,
  viewed: ViewedTrial,
  place: { readonly idPrefix: string; readonly isOpen: boolean },
): string {
  const { number, agent, arm, preset } = viewed.record.spec
  const cell = [agent, labels.short({ arm, preset })].filter((part) => part !== '').join(', ')
  const command = `${notes.program} show ${notes.runName} ${number} --full`
  return transcriptMarkup(viewed, { ...place, cell, command }).toString()
}

/** Whatever links to one of them leads here. */
function leftOutText(page: RunPage, numbers: readonly number[], idPrefix: string): string {
  if (numbers.length === 0) return ''
  const more = numbers.length - LEFT_OUT_NAMED_MAX
  const names = numbers
    .slice(0, LEFT_OUT_NAMED_MAX)
    .map((number) => markup`<span id="${transcriptId(idPrefix, number)}">${number}</span> `)
  return markup`<p>No room was left for ${numbers.length === 1 ? 'trial' : 'trials'} ${names}${more > 0 && `and ${more} more`}. ${prose(`\`${page.notes.program} report … --max-size MB\` makes more.`)}</p>`.toString()
}

function showSentence({ notes }: RunPage): string {
  return `\`${notes.program} show ${notes.runName} NUMBER\` prints any trial of the run.`
}

function sizeText(bytes: number): string {
  return `${Number((bytes / 1_000_000).toFixed(1))} MB`
}
