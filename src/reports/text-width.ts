/** Columns that a line takes on a terminal. Colours take none, East Asian and pictographic characters two. */
export function textWidth(line: string): number {
  let width = 0
  for (const character of line.replaceAll(COLOUR, '')) {
    if (/\p{M}/u.test(character)) continue
    width += WIDE.test(character) ? 2 : 1
  }
  return width
}

// The only control sequences in a line: whatever else came from outside stands as escapes by now.
const COLOUR = /\p{Cc}\[[\d;]*m/gu

// Unicode's East Asian Width "wide" and "fullwidth" in their large blocks; what is left out is rare and merely misaligned.
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u

/** `line` with blanks up to `width` columns, on the right or, for numbers, on the left. */
export function padText(line: string, width: number, align: 'left' | 'right'): string {
  const blanks = ' '.repeat(Math.max(0, width - textWidth(line)))
  return align === 'left' ? line + blanks : blanks + line
}

/** Breaks a paragraph at blanks into lines of at most `width` columns, none before a per cent sign; a word that is longer stands alone. */
export function wrapText(paragraph: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of paragraph.split(/ (?!%)/)) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && textWidth(longer) > width) {
      lines.push(line)
      line = word
    } else {
      line = longer
    }
  }
  return [...lines, line]
}

/** Breaks a line like `wrapText`, keeping the blanks it begins with; what follows is moved in by `indent` columns. */
export function hangText(line: string, width: number, indent: number): string[] {
  const margin = line.length - line.trimStart().length
  const [first = '', ...rest] = wrapText(line.trimStart(), width - indent)
  return [' '.repeat(margin) + first, ...rest.map((each) => ' '.repeat(indent) + each)]
}

/**
 * Cuts a line of any content into pieces of at most `width` columns: behind a blank where there is one near the end,
 * else anywhere. Together the pieces are the line; a blank at a piece's end may stand beyond its width.
 */
export function chopText(line: string, width: number): string[] {
  const pieces: string[] = []
  let piece = ''
  let used = 0
  for (const character of line) {
    const more = textWidth(character)
    if (used + more > width && piece !== '') {
      if (character === ' ') {
        pieces.push(`${piece} `)
        piece = ''
        used = 0
        continue
      }
      const blank = piece.lastIndexOf(' ') + 1
      const cut = blank > piece.length / 2 ? blank : piece.length
      pieces.push(piece.slice(0, cut))
      piece = piece.slice(cut)
      used = textWidth(piece)
    }
    piece += character
    used += more
  }
  return [...pieces, piece]
}
