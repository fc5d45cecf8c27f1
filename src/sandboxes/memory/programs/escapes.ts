import { textToBytes } from '../files/text.ts'

const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  E: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
}

/** Backslash escapes as `echo -e` reads them, to bytes. `stopped`: a `\c` ended the output. */
export function decodeEscapes(text: string): { bytes: string; stopped: boolean } {
  const end = /(?<!\\)(?:\\\\)*\\c/.exec(text)
  const kept = end === null ? text : text.slice(0, end.index + end[0].length - 2)
  const bytes = textToBytes(kept).replace(
    /\\(?:0([0-7]{1,3})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|([abeEfnrtv\\]))/g,
    (whole, octal?: string, hex?: string, short?: string, long?: string, letter?: string) => {
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff)
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
      const code = short ?? long
      if (code !== undefined) return character(Number.parseInt(code, 16))
      return SIMPLE[letter ?? ''] ?? whole
    },
  )
  return { bytes, stopped: end !== null }
}

function character(code: number): string {
  return code <= 0x10ffff ? textToBytes(String.fromCodePoint(code)) : ''
}
