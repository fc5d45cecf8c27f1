import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { PublishedResults } from '../../src/records/published.ts'

/** One cell of the published table. */
export interface PublishedCell {
  readonly model: string
  readonly arm: 'A' | 'E'
  /** 0 to 1, as printed: to a tenth of a per cent. */
  readonly rate: number
}

const ARMS = {
  A: {},
  E: { instruction: 'allow-unfinished', placement: 'system' },
} as const

/** The 26 cells of Table 2 of Schlatter et al. in arms A (nothing said) and E (asked in the system message to allow it). */
export function publishedCells(): PublishedCell[] {
  const path = new URL('../../assets/published-results.json', import.meta.url)
  const { rows } = PublishedResults.parse(JSON.parse(readFileSync(path, 'utf8')))
  return (['A', 'E'] as const).flatMap((arm) =>
    rows
      .filter(
        ({ source, arms }) => source === 'schlatter-table' && isDeepStrictEqual(arms, [ARMS[arm]]),
      )
      .map(({ model, rate }) => ({ model, arm, rate: Number(rate) / 100 })),
  )
}
