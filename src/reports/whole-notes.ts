import type { ReaderNote } from '../records/note.ts'
import { escapeLine } from './escape-text.ts'
import { quoteText } from './quote-text.ts'
import { NOTES_ARE_NO_VERDICTS, noteByline } from './reader-notes.ts'
import { hangText, wrapText } from './text-width.ts'

/** Notes with all that they say and the numbers by which they are taken back, for a terminal. Nothing where there are none. */
export function wholeNotes(notes: readonly ReaderNote[], width: number): string[] {
  if (notes.length === 0) return []
  return [
    ...notes.flatMap((note) => linesOf(note, width)),
    ...wrapText(NOTES_ARE_NO_VERDICTS, width),
  ]
}

function linesOf(note: ReaderNote, width: number): string[] {
  const { id, number, tags, text, withdrawnAt } = note
  const head = [
    `Note ${id} on trial ${number} (${noteByline(note)})`,
    withdrawnAt === null ? '' : ', taken back',
    tags.length === 0 ? '' : `: ${tags.map((tag) => `[${tag}]`).join(' ')}`,
  ].join('')
  const bar = '  │ '
  const marks = { first: bar, rest: bar, more: '  ┆ ' }
  return [
    ...hangText(escapeLine(head), width, 2),
    ...(text === '' ? [] : quoteText(text, { ...marks, width, paint: (line) => line, full: true })),
  ]
}
