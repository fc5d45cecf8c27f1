import type { ReaderNote } from '../../src/records/note.ts'

/** The tags of each trial that has a note which its reader has not taken back, by the trial's number; none where no note has any. */
export function tagsByTrial(notes: readonly ReaderNote[]): ReadonlyMap<number, readonly string[]> {
  const tags = new Map<number, string[]>()
  for (const { number, tags: own, withdrawnAt } of notes) {
    if (withdrawnAt !== null) continue
    const known = tags.get(number) ?? []
    tags.set(number, [...known, ...own.filter((tag) => !known.includes(tag))])
  }
  return tags
}
