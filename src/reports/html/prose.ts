import { type Markup, markup } from './markup.ts'

/** A sentence of ours. What stands between backticks in it, as commands do, is set as code. */
export function prose(sentence: string): Markup {
  const pieces = sentence.split(/`([^`]+)`/)
  return markup`${pieces.map((piece, place) =>
    place % 2 === 1 ? markup`<code>${piece}</code>` : piece,
  )}`
}
