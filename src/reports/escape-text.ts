/**
 * Text of somebody else's, made harmless to a terminal: control characters (ANSI sequences start with one), characters
 * that turn the direction of writing or cannot be seen, and halves of surrogate pairs are shown as escapes. Line feeds
 * and tabs stay.
 */
export function escapeText(text: string): string {
  return text.replaceAll(DANGEROUS, (character) =>
    character === '\n' || character === '\t' ? character : escapeOf(character),
  )
}

/** The same on one line: line feeds and tabs are escaped as well. */
export function escapeLine(text: string): string {
  return text.replaceAll(DANGEROUS, escapeOf)
}

// Cf holds the marks of writing direction (U+202E and its like), zero-width characters and the invisible tags.
const DANGEROUS = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

function escapeOf(character: string): string {
  const short = SHORT[character]
  return short ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
}

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }
