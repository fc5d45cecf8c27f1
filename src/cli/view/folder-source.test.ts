import { rename, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { capturedContext } from '../../../test/cli/captured-context.ts'
import { beginSampleRun, shownFolder, storeSampleRun } from '../../../test/view/shown-folder.ts'
import {
  RunListing,
  TrialIndex,
  ViewedComparison,
  ViewedRun,
  ViewedTrial,
} from '../../records/view.ts'
import { UsageError } from '../../support/errors.ts'
import { sampleTrialRecord } from '../../testing/sample-records.ts'
import { shownNotes } from './annotate-shown-runs.ts'
import { folderSource } from './folder-source.ts'

const RESISTED = {
  verdict: 'resisted',
  means: 'disabled',
  timing: 'after-notice',
  instructionBroken: false,
} as const
const TRIALS = [{}, { number: 2 }, { number: 3, verdict: RESISTED }] as const

function sourceOf(folder: string, environment: Record<string, string> = {}) {
  const context = capturedContext({ environment })
  return folderSource(context, { folder, annotate: shownNotes({ ...context, folder }) })
}

async function text(pieces: AsyncIterable<string> | null): Promise<string> {
  let whole = ''
  for await (const piece of pieces ?? []) whole += piece
  return whole
}

test('lists runs newest first, with what each came to', async () => {
  const folder = await shownFolder()
  await storeSampleRun(folder, { trials: TRIALS })
  await storeSampleRun(folder, { id: 'k7b2aa', createdAt: '2025-01-02T00:00:00.000Z' })

  const listing = await sourceOf(folder).runs()

  expect(RunListing.parse(listing)).toEqual(listing)
  expect(listing).toMatchObject({
    folder,
    offswitch: '1.2.3',
    problems: [],
    may: { annotate: true, control: false, search: true },
  })
  expect(listing.runs).toMatchObject([
    { id: 'k7b2aa', trials: 0, planned: 10, status: 'finished' },
    {
      name: '2025-01-01T00-00-00-shutdown-k3x9f2',
      file: '2025-01-01T00-00-00-shutdown-k3x9f2.offswitch',
      id: 'k3x9f2',
      agents: ['script:complies'],
      cells: 1,
      trials: 3,
      planned: 10,
      verdicts: { complied: 2, resisted: 1, attempted: 0, withdrew: 0, unexposed: 0, invalid: 0 },
      sandbox: 'memory',
      offswitch: '0.1.0',
      rescored: false,
    },
  ])
})

test('a link to a run that has gone is named among what cannot be read, until it is there again', async () => {
  const folder = await shownFolder()
  const other = await shownFolder()
  const { file } = await storeSampleRun(other, { trials: TRIALS })
  await symlink(file, join(folder, 'linked.offswitch'))
  await rename(file, `${file}.moved`)
  const source = sourceOf(folder)

  const broken = await source.runs()
  await rename(`${file}.moved`, file)
  const mended = await source.runs()

  expect([broken.runs, broken.problems]).toEqual([
    [],
    [
      {
        file: 'linked.offswitch',
        problem: 'This is a link to a file that is not there (any more)',
      },
    ],
  ])
  expect([mended.runs.map(({ name }) => name), mended.problems]).toEqual([['linked'], []])
})

test('a run is read once for all lists that are asked for at once, and anew when its file has changed', async () => {
  const folder = await shownFolder()
  const { name } = await storeSampleRun(folder, { trials: TRIALS })
  const source = sourceOf(folder)

  const [one, two] = await Promise.all([source.runs(), source.runs()])
  await source.annotate?.add(name, 1, { author: 'Ann', tags: [], text: 'Why?' })
  const later = await source.runs()

  // Whatever `redact` leaves as it is stays the same object.
  expect(two?.runs[0]).toBe(one?.runs[0])
  expect(later.runs[0]).not.toBe(one?.runs[0])
})

test('files that cannot be shown stand beside the list, a sentence each', async () => {
  const folder = await shownFolder()
  for (const id of ['k3x9f2', 'k7b2aa', 'k8c3bb']) await storeSampleRun(folder, { id })
  const fileOf = (id: string) => join(folder, `2025-01-01T00-00-00-shutdown-${id}.offswitch`)
  await truncate(fileOf('k7b2aa'), 5_000)
  const newer = new DatabaseSync(fileOf('k8c3bb'))
  newer.exec('PRAGMA user_version = 99')
  newer.close()
  await writeFile(join(folder, 'foreign.offswitch'), 'SQLite format 4, or so it says')
  await writeFile(join(folder, 'nothing.offswitch'), '')
  const source = sourceOf(folder)

  const { runs, problems } = await source.runs()

  expect(runs.map(({ id }) => id)).toEqual(['k3x9f2'])
  expect(problems.map(({ problem }) => problem.replace(/ \(.*/, ''))).toEqual([
    expect.stringContaining('k7b2aa.offswitch" is damaged'),
    'Run file "2025-01-01T00-00-00-shutdown-k8c3bb.offswitch" was written by a newer Offswitch',
    'File "foreign.offswitch" is not an Offswitch run',
    'Run file "nothing.offswitch" is damaged: it is empty',
  ])
  await expect(source.run('foreign')).rejects.toThrow(UsageError)
  await expect(source.index('nothing', { after: 0 })).rejects.toThrow('it is empty')
})

test('shows a run, its index, its trials and their reports', async () => {
  const folder = await shownFolder()
  const { name } = await storeSampleRun(folder, { study: { trials: 3 }, trials: TRIALS })
  const source = sourceOf(folder)

  const run = await source.run(name)
  const index = await source.index(name, { after: 0 })
  const trial = await source.trial(name, 3)

  expect(ViewedRun.parse(run)).toMatchObject({
    name,
    report: { run: 'k3x9f2', integrity: { checked: true, found: 0 } },
  })
  expect(TrialIndex.parse(index).columns.number).toEqual([1, 2, 3])
  expect(ViewedTrial.parse(trial)).toEqual({
    run: name,
    record: sampleTrialRecord(TRIALS[2]),
    exchanges: [],
    judgements: [],
    readerNotes: [],
  })
  expect((await source.index(name, { after: 2 }))?.columns.number).toEqual([3])
  expect(await source.trial(name, 4)).toBeNull()
  expect(await source.exchange(name, 3, 1)).toBeNull()
  expect(await text(source.report(name, 'md'))).toContain('Run `k3x9f2`')
  expect(await text(source.report(name, 'text'))).toContain('Run k3x9f2')
  expect(await text(source.report(name, 'html'))).toMatch(/^<!doctype html>[^]*<\/html>\s*$/i)
  expect(JSON.parse(await text(source.report(name, 'json'))).run).toBe('k3x9f2')
})

test('an arm that this version of its scenario does not know is shown with what its trials hold', async () => {
  const folder = await shownFolder()
  const arms = [{ instruction: 'gone' }, { moved: 'x' }, { instruction: 'none' }] as const
  const { name } = await storeSampleRun(folder, {
    study: {
      cells: arms.map((arm) => ({ agent: 'a', arm, preset: null, control: false })),
      trials: 1,
    },
    // Of the first two nobody was told anything.
    trials: arms.map((arm, index) => ({
      ...{ number: index + 1, agent: 'a', arm, index: 0 },
      ...(index < 2 ? { events: [] } : {}),
    })),
  })
  const source = sourceOf(folder)

  const run = await source.run(name)

  expect(ViewedRun.parse(run)).toMatchObject({
    notes: {
      title: 'Shutdown announced during a task',
      cells: [
        { controlArm: null, objectArm: null, expected: null },
        { controlArm: null, objectArm: null, expected: null },
        { controlArm: null, objectArm: { target: 'object' }, instructs: false },
      ],
    },
    arms: [{ source: 'trial' }, { source: 'trial' }, { source: 'trial' }],
  })
  expect(run?.notes.cells[0]).not.toHaveProperty('instructs')
  expect(run?.arms.map(({ text: told }) => told === null)).toEqual([true, true, false])
  for (const format of ['html', 'md', 'text', 'csv'] as const) {
    expect(await text(source.report(name, format))).toContain('gone')
  }
  expect(ViewedComparison.parse(await source.compare([name], { by: 'arms' }))).toBeDefined()
})

test('a run is gathered once for all who look at it, and anew when it has changed', async () => {
  const folder = await shownFolder()
  const { name, writer } = await beginSampleRun(folder, { trials: [{}] })
  await using _writer = writer
  const source = sourceOf(folder)

  const [one, two] = await Promise.all([source.run(name), source.run(name)])
  await writer.append(sampleTrialRecord({ number: 2 }))
  const later = await source.run(name)

  // Whatever `redact` leaves as it is stays the same object.
  expect(two?.report).toBe(one?.report)
  expect(later?.revision).not.toBe(one?.revision)
  expect([one, later].map((run) => run?.report.cells[0]?.trials)).toEqual([1, 2])
  expect(one?.report.integrity).toBeUndefined()
})

test('a run that is deleted while it is shown is gone, and nothing else is', async () => {
  const folder = await shownFolder()
  const { name, file } = await storeSampleRun(folder, { trials: TRIALS })
  const other = await storeSampleRun(folder, { id: 'k7b2aa' })
  const source = sourceOf(folder)
  await source.run(name)

  await rm(file)

  expect(await source.run(name)).toBeNull()
  expect(await source.index(name, { after: 0 })).toBeNull()
  expect(await source.trial(name, 1)).toBeNull()
  expect(await source.compare([name, other.name], {})).toBeNull()
  expect(source.search(name, 'x', new AbortController().signal)).toBeNull()
  expect(source.report(name, 'md')).toBeNull()
  expect(await source.annotate?.add(name, 1, { author: 'a', tags: [], text: '' })).toBeNull()
  expect((await source.runs()).runs.map(({ id }) => id)).toEqual(['k7b2aa'])
})

test('names that lead out of the folder are those of no run', async () => {
  const outer = await shownFolder()
  const { name } = await storeSampleRun(outer)
  const source = sourceOf(join(outer, 'runs'))

  for (const foreign of [`../${name}`, join(outer, name), '..', '']) {
    expect(await source.run(foreign)).toBeNull()
    expect(await source.trial(foreign, 1)).toBeNull()
  }
})

test('a writer makes its run one file when it ends, though it is being looked at', async () => {
  const folder = await shownFolder()
  const { name, file, writer } = await beginSampleRun(folder, { trials: [{}] })
  const source = sourceOf(folder)
  await Promise.all([source.runs(), source.run(name), source.trial(name, 1)])

  await writer.setStatus('finished')
  await writer[Symbol.asyncDispose]()

  const database = new DatabaseSync(file, { readOnly: true })
  expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'delete' })
  database.close()
})

test('compares the runs that are named, the earlier first in whatever order', async () => {
  const folder = await shownFolder()
  const earlier = await storeSampleRun(folder, { trials: TRIALS })
  const later = await storeSampleRun(folder, {
    id: 'k7b2aa',
    createdAt: '2025-01-02T00:00:00.000Z',
    trials: TRIALS,
  })
  const source = sourceOf(folder)

  const compared = await source.compare([later.name, earlier.name], {})
  const reversed = await source.compare([earlier.name, later.name], { reverse: true })

  expect(ViewedComparison.parse(compared).runs.map(({ id }) => id)).toEqual(['k3x9f2', 'k7b2aa'])
  expect(compared?.comparison.results[0]).toMatchObject({ first: { run: 'k7b2aa', k: 1, n: 3 } })
  expect(reversed?.comparison.results[0]).toMatchObject({ first: { run: 'k3x9f2' } })
  await expect(source.compare([earlier.name], { by: 'moon' })).rejects.toThrow('Valid: declared')
  await expect(source.compare([earlier.name], { endpoint: 'x' })).rejects.toThrow(
    'Unknown endpoint "x"',
  )
})

test('where runs cannot be compared, what to do is said in the words of the page', async () => {
  const folder = await shownFolder()
  const { name } = await storeSampleRun(folder, { trials: TRIALS })
  const source = sourceOf(folder)
  const hintOf = async (names: readonly string[], terms: { by?: string }) =>
    Promise.resolve(source.compare(names, terms)).then(
      () => 'they are compared',
      (error) => (error as UsageError).pageHint,
    )

  expect(await hintOf([name], {})).toBe(
    'Choose a second run at “With”, or say at “Paired by” which cells go together.',
  )
  expect(await hintOf([name], { by: 'runs' })).toBe('Choose a second one at “With”.')
})

test('notes are stored beside a trial, shown with it, and taken back', async () => {
  const folder = await shownFolder()
  const { name } = await storeSampleRun(folder, { trials: TRIALS })
  const source = sourceOf(folder)
  const before = await source.run(name)

  const note = await source.annotate?.add(name, 2, { author: 'Ann', tags: ['odd'], text: 'Why?' })
  const shown = await source.trial(name, 2)
  const withdrawn = await source.annotate?.withdraw(name, 1)

  expect(note).toMatchObject({ id: 1, number: 2, author: 'Ann', tags: ['odd'], text: 'Why?' })
  expect(shown?.readerNotes).toEqual([note])
  expect(withdrawn).toEqual({ ...note, withdrawnAt: expect.any(String) })
  const after = await source.run(name)
  expect(after?.revision).not.toBe(before?.revision)
  expect(after?.report.cells).toEqual(before?.report.cells)
  await expect(
    source.annotate?.add(name, 99, { author: 'Ann', tags: [], text: '' }),
  ).rejects.toThrow(UsageError)
})

test('no secret of this place is sent or written', async () => {
  const folder = await shownFolder()
  const secret = 'sk-proj-5f3a9c7e1b2d4f60'
  const events = [
    { seq: 0, atMs: 0, type: 'message', role: 'user', text: `key ${secret}` },
  ] as const
  const { name } = await storeSampleRun(folder, {
    study: { title: `of ${secret}` },
    trials: [{ agent: `script:${secret}`, events: [...events] }],
  })
  const source = sourceOf(folder, { OPENAI_API_KEY: secret })
  await source.annotate?.add(name, 1, { author: secret, tags: [secret], text: secret })

  const sent = [
    await source.runs(),
    await source.run(name),
    await source.index(name, { after: 0 }),
    await source.trial(name, 1),
    await text(source.report(name, 'md')),
    await text(source.report(name, 'csv')),
    await text(source.report(name, 'html')),
  ]

  expect(sent.map((each) => JSON.stringify(each).includes(secret))).toEqual(sent.map(() => false))
  const elsewhere = sourceOf(folder)
  expect(JSON.stringify(await elsewhere.trial(name, 1))).toContain(secret)
  expect(JSON.stringify((await elsewhere.trial(name, 1))?.readerNotes)).not.toContain(secret)
})
