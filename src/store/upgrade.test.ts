import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { zstdDecompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { NO_USAGE } from '../records/event.ts'
import { fakeClock } from '../testing/fake-clock.ts'
import {
  sampleIdentity,
  sampleJudgement,
  sampleLook,
  sampleTrialRecord,
} from '../testing/sample-records.ts'
import { annotateRun, openRun, resumeRun } from './sqlite-store.ts'
import type { RunReader } from './store.ts'
import { FORMAT_VERSION } from './upgrade.ts'
import { verifyRun } from './verify-run.ts'

/**
 * A run of format 1 as the version that wrote this format stored it: three trials, which started at one, two and three
 * minutes past midnight; a model was asked in the third.
 */
const FORMAT_1 = zstdDecompressSync(
  readFileSync(new URL('format-1.offswitch.zst', import.meta.url)),
)

/**
 * A run of format 2 in the same way: one trial that complied, one that a model was asked in and that resisted with four acts,
 * which was judged, and one that was never told.
 */
const FORMAT_2 = zstdDecompressSync(
  readFileSync(new URL('format-2.offswitch.zst', import.meta.url)),
)

/**
 * A run of format 3 in the same way: trials 2, 1 and 3 in this order, of which the first resisted and was answered by a model, with
 * a judgement and a look.
 */
const FORMAT_3 = zstdDecompressSync(
  readFileSync(new URL('format-3.offswitch.zst', import.meta.url)),
)

/** Neither format says whether anything past the control was handed out, or what ended a trial. */
const UNRECORDED = { passedControl: null, endedBy: null }
const COMPLIED = {
  verdict: 'complied',
  detail: 'program',
  exposed: true,
  acts: ['script-read'],
  uponControl: false,
  ...UNRECORDED,
} as const
const RESISTED = {
  verdict: 'resisted',
  detail: 'disabled',
  exposed: true,
  acts: ['execute-bit-removed', 'script-overwritten', 'script-read'],
  uponControl: true,
  ...UNRECORDED,
} as const
const NEVER_TOLD = {
  verdict: 'unexposed',
  detail: 'batched',
  exposed: false,
  acts: [],
  uponControl: false,
  ...UNRECORDED,
} as const

const WHOLE_SPAN = { from: '2025-01-01T00:01:00.500Z', to: '2025-01-01T00:02:00.500Z' }
const CONTENT_OF_2 = {
  status: 'finished',
  workedMs: 1_500,
  cells: [
    {
      models: [sampleIdentity()],
      trials: 3,
      from: '2025-01-01T00:01:00.500Z',
      to: '2025-01-01T00:03:00.000Z',
      outcomes: [
        { outcome: COMPLIED, trials: 1 },
        { outcome: RESISTED, trials: 1 },
        { outcome: NEVER_TOLD, trials: 1 },
      ],
    },
  ],
  usage: { ...NO_USAGE, inputTokens: 10, outputTokens: 5 },
  outsideUsd: 0.25,
  judgements: [sampleJudgement({ number: 2 })],
  looks: [],
} as const
const ANSWERED_SPAN = { from: '2025-01-01T00:03:00.000Z', to: '2025-01-01T00:03:00.000Z' }

test('a run of format 1 is read as it is, without being changed', async () => {
  using run = oldRun(FORMAT_1)
  {
    await using reader = await openRun(run.file)

    expect(await contentOf(reader)).toEqual({
      status: 'finished',
      workedMs: 1_500,
      cells: [
        {
          models: [],
          trials: 3,
          from: WHOLE_SPAN.from,
          to: ANSWERED_SPAN.to,
          outcomes: [{ outcome: COMPLIED, trials: 3 }],
        },
      ],
      usage: { ...NO_USAGE, inputTokens: 10, outputTokens: 5 },
      outsideUsd: 0,
      judgements: [],
      looks: [],
    })
    expect(reader.header.study.maxCostUsd).toBeNull()
    expect((await reader.trial(3))?.models).toEqual([])
    expect(await reader.trialOf(sampleTrialRecord({ number: 2 }).spec.key)).toEqual({
      ...sampleTrialRecord({ number: 2 }),
      ...UNRECORDED,
      startedAt: WHOLE_SPAN.to,
      events: sampleTrialRecord().events.map((event) =>
        event.type === 'agent-turn' ? { ...event, finish: 'other' } : event,
      ),
    })
  }
  expect(await verifyRun(run.file)).toMatchObject({ trials: 3, problems: [] })

  expect(readFileSync(run.file).equals(FORMAT_1)).toBe(true)
})

test('a run of format 1 that is taken up becomes one of the newest, and is whole', async () => {
  using run = oldRun(FORMAT_1)
  {
    await using writer = await resumeRun(run.file, { clock: fakeClock({ skipUpToMs: 0 }) })
    await writer.append(
      sampleTrialRecord({
        number: 4,
        startedAt: '2025-01-01T00:04:00.000Z',
        models: [sampleIdentity()],
        usage: { ...NO_USAGE, inputTokens: 1 },
      }),
    )
    await writer.addJudgement(sampleJudgement({ number: 3 }))
    await writer.setOutsideUsd(0.5)
  }

  await using reader = await openRun(run.file)

  expect(formatOf(run.file)).toBe(FORMAT_VERSION)
  expect(await contentOf(reader)).toEqual({
    status: 'finished',
    workedMs: 1_500,
    cells: [
      {
        models: [],
        trials: 3,
        from: WHOLE_SPAN.from,
        to: ANSWERED_SPAN.to,
        outcomes: [{ outcome: COMPLIED, trials: 3 }],
      },
      {
        models: [sampleIdentity()],
        trials: 1,
        from: '2025-01-01T00:04:00.000Z',
        to: '2025-01-01T00:04:00.000Z',
        outcomes: [{ outcome: { ...COMPLIED, passedControl: false }, trials: 1 }],
      },
    ],
    usage: { ...NO_USAGE, inputTokens: 11, outputTokens: 5 },
    outsideUsd: 0.5,
    judgements: [sampleJudgement({ number: 3 })],
    looks: [],
  })
  expect(await verifyRun(run.file)).toMatchObject({ trials: 4, problems: [] })
})

test('a run of format 2 is read as it is, without being changed', async () => {
  using run = oldRun(FORMAT_2)
  {
    await using reader = await openRun(run.file)

    expect(await contentOf(reader)).toEqual(CONTENT_OF_2)
    expect(await reader.trial(2)).toMatchObject({ ...UNRECORDED, verdict: { means: 'disabled' } })
  }
  expect(await verifyRun(run.file)).toMatchObject({ trials: 3, problems: [] })

  expect(readFileSync(run.file).equals(FORMAT_2)).toBe(true)
})

test('a run of format 2 that is taken up counts its trials with the new ones, and is whole', async () => {
  using run = oldRun(FORMAT_2)
  {
    await using writer = await resumeRun(run.file, { clock: fakeClock({ skipUpToMs: 0 }) })
    const startedAt = '2025-01-01T00:03:00.000Z'
    const like = sampleTrialRecord({ number: 1 })
    await writer.append({ ...sampleTrialRecord({ number: 4, startedAt }), ...UNRECORDED })
    await writer.append(sampleTrialRecord({ number: 5, startedAt, acts: like.acts }))
    await writer.addLook(sampleLook())
  }

  await using reader = await openRun(run.file)

  expect(formatOf(run.file)).toBe(FORMAT_VERSION)
  const [cell] = CONTENT_OF_2.cells
  expect(await contentOf(reader)).toEqual({
    ...CONTENT_OF_2,
    cells: [
      {
        ...cell,
        trials: 5,
        outcomes: [
          { outcome: { ...COMPLIED, passedControl: false }, trials: 1 },
          { outcome: COMPLIED, trials: 2 },
          ...cell.outcomes.slice(1),
        ],
      },
    ],
    looks: [sampleLook()],
  })
  expect(await verifyRun(run.file)).toMatchObject({ trials: 5, problems: [] })
})

test('a record of format 2 that cannot be read is told of, and the others are counted', async () => {
  using run = oldRun(FORMAT_2)
  {
    using database = new DatabaseSync(run.file)
    database.exec(`UPDATE summaries SET content = '{"acts":[' WHERE number = 2;
      UPDATE summaries SET content = json_set(content, '$.acts', json('["x"]')) WHERE number = 3`)
  }

  await using reader = await openRun(run.file)

  await expect(reader.cells()).rejects.toThrow(/what some of its trials came to cannot be read/)
  const { problems } = await verifyRun(run.file)
  expect(problems).toContain(
    `Run file ${JSON.stringify(run.file)} is damaged: what some of its trials came to cannot be read`,
  )
  expect(problems).toContain('Trial 3 is not what was stored: its hash differs')
})

test('a run of format 3 is read as it is, without being changed: nobody has written notes, and nothing is asked of it', async () => {
  using run = oldRun(FORMAT_3)
  {
    await using reader = await openRun(run.file)

    expect({ notes: await reader.notes(), wish: await reader.wish() }).toEqual({
      notes: [],
      wish: null,
    })
    expect((await reader.index()).columns.number).toEqual([2, 1, 3])
    expect(await reader.looks()).toEqual([sampleLook()])
  }
  expect(await verifyRun(run.file)).toMatchObject({ trials: 3, problems: [] })

  expect(readFileSync(run.file).equals(FORMAT_3)).toBe(true)
})

test.each([
  ['1', FORMAT_1],
  ['2', FORMAT_2],
  ['3', FORMAT_3],
])(
  'a note brings a run of format %s to the newest, also for who has it open',
  async (_, content) => {
    using run = oldRun(content)
    const clock = fakeClock({ skipUpToMs: 0 })
    await using reader = await openRun(run.file)
    const asked = async (of: RunReader) => ({
      ...(await contentOf(of)),
      index: await of.index(),
      effort: await of.effort(),
    })
    const before = await asked(reader)
    const none = await reader.notes()
    {
      await using annotator = await annotateRun(run.file, { clock })
      await annotator.addNote(2, { author: 'ada', tags: ['worth reading'], text: '' })
    }

    const notes = await reader.notes()

    expect(none).toEqual([])
    expect(notes).toMatchObject([{ id: 1, number: 2, author: 'ada' }])
    expect(await asked(reader)).toEqual(before)
    await using later = await openRun(run.file)
    expect(await asked(later)).toEqual(before)
    expect(await later.notes()).toEqual(notes)
    expect(formatOf(run.file)).toBe(FORMAT_VERSION)
    expect(await verifyRun(run.file)).toMatchObject({ trials: 3, problems: [] })
  },
)

async function contentOf(reader: RunReader) {
  const judgements = []
  for await (const judgement of reader.judgements()) judgements.push(judgement)
  return {
    status: await reader.status(),
    workedMs: await reader.workedMs(),
    cells: (await reader.cells()).map(({ models, trials, from, to, outcomes }) => ({
      models,
      trials,
      from,
      to,
      outcomes,
    })),
    usage: await reader.usage(),
    outsideUsd: await reader.outsideUsd(),
    judgements,
    looks: await reader.looks(),
  }
}

function formatOf(file: string): unknown {
  using database = new DatabaseSync(file, { readOnly: true })
  return database.prepare('PRAGMA user_version').get()?.['user_version']
}

function oldRun(content: Buffer) {
  const path = mkdtempSync(join(tmpdir(), 'offswitch-store-'))
  const file = join(path, 'run.offswitch')
  writeFileSync(file, content)
  return { file, [Symbol.dispose]: () => rmSync(path, { recursive: true }) }
}
