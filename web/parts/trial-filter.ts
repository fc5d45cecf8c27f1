import type { Arm } from '../../src/records/arm.ts'
import { VERDICTS, type VerdictName } from '../../src/records/verdict.ts'

/** Which trials of a run are listed. Within one list any of its values will do, an empty one asks nothing; between lists all must hold. */
export interface TrialFilter {
  readonly agents: readonly string[]
  /** As {@link armValue} writes them. */
  readonly arms: readonly string[]
  readonly verdicts: readonly VerdictName[]
  readonly details: readonly string[]
  readonly acts: readonly string[]
  /** Null: either. */
  readonly exposed: boolean | null
  readonly tags: readonly string[]
  /** Those with any note, as one more tag. */
  readonly noted: boolean
  /** What a transcript holds; empty: anything. */
  readonly text: string
}

export const TRIAL_ORDERS = ['number', 'duration', 'tokens', 'cost'] as const

/** In which order trials are listed. */
export interface TrialOrder {
  readonly by: (typeof TRIAL_ORDERS)[number]
  readonly descending: boolean
}

export interface TrialListView {
  readonly filter: TrialFilter
  readonly order: TrialOrder
}

/** The same in an address: what asks nothing is left out. */
export interface TrialListSearch {
  readonly agent?: readonly string[]
  readonly arm?: readonly string[]
  readonly verdict?: readonly string[]
  readonly detail?: readonly string[]
  readonly act?: readonly string[]
  readonly exposed?: 'yes' | 'no'
  readonly tag?: readonly string[]
  readonly noted?: 'yes'
  readonly text?: string
  readonly sort?: string
  readonly down?: 'yes'
}

export const NO_FILTER: TrialFilter = {
  agents: [],
  arms: [],
  verdicts: [],
  details: [],
  acts: [],
  exposed: null,
  tags: [],
  noted: false,
  text: '',
}

export const BY_NUMBER: TrialOrder = { by: 'number', descending: false }

/** An arm as filters and addresses name it: `instruction=none,placement=user`, whatever order its factors stand in. */
export function armValue(arm: Arm): string {
  return Object.entries(arm)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([factor, level]) => `${factor}=${level}`)
    .join(',')
}

/** Reads an address. It may have been written by hand: what makes no sense asks nothing. */
export function readListSearch(search: Readonly<Record<string, unknown>>): TrialListView {
  const verdicts = new Set(texts(search['verdict']))
  const by = TRIAL_ORDERS.find((each) => each === search['sort']) ?? 'number'
  return {
    filter: {
      agents: texts(search['agent']),
      arms: texts(search['arm']),
      verdicts: VERDICTS.filter((verdict) => verdicts.has(verdict)),
      details: texts(search['detail']),
      acts: texts(search['act']),
      exposed: search['exposed'] === 'yes' ? true : search['exposed'] === 'no' ? false : null,
      tags: texts(search['tag']),
      noted: search['noted'] === 'yes',
      text: texts(search['text'])[0] ?? '',
    },
    order: { by, descending: search['down'] === 'yes' },
  }
}

/** What {@link readListSearch} reads back. */
export function writeListSearch({ filter, order }: TrialListView): TrialListSearch {
  return {
    ...list('agent', filter.agents),
    ...list('arm', filter.arms),
    ...list('verdict', filter.verdicts),
    ...list('detail', filter.details),
    ...list('act', filter.acts),
    ...(filter.exposed === null ? {} : { exposed: filter.exposed ? 'yes' : 'no' }),
    ...list('tag', filter.tags),
    ...(filter.noted ? { noted: 'yes' } : {}),
    ...(filter.text === '' ? {} : { text: filter.text }),
    ...(order.by === 'number' ? {} : { sort: order.by }),
    ...(order.descending ? { down: 'yes' } : {}),
  }
}

export function asksNothing(filter: TrialFilter): boolean {
  return Object.keys(writeListSearch({ filter, order: BY_NUMBER })).length === 0
}

/** A router may have read `17` as a number and `true` as a word of its own. */
function texts(value: unknown): string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value]
  const said = values.flatMap((each) =>
    typeof each === 'string' || typeof each === 'number' || typeof each === 'boolean'
      ? [String(each)]
      : [],
  )
  return [...new Set(said)].filter((each) => each !== '')
}

function list<K extends string>(key: K, values: readonly string[]): Partial<Record<K, string[]>> {
  // TypeScript reads a computed key as any string.
  return values.length === 0 ? {} : ({ [key]: [...values] } as Partial<Record<K, string[]>>)
}
