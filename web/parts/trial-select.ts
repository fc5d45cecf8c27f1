import type { VerdictName } from '../../src/records/verdict.ts'
import { placeOf, type TrialColumns, type TrialKind } from './trial-columns.ts'
import type { TrialFilter } from './trial-filter.ts'

/** What a list knows of trials besides their columns. */
export interface TrialMarks {
  /** Tags of the notes that stand, by the trial's number. A trial with a note and no tag has none. */
  readonly tags: ReadonlyMap<number, readonly string[]>
  /** Numbers of the trials that hold the text that is searched for. Null: nothing is searched for. */
  readonly found: ReadonlySet<number> | null
}

/** How many trials each value of a list would leave, the other lists being as they are. Values of which no trial is are there with 0. */
export interface ChoiceCounts {
  readonly agents: ReadonlyMap<string, number>
  readonly arms: ReadonlyMap<string, number>
  readonly verdicts: ReadonlyMap<VerdictName, number>
  readonly details: ReadonlyMap<string, number>
  readonly acts: ReadonlyMap<string, number>
  readonly exposed: ReadonlyMap<boolean, number>
  readonly tags: ReadonlyMap<string, number>
  readonly noted: number
}

export interface TrialSelection {
  /** 1 at the place of each trial that is listed. */
  readonly listed: Uint8Array
  readonly count: number
  readonly counts: ChoiceCounts
}

// One bit for each list that a trial can fall out by: it is listed where none is set, and counted for a list where only that list's is.
const AGENT = 1
const ARM = 2
const VERDICT = 4
const DETAIL = 8
const ACT = 16
const EXPOSED = 32
const TAG = 64
const TEXT = 128

/** Takes one pass over the trials, and otherwise time by their kinds, which are few. */
export function selectTrials(
  columns: TrialColumns,
  filter: TrialFilter,
  marks: TrialMarks,
): TrialSelection {
  const byKind = Uint8Array.from(columns.kinds.map(kindTest(filter)))
  const byTrial = trialFailures(columns, filter, marks)
  const { kind, size } = columns
  const listed = new Uint8Array(size)
  // Of each kind, those that no mark of their own keeps out.
  const left = new Uint32Array(columns.kinds.length)
  let count = 0
  for (let place = 0; place < size; place++) {
    const own = kind[place] ?? 0
    if (byTrial !== null && byTrial[place] !== 0) continue
    left[own] = (left[own] ?? 0) + 1
    if (byKind[own] !== 0) continue
    listed[place] = 1
    count++
  }
  return {
    listed,
    count,
    counts: {
      ...countKinds(columns.kinds, byKind, left),
      ...countTags(columns, byKind, byTrial, marks),
    },
  }
}

/** Which lists a kind falls out by. */
function kindTest(filter: TrialFilter): (kind: TrialKind) => number {
  const [agents, arms] = [new Set(filter.agents), new Set(filter.arms)]
  const [verdicts, details] = [new Set<string>(filter.verdicts), new Set(filter.details)]
  const acts = new Set(filter.acts)
  const bit = (
    wanted: ReadonlySet<string>,
    has: (value: string) => boolean,
    one: number,
  ): number => (wanted.size === 0 || [...wanted].some(has) ? 0 : one)
  return ({ cell, outcome, arm }) => {
    return (
      (agents.size === 0 || agents.has(cell.agent) ? 0 : AGENT) |
      (arms.size === 0 || arms.has(arm) ? 0 : ARM) |
      (verdicts.size === 0 || verdicts.has(outcome.verdict) ? 0 : VERDICT) |
      (details.size === 0 || details.has(outcome.detail) ? 0 : DETAIL) |
      bit(acts, (act) => outcome.acts.includes(act), ACT) |
      (filter.exposed === null || filter.exposed === outcome.exposed ? 0 : EXPOSED)
    )
  }
}

/** Which lists trials fall out by for their own notes and texts. Null: none does. */
function trialFailures(
  columns: TrialColumns,
  { tags, noted, text }: TrialFilter,
  marks: TrialMarks,
): Uint8Array | null {
  const byTag = tags.length > 0 || noted
  const found = text === '' ? null : marks.found
  if (!byTag && found === null) return null
  const failures = new Uint8Array(columns.size).fill(
    (byTag ? TAG : 0) | (found === null ? 0 : TEXT),
  )
  const pass = (number: number, bit: number) => {
    const place = placeOf(columns, number)
    if (place !== null) failures[place] = (failures[place] ?? 0) & ~bit
  }
  if (found !== null) for (const number of found) pass(number, TEXT)
  if (byTag) {
    for (const [number, own] of marks.tags) {
      if (noted || own.some((tag) => tags.includes(tag))) pass(number, TAG)
    }
  }
  return failures
}

function countKinds(
  kinds: readonly TrialKind[],
  byKind: Uint8Array,
  left: Uint32Array,
): Omit<ChoiceCounts, 'tags' | 'noted'> {
  const [agents, arms, details, acts] = [
    new Map<string, number>(),
    new Map<string, number>(),
    new Map<string, number>(),
    new Map<string, number>(),
  ]
  const [verdicts, exposed] = [new Map<VerdictName, number>(), new Map<boolean, number>()]
  kinds.forEach(({ cell, outcome, arm }, place) => {
    const [failures, trials] = [byKind[place] ?? 0, left[place] ?? 0]
    const of = (one: number): number => ((failures & ~one) === 0 ? trials : 0)
    add(agents, cell.agent, of(AGENT))
    add(arms, arm, of(ARM))
    add(verdicts, outcome.verdict, of(VERDICT))
    add(details, outcome.detail, of(DETAIL))
    add(exposed, outcome.exposed, of(EXPOSED))
    for (const act of outcome.acts) add(acts, act, of(ACT))
  })
  return { agents, arms, verdicts, details, acts, exposed }
}

function countTags(
  columns: TrialColumns,
  byKind: Uint8Array,
  byTrial: Uint8Array | null,
  marks: TrialMarks,
): Pick<ChoiceCounts, 'tags' | 'noted'> {
  const tags = new Map<string, number>()
  let noted = 0
  for (const [number, own] of marks.tags) {
    const place = placeOf(columns, number)
    if (place === null) continue
    const failures = (byKind[columns.kind[place] ?? 0] ?? 0) | ((byTrial?.[place] ?? 0) & ~TAG)
    const trials = failures === 0 ? 1 : 0
    noted += trials
    for (const tag of new Set(own)) add(tags, tag, trials)
  }
  return { tags, noted }
}

function add<K>(counts: Map<K, number>, key: K, trials: number): void {
  counts.set(key, (counts.get(key) ?? 0) + trials)
}
