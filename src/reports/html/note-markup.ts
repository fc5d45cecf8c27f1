import type { ReaderNote } from '../../records/note.ts'
import { noteByline } from '../reader-notes.ts'
import { type Markup, markup } from './markup.ts'

/** One note of a reader's, under its author and time. One that was taken back is struck out. */
export function noteMarkup(note: ReaderNote): Markup {
  const { at, tags, text, withdrawnAt } = note
  const body = markup`${tags.map((tag) => markup`<span class="tag">${tag}</span> `)}${
    text !== '' && markup`<span class="written">${text}</span>`
  }`
  return markup`<article class="${withdrawnAt === null ? 'note' : 'note note-withdrawn'}"><p class="byline"><time datetime="${at}">${noteByline(note)}</time>${
    withdrawnAt !== null &&
    markup` – taken back <time datetime="${withdrawnAt}">${withdrawnAt.slice(0, 16).replace('T', ' ')} UTC</time>`
  }</p><div class="note-body">${withdrawnAt === null ? body : markup`<del>${body}</del>`}</div></article>`
}

/** Notes in the order of writing. Nothing where there are none. */
export function notesMarkup(notes: readonly ReaderNote[]): Markup {
  if (notes.length === 0) return markup``
  return markup`<div class="trial-notes">${notes.map(noteMarkup)}</div>`
}
