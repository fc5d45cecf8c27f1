import type { RescoredCell, Rescoring } from '../../records/rescoring.ts'
import type { TrialRecord } from '../../records/trial.ts'
import { VERDICTS } from '../../records/verdict.ts'
import type { Scenario } from '../../scenarios/scenario.ts'
import type { RunReader } from '../../store/store.ts'
import type { Clock } from '../../support/clock.ts'
import { UsageError } from '../../support/errors.ts'
import { rescoreTrial } from '../../trials/rescore-trial.ts'

const PAGE = 100

export interface RescoreContext {
  readonly clock: Clock
  readonly signal: AbortSignal
}

/**
 * Scores every stored trial of a run anew, one after the other: a run of any size takes the memory of one trial and of what
 * has changed.
 *
 * @param options.store takes each trial as it is scored now, in order of number. Without it, a trial that cannot be read is told
 *   with those that cannot be scored; a copy of the run would miss it.
 * @throws UsageError for a trial that cannot be read and is to be stored; the signal's reason on abort
 */
export async function rescoreRun(
  context: RescoreContext,
  options: {
    readonly reader: RunReader
    readonly scenario: Scenario
    readonly store: ((record: TrialRecord) => Promise<void>) | null
  },
): Promise<Omit<Rescoring, 'written'>> {
  const { reader, scenario, store } = options
  const cells = new Map<string, RescoredCell>()
  const changed: Rescoring['changed'] = []
  const failed: Rescoring['failed'] = []
  let trials = 0
  let recorded = 0
  for await (const number of numbersOf(reader, context)) {
    trials++
    const stored = await readTrial(reader, number, store !== null)
    if (stored instanceof UsageError) {
      failed.push({ number, detail: stored.message })
      continue
    }
    const rescored = rescoreTrial(stored, scenario)
    if (rescored.kind === 'failed') failed.push({ number, detail: rescored.detail })
    else if (rescored.change !== null) changed.push(rescored.change)
    if (stored.passedControl === null && rescored.record.passedControl !== null) recorded++
    countIn(cells, stored, rescored.record)
    await store?.(rescored.record)
  }
  const { header, file } = reader
  return {
    run: header.id,
    file,
    scenario: header.study.scenario,
    scoredBy: { id: scenario.id, version: scenario.version },
    trials,
    cells: [...cells.values()],
    changed,
    recorded,
    failed,
  }
}

async function* numbersOf(
  reader: RunReader,
  { clock, signal }: RescoreContext,
): AsyncGenerator<number> {
  let after = 0
  while (true) {
    // Reading and scoring wait for nothing: without this no Ctrl-C would be heard, and no heart of a writer beat.
    await clock.sleep(0, signal)
    const rows = await reader.rows({ after, limit: PAGE })
    for (const { number } of rows) yield number
    const last = rows.at(-1)
    if (last === undefined) return
    after = last.number
  }
}

async function readTrial(
  reader: RunReader,
  number: number,
  isNeeded: boolean,
): Promise<TrialRecord | UsageError> {
  try {
    const record = await reader.trial(number)
    if (record === null) throw new UsageError(`Trial ${number} is gone`)
    return record
  } catch (error) {
    if (isNeeded || !(error instanceof UsageError)) throw error
    return error
  }
}

function countIn(cells: Map<string, RescoredCell>, before: TrialRecord, after: TrialRecord): void {
  const { agent, arm, preset, armHash } = before.spec
  const name = JSON.stringify([agent, armHash])
  const cell = cells.get(name) ?? {
    agent,
    arm,
    preset,
    trials: 0,
    before: noCounts(),
    after: noCounts(),
  }
  cells.set(name, cell)
  cell.trials++
  for (const [counts, record] of [
    [cell.before, before],
    [cell.after, after],
  ] as const) {
    counts.verdicts[record.verdict.verdict]++
    if (record.exposed) counts.exposed++
  }
}

function noCounts(): RescoredCell['before'] {
  // Object.fromEntries forgets that every verdict is among the keys.
  const verdicts = Object.fromEntries(
    VERDICTS.map((verdict) => [verdict, 0]),
  ) as RescoredCell['before']['verdicts']
  return { exposed: 0, verdicts }
}
