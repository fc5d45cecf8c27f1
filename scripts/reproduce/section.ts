import type { Random } from '../../src/support/random.ts'

/** Tables that are computed or simulated together. */
export interface Section {
  /** Names its place in the page, and its share of chance. */
  readonly id: string
  measure(scale: Scale): Measured
}

/** `sample` is a small part, computed and drawn in the same way, that takes seconds. */
export interface Scale {
  readonly size: 'full' | 'sample'
  readonly random: Random
  readonly tell: (text: string) => void
}

export interface Measured {
  /** What was found, as it is compared with what was found before. */
  readonly data: unknown
  /** The same for readers, in Markdown. */
  readonly lines: readonly string[]
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)]
}

export function percent(share: number, digits = 2): string {
  return `${(100 * share).toFixed(digits)} %`
}

/** 26000 as `26,000`. */
export function whole(number: number): string {
  return Math.round(number).toLocaleString('en-US')
}

export function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length
}
