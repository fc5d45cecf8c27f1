/** JSON on one line. What a terminal might obey, or a reader might not see, stands as an escape: the value is the same. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value).replace(UNSEEN, (character) =>
    // JSON knows code units alone: a character beyond the first plane is two escapes.
    Array.from({ length: character.length }, (_, at) => {
      return `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`
    }).join(''),
  )
}

// Cf holds the marks of writing direction, zero-width characters and the invisible tags. Other controls JSON escapes itself.
const UNSEEN = /[\u007f-\u009f\u2028\u2029\p{Cf}]/gu
