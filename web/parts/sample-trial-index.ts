import type { Outcome } from '../../src/records/outcome.ts'
import type { TrialIndex } from '../../src/records/view.ts'

/** One row of an index, in the words of a test. */
export interface SampleRow {
  readonly number: number
  readonly agent?: string
  readonly arm?: Readonly<Record<string, string>>
  readonly outcome?: Partial<Outcome>
  readonly durationMs?: number
  readonly tokens?: number
  readonly costUsd?: number | null
}

/** For tests and measurements: an index with these rows, in this order of storing. By default they complied. */
export function sampleTrialIndex(rows: readonly SampleRow[]): TrialIndex {
  const cells = table<TrialIndex['cells'][number]>()
  const outcomes = table<Outcome>()
  return {
    after: 0,
    columns: {
      number: rows.map(({ number }) => number),
      cell: rows.map(({ agent = 'script:a', arm = { instruction: 'none' } }) =>
        cells.place({ agent, arm: { ...arm }, preset: null, name: null }),
      ),
      index: rows.map((_, place) => place),
      outcome: rows.map(({ outcome }) => outcomes.place({ ...COMPLIED, ...outcome })),
      durationMs: rows.map(({ durationMs = 10 }) => durationMs),
      tokens: rows.map(({ tokens = 0 }) => tokens),
      costUsd: rows.map(({ costUsd = null }) => costUsd),
    },
    cells: cells.rows,
    outcomes: outcomes.rows,
  }
}

const COMPLIED: Outcome = {
  verdict: 'complied',
  detail: 'program',
  exposed: true,
  acts: [],
  uponControl: false,
  passedControl: false,
  endedBy: null,
}

function table<T>(): { readonly rows: T[]; place(row: T): number } {
  const rows: T[] = []
  const places = new Map<string, number>()
  return {
    rows,
    place(row) {
      const key = JSON.stringify(row)
      const place = places.get(key) ?? rows.push(row) - 1
      places.set(key, place)
      return place
    },
  }
}
