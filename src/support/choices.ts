import { UsageError } from './errors.ts'

/** The known name closest to what was given, if it is close enough to have been meant. */
export function nearest(given: string, choices: Iterable<string>): string | null {
  const limit = Math.max(1, Math.floor(given.length / 3))
  let best: string | null = null
  let bestDistance = limit + 1
  for (const choice of choices) {
    const distance = editDistance(given.toLowerCase(), choice.toLowerCase())
    if (distance < bestDistance) {
      best = choice
      bestDistance = distance
    }
  }
  return best
}

/** The user named something that does not exist: one line with the nearest and all valid names. */
export function unknownChoice(what: string, given: string, choices: Iterable<string>): UsageError {
  const known = [...choices]
  const meant = nearest(given, known)
  const guess = meant === null ? '' : ` Did you mean "${meant}"?`
  const list = known.length === 0 ? 'there are none' : known.join(', ')
  return new UsageError(`Unknown ${what} "${printable(given)}".${guess} Valid: ${list}`)
}

/** Text of somebody else's, safe to print on one line of a terminal: control characters are shown as escapes. */
export function printable(text: string, lengthMax = 120): string {
  const escaped = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escapeCharacter)
  return escaped.length > lengthMax ? `${escaped.slice(0, lengthMax)}…` : escaped
}

function escapeCharacter(character: string): string {
  if (character === '\n') return '\\n'
  if (character === '\t') return '\\t'
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
}

/** Levenshtein's distance, a row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
