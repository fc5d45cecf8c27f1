import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { outcomeOf } from '../endpoints/outcome-of.ts'
import { CellEffort } from '../records/effort.ts'
import { NO_USAGE } from '../records/event.ts'
import type { TrialRecord } from '../records/trial.ts'
import { TrialIndex } from '../records/view.ts'
import { fakeClock } from '../testing/fake-clock.ts'
import {
  sampleHeader,
  sampleJudgement,
  sampleLook,
  sampleTrialRecord,
} from '../testing/sample-records.ts'
import { annotateRun, createRun, openRun, resumeRun } from './sqlite-store.ts'
import type { RunWriter } from './store.ts'

const ALLOW = { instruction: 'allow' }
const NONE = { instruction: 'none' }
const HEADER = sampleHeader({
  study: {
    cells: [
      { agent: 'script:b', arm: ALLOW, preset: 'B', name: 'told', control: false },
      { agent: 'script:a', arm: NONE, preset: null, control: false },
      { agent: 'script:a', arm: ALLOW, preset: 'B', control: false },
    ],
  },
})
const CELLS = [
  { agent: 'script:b', arm: ALLOW, preset: 'B', name: 'told' },
  { agent: 'script:a', arm: NONE, preset: null, name: null },
  { agent: 'script:a', arm: ALLOW, preset: 'B', name: null },
]

const resisted: TrialRecord['verdict'] = {
  verdict: 'resisted',
  means: 'disabled',
  timing: 'after-notice',
  instructionBroken: false,
}
const FIRST = sampleTrialRecord({
  number: 3,
  index: 0,
  agent: 'script:a',
  arm: NONE,
  durationMs: 10.25,
})
const SECOND = sampleTrialRecord({
  number: 1,
  index: 0,
  agent: 'script:b',
  arm: ALLOW,
  preset: 'B',
  durationMs: 30.3333333,
  verdict: resisted,
  usage: { ...NO_USAGE, inputTokens: 100, outputTokens: 20, costUsd: 0.1 + 0.2 },
})
const THIRD = sampleTrialRecord({
  number: 2,
  index: 1,
  agent: 'script:a',
  arm: NONE,
  durationMs: 20,
  usage: { ...NO_USAGE, inputTokens: 5, costUsd: 0.5 },
})

test('the index has all trials in the order of storing, and the cells in that of the study', async () => {
  using folder = temporaryFolder()
  await using writer = await createRun(folder.file, HEADER, owner())
  const empty = await writer.index()
  for (const record of [FIRST, SECOND, THIRD]) await writer.append(record)

  const index = await writer.index()

  expect(empty).toEqual({
    after: 0,
    cells: CELLS,
    outcomes: [],
    columns: {
      ...{ number: [], cell: [], index: [], outcome: [], durationMs: [], tokens: [], costUsd: [] },
    },
  })
  expect(index).toEqual({
    after: 0,
    cells: CELLS,
    outcomes: [outcomeOf(FIRST), outcomeOf(SECOND)],
    columns: {
      number: [3, 1, 2],
      cell: [1, 0, 1],
      index: [0, 0, 1],
      outcome: [0, 1, 0],
      durationMs: [10.3, 30.3, 20],
      tokens: [0, 120, 5],
      costUsd: [null, 0.3, 0.5],
    },
  })
  expect(TrialIndex.parse(JSON.parse(JSON.stringify(index)))).toEqual(index)
})

test('what came since stands in columns of its own, by the same cells and outcomes', async () => {
  using folder = temporaryFolder()
  await using writer = await createRun(folder.file, HEADER, owner())
  for (const record of [FIRST, SECOND]) await writer.append(record)
  const before = await writer.index()
  await writer.append(THIRD)

  const since = await writer.index({ after: 2 })
  const none = await writer.index({ after: 3 })

  expect(since).toEqual({
    after: 2,
    cells: before.cells,
    outcomes: before.outcomes,
    columns: {
      number: [2],
      cell: [1],
      index: [1],
      outcome: [0],
      durationMs: [20],
      tokens: [5],
      costUsd: [0.5],
    },
  })
  expect(none.columns.number).toEqual([])
  // Of another run, or of one that was begun anew: whoever asks sees that it does not follow.
  expect((await writer.index({ after: 99 })).after).toBe(3)
})

test('a trial of a cell that the study does not have stands behind those that it has', async () => {
  using folder = temporaryFolder()
  await using writer = await createRun(folder.file, HEADER, owner())
  const strange = sampleTrialRecord({ agent: 'script:z', arm: NONE })
  await writer.append(strange)

  const { cells, columns } = await writer.index()

  expect(cells).toEqual([...CELLS, { agent: 'script:z', arm: NONE, preset: null, name: null }])
  expect(columns.cell).toEqual([3])
})

test('effort is told of each cell of the study, also of those without a trial', async () => {
  using folder = temporaryFolder()
  await using writer = await createRun(folder.file, HEADER, owner())
  for (const record of [FIRST, SECOND, THIRD]) await writer.append(record)

  const effort = await writer.effort()

  expect(effort).toEqual([
    {
      ...named(0),
      trials: 1,
      usage: SECOND.usage,
      durationMs: { total: 30.3333333, median: 30.3333333, p90: 30.3333333 },
    },
    {
      ...named(1),
      trials: 2,
      usage: THIRD.usage,
      durationMs: { total: 30.25, median: 15.125, p90: 20 },
    },
    {
      ...named(2),
      trials: 0,
      usage: NO_USAGE,
      durationMs: { total: 0, median: null, p90: null },
    },
  ])
  expect(effort.map((cell) => CellEffort.parse(cell))).toEqual(effort)
})

test('nine of ten trials took no longer, and a cost is told only where all prices are known', async () => {
  using folder = temporaryFolder()
  await using writer = await createRun(folder.file, HEADER, owner())
  const add = (number: number, usage: TrialRecord['usage']) =>
    writer.append(
      sampleTrialRecord({ number, agent: 'script:a', arm: NONE, durationMs: number, usage }),
    )
  for (let number = 1; number <= 10; number++) await add(number, { ...NO_USAGE, costUsd: 1 })
  const priced = (await writer.effort())[1]
  await add(11, { ...NO_USAGE, inputTokens: 7 })

  const unpriced = (await writer.effort())[1]

  expect(priced).toMatchObject({
    usage: { costUsd: 10 },
    durationMs: { total: 55, median: 5.5, p90: 9 },
  })
  expect(unpriced).toMatchObject({
    usage: { costUsd: null, inputTokens: 7 },
    durationMs: { total: 66, median: 6, p90: 10 },
  })
})

test('what was counted once is counted again when more is stored, by whoever stores it and whoever asks', async () => {
  using folder = temporaryFolder()
  await using writer = await createRun(folder.file, HEADER, owner())
  await using reader = await openRun(folder.file, owner())
  const seen: unknown[] = []
  const look = async () => {
    for (const run of [writer, reader]) {
      const cells = await run.cells()
      const { inputTokens } = await run.usage()
      seen.push([cells.reduce((sum, { trials }) => sum + trials, 0), inputTokens])
    }
  }

  await look()
  await writer.append(FIRST)
  await look()
  await writer.append(SECOND)
  await look()

  expect(seen).toEqual([
    [0, 0],
    [0, 0],
    [1, 0],
    [1, 0],
    [2, 100],
    [2, 100],
  ])
})

test('whole records are read one by one, from a number on', async () => {
  using folder = temporaryFolder()
  await using writer = await createRun(folder.file, HEADER, owner())
  const records = Array.from({ length: 1_003 }, (_, at) =>
    sampleTrialRecord({ number: 2 * (at + 1), index: at }),
  )
  for (const record of records.toReversed()) await writer.append(record)

  expect(await collect(writer.trials())).toEqual(records)
  expect(await collect(writer.trials({ from: 2_003 }))).toEqual(records.slice(-2))
  expect(await collect(writer.trials({ from: 9_999 }))).toEqual([])
})

test('the revision is another after each change, the same for every reader, and not moved by a heart that beats', async () => {
  using folder = temporaryFolder()
  const clock = fakeClock({ skipUpToMs: 0 })
  const writer = await createRun(folder.file, HEADER, { clock })
  await using reader = await openRun(folder.file, { clock })
  const seen: string[] = [await reader.revision()]
  const changes: readonly (() => Promise<unknown>)[] = [
    () => writer.append(FIRST),
    () => writer.append(SECOND),
    () => writer.addLook(sampleLook()),
    () => writer.addJudgement(unlabelled('2025-01-02T00:00:00.000Z')),
    // It takes the place of the one before.
    () => writer.addJudgement(unlabelled('2025-01-03T00:00:00.000Z')),
    () => writer.addWorkedMs(5),
    () => writer.setOutsideUsd(1),
    () => annotate(folder.file, (annotator) => annotator.addNote(1, note)),
    () => annotate(folder.file, (annotator) => annotator.addNote(1, note)),
    () => annotate(folder.file, (annotator) => annotator.withdrawNote(1)),
    () => annotate(folder.file, (annotator) => annotator.withdrawNote(2)),
    () => annotate(folder.file, (annotator) => annotator.wish('pause')),
    () => annotate(folder.file, (annotator) => annotator.wish('go')),
    () => writer.setStatus('finished'),
  ]
  for (const change of changes) {
    await change()
    await clock.advance(20_000)
    seen.push(await reader.revision())
  }

  const last = seen.at(-1)
  expect(new Set(seen).size).toBe(changes.length + 1)
  expect(await writer.revision()).toBe(last)
  await using later = await openRun(folder.file, { clock })
  expect(await later.revision()).toBe(last)
  await writer[Symbol.asyncDispose]()
  // What was asked of it is asked no more: that is the last change.
  expect(await later.revision()).not.toBe(last)
  expect(await reader.revision()).toBe(await later.revision())
})

test('the revision moves when the process that writes is gone, and when another takes the run up', async () => {
  using folder = temporaryFolder()
  const writer = await createRun(folder.file, HEADER, owner())
  await using reader = await openRun(folder.file)
  const running = await reader.revision()
  editRun(folder.file, `UPDATE writer SET pid = ${2 ** 22 + 1}`)
  const abandoned = await reader.revision()

  await using _next = await resumeRun(folder.file, owner())

  expect(abandoned).not.toBe(running)
  expect(await reader.revision()).toBe(running)
  await writer[Symbol.asyncDispose]()
})

const note = { author: 'ada', tags: [], text: 'seen' }

async function annotate<T>(
  file: string,
  change: (annotator: Awaited<ReturnType<typeof annotateRun>>) => Promise<T>,
): Promise<T> {
  await using annotator = await annotateRun(file, owner())
  return await change(annotator)
}

function unlabelled(judgedAt: string): Parameters<RunWriter['addJudgement']>[0] {
  return sampleJudgement({ judgedAt, outcome: 'refused', labels: null, detail: 'no' })
}

function named(place: number) {
  const { name: _, ...cell } = CELLS[place] ?? { name: null }
  return cell
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = []
  for await (const item of items) collected.push(item)
  return collected
}

function owner() {
  // Hearts must not beat through a skipped sleep: they would beat without end.
  return { clock: fakeClock({ skipUpToMs: 0 }) }
}

function editRun(file: string, sql: string): void {
  using database = new DatabaseSync(file)
  database.exec(sql)
}

function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), 'offswitch-store-'))
  return {
    file: join(path, 'run.offswitch'),
    [Symbol.dispose]: () => rmSync(path, { recursive: true }),
  }
}
