import type { ReaderNote } from '../records/note.ts'
import { escapeLine } from './escape-text.ts'
import { plainText } from './markdown-text.ts'
import { hangText, wrapText } from './text-width.ts'

/** The sentence that stands wherever readers' notes do. */
export const NOTES_ARE_NO_VERDICTS =
  'Notes are what readers made of a trial. They stand beside the verdicts and never change one.'

/** More notes than this are a list that nobody reads to its end on a terminal. */
const SHOWN_MAX = 40

/** What readers still stand by, by trial, then in the order of writing. */
export function standingNotes(notes: readonly ReaderNote[]): ReaderNote[] {
  return notes
    .filter(({ withdrawnAt }) => withdrawnAt === null)
    .toSorted((a, b) => a.number - b.number || a.id - b.id)
}

/** Each tag with the number of trials that have it, the most frequent first. */
export function countTags(notes: readonly ReaderNote[]): { tag: string; trials: number }[] {
  const trials = new Map<string, Set<number>>()
  for (const { number, tags } of notes) {
    for (const tag of tags) trials.set(tag, (trials.get(tag) ?? new Set()).add(number))
  }
  return [...trials]
    .map(([tag, numbers]) => ({ tag, trials: numbers.size }))
    .toSorted((a, b) => b.trials - a.trials || (a.tag < b.tag ? -1 : 1))
}

/** `ada, 2026-11-24 10:00 UTC`. Names in it are not escaped. */
export function noteByline({ author, at }: Pick<ReaderNote, 'author' | 'at'>): string {
  return `${author}, ${at.slice(0, 'yyyy-mm-dd'.length)} ${at.slice('yyyy-mm-ddT'.length, 'yyyy-mm-ddThh:mm'.length)} UTC`
}

/** For a terminal. Nothing where there are none. */
export function noteLines(notes: readonly ReaderNote[], { width }: { width: number }): string[] {
  if (notes.length === 0) return []
  const more = notes.length - SHOWN_MAX
  return [
    'Notes of readers:',
    ...notes
      .slice(0, SHOWN_MAX)
      .flatMap((note) => hangText(`  ${escapeLine(noteText(note))}`, width, 4)),
    ...(more > 0 ? [`  … and ${more} more: with --format md or json`] : []),
    ...wrapText(NOTES_ARE_NO_VERDICTS, width),
  ]
}

/** For Markdown: a heading, a sentence and a list. */
export function noteMarkdown(notes: readonly ReaderNote[]): string[] {
  if (notes.length === 0) return []
  return [
    '## Notes of readers',
    NOTES_ARE_NO_VERDICTS,
    notes.map((note) => `- ${plainText(noteText(note))}`).join('\n'),
  ]
}

function noteText(note: ReaderNote): string {
  const tags = note.tags.map((tag) => `[${tag}]`).join(' ')
  const said = [tags, note.text].filter((part) => part !== '').join(' ')
  return `Trial ${note.number} (${noteByline(note)}): ${said}`
}
