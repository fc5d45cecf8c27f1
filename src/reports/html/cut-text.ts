import { countText } from '../count-text.ts'

/** The beginning of a text, at most so many characters, whose last one is whole. */
export function cutText(text: string, length: number): string {
  if (length >= text.length) return text
  const last = text.charCodeAt(length - 1)
  const isHalf = last >= 0xd800 && last <= 0xdbff
  return text.slice(0, isHalf ? length - 1 : length)
}

/** The same of what stands on one line, with a word about what is left out. */
export function cutLine(text: string, length: number): string {
  const kept = cutText(text, length)
  const more = text.length - kept.length
  return more === 0 ? text : `${kept} … ${countText(more)} more characters`
}
