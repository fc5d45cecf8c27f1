/** Pieces of text one after another, as they stand in a page. */
export interface FoundText {
  readonly text: string
  /** Where each piece begins in it. */
  readonly starts: readonly number[]
}

export interface Find {
  readonly start: number
  readonly end: number
}

/** More are not marked: a single letter in a long transcript is found everywhere. */
export const FINDS_MAX = 5_000

/** All places that hold a text, letters' case aside, in their order. */
export function findAll(
  text: string,
  wanted: string,
): { readonly finds: Find[]; readonly cut: boolean } {
  if (wanted === '') return { finds: [], cut: false }
  const pattern = new RegExp(wanted.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`), 'giu')
  const finds: Find[] = []
  for (const { index, 0: found } of text.matchAll(pattern)) {
    if (finds.length === FINDS_MAX) return { finds, cut: true }
    finds.push({ start: index, end: index + found.length })
  }
  return { finds, cut: false }
}

/** The piece that a place of the whole text stands in, and where in it. */
export function pieceAt(
  { starts }: FoundText,
  offset: number,
): { readonly piece: number; readonly offset: number } {
  let [low, high] = [0, starts.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((starts[middle] ?? 0) <= offset) low = middle + 1
    else high = middle
  }
  const piece = Math.max(0, low - 1)
  return { piece, offset: offset - (starts[piece] ?? 0) }
}
