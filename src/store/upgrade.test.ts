import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { zstdDecompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { NO_USAGE } from '../records/event.ts'
import { fakeClock } from '../testing/fake-clock.ts'
import { sampleIdentity, sampleJudgement, sampleTrialRecord } from '../testing/sample-records.ts'
import { openRun, resumeRun } from './sqlite-store.ts'
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

const WHOLE_SPAN = { from: '2025-01-01T00:01:00.500Z', to: '2025-01-01T00:02:00.500Z' }
const ANSWERED_SPAN = { from: '2025-01-01T00:03:00.000Z', to: '2025-01-01T00:03:00.000Z' }

test('a run of format 1 is read as it is, without being changed', async () => {
  using run = oldRun()
  {
    await using reader = await openRun(run.file)

    expect(await contentOf(reader)).toEqual({
      status: 'finished',
      workedMs: 1_500,
      cells: [
        { ...WHOLE_SPAN, models: [], trials: 3, from: WHOLE_SPAN.from, to: ANSWERED_SPAN.to },
      ],
      usage: { ...NO_USAGE, inputTokens: 10, outputTokens: 5 },
      outsideUsd: 0,
      judgements: [],
    })
    expect(reader.header.study.maxCostUsd).toBeNull()
    expect((await reader.trial(3))?.models).toEqual([])
    expect(await reader.trialOf(sampleTrialRecord({ number: 2 }).spec.key)).toEqual({
      ...sampleTrialRecord({ number: 2 }),
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
  using run = oldRun()
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
      { models: [], trials: 3, from: WHOLE_SPAN.from, to: ANSWERED_SPAN.to },
      {
        models: [sampleIdentity()],
        trials: 1,
        from: '2025-01-01T00:04:00.000Z',
        to: '2025-01-01T00:04:00.000Z',
      },
    ],
    usage: { ...NO_USAGE, inputTokens: 11, outputTokens: 5 },
    outsideUsd: 0.5,
    judgements: [sampleJudgement({ number: 3 })],
  })
  expect(await verifyRun(run.file)).toMatchObject({ trials: 4, problems: [] })
})

async function contentOf(reader: RunReader) {
  const judgements = []
  for await (const judgement of reader.judgements()) judgements.push(judgement)
  return {
    status: await reader.status(),
    workedMs: await reader.workedMs(),
    cells: (await reader.cells()).map(({ models, trials, from, to }) => ({
      models,
      trials,
      from,
      to,
    })),
    usage: await reader.usage(),
    outsideUsd: await reader.outsideUsd(),
    judgements,
  }
}

function formatOf(file: string): unknown {
  using database = new DatabaseSync(file, { readOnly: true })
  return database.prepare('PRAGMA user_version').get()?.['user_version']
}

function oldRun() {
  const path = mkdtempSync(join(tmpdir(), 'offswitch-store-'))
  const file = join(path, 'run.offswitch')
  writeFileSync(file, FORMAT_1)
  return { file, [Symbol.dispose]: () => rmSync(path, { recursive: true }) }
}
