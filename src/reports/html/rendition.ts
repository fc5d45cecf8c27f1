/** The look of letters on a terminal, as far as it is drawn. `colour` is one of the sixteen. */
export interface Rendition {
  readonly colour?: number
  readonly isBold?: boolean
  readonly isFaint?: boolean
  readonly isItalic?: boolean
  readonly isUnderlined?: boolean
  readonly isStruck?: boolean
  /** It has a background, which is drawn as a frame. */
  readonly isFramed?: boolean
}

/** Longer sequences are no work of a program that colours its output. */
const NUMBERS_MAX = 32

/**
 * What a sequence such as `1;31` makes of a look (ECMA-48, "select graphic rendition").
 *
 * @returns null where it asks for something that is not drawn: concealing, blinking, swapping of colours
 */
export function applyRendition(rendition: Rendition, sequence: string): Rendition | null {
  const numbers = sequence.split(/[;:]/, NUMBERS_MAX + 1).map((number) => Number(number))
  if (numbers.length > NUMBERS_MAX) return null
  let current = rendition
  for (let place = 0; place < numbers.length; place += 1) {
    const number = numbers[place] ?? 0
    if (number === 38 || number === 48) {
      const extended = extendedColour(numbers.slice(place + 1))
      if (extended === null) return null
      current =
        number === 38 ? { ...current, colour: extended.colour } : { ...current, isFramed: true }
      place += extended.length
      continue
    }
    const next = applyNumber(current, number)
    if (next === null) return null
    current = next
  }
  return current
}

/** Names of the sixteen colours in their order, as classes of the style sheet. */
const COLOURS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const

export function renditionClasses(look: Rendition): string {
  const { colour } = look
  const name = colour === undefined ? undefined : COLOURS[colour % 8]
  return [
    ...(name === undefined ? [] : [`t-${name}`]),
    ...(look.isBold || (colour ?? 0) > 7 ? ['t-bold'] : []),
    ...(look.isFaint ? ['t-faint'] : []),
    ...(look.isItalic ? ['t-italic'] : []),
    ...(look.isUnderlined ? ['t-underlined'] : []),
    ...(look.isStruck ? ['t-struck'] : []),
    ...(look.isFramed ? ['t-framed'] : []),
  ].join(' ')
}

function applyNumber(look: Rendition, number: number): Rendition | null {
  if (number === 0) return {}
  if (number >= 30 && number <= 37) return { ...look, colour: number - 30 }
  if (number >= 90 && number <= 97) return { ...look, colour: number - 90 + 8 }
  if ((number >= 40 && number <= 47) || (number >= 100 && number <= 107)) {
    return { ...look, isFramed: true }
  }
  const change = SIMPLE[number]
  return change === undefined ? null : { ...without(look, change.drops), ...change.adds }
}

const SIMPLE: Readonly<
  Record<number, { readonly adds?: Rendition; readonly drops?: readonly (keyof Rendition)[] }>
> = {
  1: { adds: { isBold: true } },
  2: { adds: { isFaint: true } },
  3: { adds: { isItalic: true } },
  4: { adds: { isUnderlined: true } },
  9: { adds: { isStruck: true } },
  22: { drops: ['isBold', 'isFaint'] },
  23: { drops: ['isItalic'] },
  24: { drops: ['isUnderlined'] },
  29: { drops: ['isStruck'] },
  39: { drops: ['colour'] },
  49: { drops: ['isFramed'] },
}

function without(look: Rendition, drops: readonly (keyof Rendition)[] = []): Rendition {
  if (drops.length === 0) return look
  return Object.fromEntries(
    Object.entries(look).filter(([name]) => !drops.some((drop) => drop === name)),
  )
}

/** `5;N` (one of 256) or `2;R;G;B`, as the nearest of the sixteen, and how many numbers that took. */
function extendedColour([kind, ...rest]: readonly number[]): {
  readonly colour: number
  readonly length: number
} | null {
  const [first = 0, second = 0, third = 0] = rest
  if (kind === 5 && rest.length >= 1) return { colour: ofPalette(first), length: 2 }
  if (kind === 2 && rest.length >= 3) return { colour: ofRgb(first, second, third), length: 4 }
  return null
}

/** The 256 are the sixteen, a cube of 6 × 6 × 6 and 24 greys. */
function ofPalette(index: number): number {
  if (index < 16) return index
  if (index >= 232) return index >= 244 ? 7 : 0
  const cube = index - 16
  return ofRgb(...([Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map(scaled) as Rgb))
}

// A tuple of three stays one when it is mapped; `map` does not say so.
type Rgb = [number, number, number]

function scaled(level: number): number {
  return level * 51
}

/** The sixteen are the corners of the cube: which of red, green and blue are more than half of the strongest. */
function ofRgb(red: number, green: number, blue: number): number {
  const strongest = Math.max(red, green, blue)
  if (strongest < 64) return 0
  const corner =
    (red > strongest / 2 ? 1 : 0) + (green > strongest / 2 ? 2 : 0) + (blue > strongest / 2 ? 4 : 0)
  return strongest > 192 ? corner + 8 : corner
}
