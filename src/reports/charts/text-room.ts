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

/** Advances of DejaVu Sans in ems, each class by its widest; what is in none is no wider than {@link OTHER_EM}. */
const EMS: readonly (readonly [string, number])[] = [
  ["'iljIJ", 0.3],
  [' .,/:;\\|f', 0.36],
  ['-()[]t!r·’', 0.42],
  ['"*_`sz?–“”', 0.54],
  ['cLFkvxyoaPTY', 0.62],
  ['KAVXZBRC', 0.7],
  ['UNHDG&OQ', 0.79],
  ['w#+−<=>^~×≤≥←→', 0.84],
  ['MΜМ', 0.87],
  ['m%', 0.98],
  ['W@…—', 1],
  ['ÆæŒœ', 1.07],
  ['ыфмжшщюѳ', 0.95],
  ['ФЫЖШЩЮЉЊ', 1.1],
]
const EM = new Map(
  EMS.flatMap(([characters, em]) => [...characters].map((each) => [each, em] as const)),
)
/** Digits and the other small letters. */
const OTHER_EM = 0.64
/** Of what no Latin font has: the widest that is usual. */
const SMALL_EM = 0.7
const CAPITAL_EM = 0.87
const LETTER_EM = 0.9
const IDEOGRAPH_EM = 1.02
const SYMBOL_EM = 1.06
/** Pictures and letters of mathematics come from fonts of their own. */
const PICTURE_EM = 1.3

function emOf(character: string): number {
  // With marks above or below it a letter is as wide as it is without them.
  const [letter = ''] = character.normalize('NFD')
  const known = EM.get(letter)
  if (known !== undefined) return known
  if (/[\p{M}\p{Cf}]/u.test(letter)) return 0
  const code = letter.codePointAt(0) ?? 0
  if (code < 0x80) return OTHER_EM
  if (code >= 0x1d400 && code < 0x20000) return PICTURE_EM
  if (/\p{Emoji_Presentation}/u.test(letter)) return PICTURE_EM
  if (/[\p{Ideographic}\u1100-\u11ff\u3000-\u9fff\uac00-\ud7a3\uff00-\uffef]/u.test(letter)) {
    return IDEOGRAPH_EM
  }
  if (/\p{Lu}/u.test(letter)) return CAPITAL_EM
  if (/[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Nd}]/u.test(letter)) return SMALL_EM
  return /\p{L}/u.test(letter) ? LETTER_EM : SYMBOL_EM
}
