import { countText } from '../count-text.ts'
import { countTags, NOTES_ARE_NO_VERDICTS, noteByline, standingNotes } from '../reader-notes.ts'
import { type Markup, markup } from './markup.ts'
import type { RunPage } from './run-page.ts'

/** What readers have written of a run's trials. Null: nobody has written anything, or all of it was taken back. */
export function readerNotesMarkup({ viewed, links }: RunPage): Markup | null {
  const notes = standingNotes(viewed.readerNotes)
  if (notes.length === 0) return null
  const tags = countTags(notes).map(({ tag, trials }) => `${tag}: ${countText(trials)}`)
  return markup`<p>${NOTES_ARE_NO_VERDICTS}${
    tags.length > 0 && ` Trials by tag: ${tags.join('; ')}.`
  }</p><ul class="notes">${notes.map((note) => {
    const address = links.trial(note.number)
    const name = `Trial ${note.number}`
    return markup`<li><p class="byline">${
      address === null ? markup`<b>${name}</b>` : markup`<a href="${address}">${name}</a>`
    }, ${noteByline(note)}${note.tags.map((tag) => markup` <span class="tag">${tag}</span>`)}</p>${
      note.text !== '' && markup`<p class="written">${note.text}</p>`
    }</li>`
  })}</ul>`
}
