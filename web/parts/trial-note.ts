import { NewNote, type ReaderNote, USUAL_TAGS } from '../../src/records/note.ts'

/** A note as far as it has been written. */
export interface NoteDraft {
  readonly author: string
  readonly tags: readonly string[]
  /** With commas between. */
  readonly otherTags: string
  readonly text: string
}

const OFFERED_MAX = 12
const LENGTH_MAX = { tag: 60, tags: 20 }

/** @returns the note, or what is wrong with the draft */
export function noteOf({ author, tags, otherTags, text }: NoteDraft): NewNote | string {
  const typed = otherTags
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '')
  const all = [...new Set([...tags, ...typed])]
  if (author.trim() === '') return 'Say who you are: a note has an author.'
  if (all.length === 0 && text.trim() === '') return 'Choose a tag or write something.'
  if (all.length > LENGTH_MAX.tags) return `A note has at most ${LENGTH_MAX.tags} tags.`
  if (all.some((tag) => tag.length > LENGTH_MAX.tag)) {
    return `A tag has at most ${LENGTH_MAX.tag} characters: write the rest into the note.`
  }
  const note = NewNote.safeParse({ author, tags: all, text: text.trim() })
  return note.success ? note.data : 'This cannot be stored as a note.'
}

/** The usual tags, then those that readers of the run have used, the most frequent first. */
export function offeredTags(notes: readonly ReaderNote[]): string[] {
  const counts = new Map<string, number>()
  for (const { tags, withdrawnAt } of notes) {
    if (withdrawnAt !== null) continue
    for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1)
  }
  const used = [...counts]
    .toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .map(([tag]) => tag)
  return [...new Set([...USUAL_TAGS, ...used])].slice(0, OFFERED_MAX)
}
