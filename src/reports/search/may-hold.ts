import { patternOf } from './find-in-trial.ts'

/**
 * What tells from the stored JSON of a transcript whether a text may be found in it: `false` is certain, and far cheaper than to look.
 * Goes by one word of the text: words stand in the JSON as they do in the transcript, while what is between them may be escaped
 * there, or put between them only when they are read.
 *
 * @param mark what a reader sees in place of a secret
 */
export function mayHold(text: string, mark: string): (json: string) => boolean {
  const words = text.match(WORDS)?.filter((word) => !mark.includes(word.toLowerCase())) ?? []
  const [longest] = words.toSorted((a, b) => b.length - a.length)
  if (longest === undefined) return () => true
  const pattern = patternOf(longest)
  return (json) => pattern.test(json) || ESCAPED_WORD.test(json)
}

/** Nothing that JSON escapes, and nothing that parts of a command or the name of a model are joined by. */
const WORDS = /[\p{L}\p{N}_.:-]+/gu

/** We escape nothing in JSON but control characters and halves of pairs; a file from elsewhere may write any letter so. */
const ESCAPED_WORD = /\\u(?!00[01])/
