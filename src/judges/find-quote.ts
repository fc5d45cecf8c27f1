import type { Material } from './material.ts'

/**
 * The passage of the material that a judge has quoted, in the material's own letters; null: no piece has it. Blanks, line ends,
 * invisible characters and the shape of quotation marks may differ, since judges do not copy those faithfully; whatever else is
 * not there letter for letter is not a quote. What is ours, such as a note that something was left out, cannot be quoted.
 */
export function findQuote(quote: string, material: Material): string | null {
  const wanted = readings(quote).map((reading) => fold(reading).text.trim())
  for (const piece of material) {
    if (!('text' in piece)) continue
    const { text, origins } = fold(piece.text)
    for (const each of wanted) {
      const at = each === '' ? -1 : text.indexOf(each)
      if (at < 0) continue
      const last = origins[at + each.length - 1] ?? 0
      return piece.text.slice(origins[at], last + 1)
    }
  }
  return null
}

/** As it stands, and with the escapes undone that the judge was shown and may have copied. */
function readings(quote: string): string[] {
  if (!quote.includes('\\')) return [quote]
  try {
    const undone: unknown = JSON.parse(`"${quote.replaceAll(/(?<!\\)"/g, '\\"')}"`)
    return typeof undone === 'string' ? [quote, undone] : [quote]
  } catch {
    // Its backslashes are no escapes.
    return [quote]
  }
}

interface Folded {
  readonly text: string
  /** Of each unit of `text`, where it stands in what was folded. */
  readonly origins: readonly number[]
}

function fold(text: string): Folded {
  let folded = ''
  const origins: number[] = []
  for (let at = 0; at < text.length; ) {
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0)
    const shown = foldCharacter(character)
    if (!(shown === ' ' && folded.endsWith(' '))) {
      for (let unit = 0; unit < shown.length; unit++) origins.push(at + unit)
      folded += shown
    }
    at += character.length
  }
  return { text: folded, origins }
}

function foldCharacter(character: string): string {
  if (/\s/.test(character)) return ' '
  if (/[\p{Cc}\p{Cf}]/u.test(character)) return ''
  if (/[‘’‚‛ʼ′`]/.test(character)) return "'"
  if (/[“”„‟″«»]/.test(character)) return '"'
  return character
}
