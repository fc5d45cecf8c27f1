import { escapeLine } from '../escape-text.ts'

/**
 * Room that a line takes, in pixels. Nobody knows with which font it will be shown, so this is measured with a wide one (DejaVu
 * Sans): where it fits, others fit.
 */
export function roomOf(text: string, size: number): number {
  let room = 0
  for (const character of text) room += emOf(character)
  return room * size
}

/** On one line, harmless, and where it is too long without its middle: beginnings and ends of names set them apart. */
export function shortened(text: string, room: number, size: number): string {
  const line = escapeLine(text)
  if (roomOf(line, size) <= room) return line
  const characters = [...line]
  for (
    let kept = characters.length - 1;
    kept > 1;
    kept = Math.min(kept - 1, Math.floor(kept * 0.96))
  ) {
    const head = Math.ceil(kept / 2)
    const cut = `${characters.slice(0, head).join('')}…${characters.slice(characters.length - (kept - head)).join('')}`
    if (roomOf(cut, size) <= room) return cut
  }
  return '…'
}

/** Broken at blanks into lines that fit, at most so many; what is too long loses its middle. */
export function wrapped(
  text: string,
  {
    room,
    size,
    lines: most,
  }: { readonly room: number; readonly size: number; readonly lines: number },
): string[] {
  const lines: string[] = []
  const words = escapeLine(text).split(' ')
  for (const [place, word] of words.entries()) {
    const last = lines.at(-1)
    const longer = last === undefined ? word : `${last} ${word}`
    if (last !== undefined && roomOf(longer, size) <= room) {
      lines[lines.length - 1] = longer
    } else if (lines.length === most) {
      const rest = `${last} ${words.slice(place).join(' ')}`
      return [...lines.slice(0, -1), shortened(rest, room, size)]
    } else {
      lines.push(word)
    }
  }
  return lines.map((line) => shortened(line, room, size))
}

/** Room of a column that holds these lines: as much as the longest takes, but within bounds. */
export function columnRoom(
  lines: readonly string[],
  { size, least, most }: { readonly size: number; readonly least: number; readonly most: number },
): number {
  const longest = lines.reduce((room, line) => Math.max(room, roomOf(escapeLine(line), size)), 0)
  return Math.ceil(Math.min(most, Math.max(least, longest)))
}

const EMS: readonly (readonly [string, number])[] = [
  ["iljI|'", 0.3],
  [' .,:;!', 0.32],
  ['ftr()[]/-"·’', 0.41],
  ['–“”', 0.52],
  ['mw%@MW…', 0.98],
  ['+=−<>~→←≤≥×', 0.84],
]
const EM = new Map(
  EMS.flatMap(([characters, em]) => [...characters].map((each) => [each, em] as const)),
)

function emOf(character: string): number {
  const known = EM.get(character)
  if (known !== undefined) return known
  if (character > '\u1100') return character > '\u{1f000}' ? 1.3 : 1.02
  return character >= 'A' && character <= 'Z' ? 0.72 : 0.62
}
