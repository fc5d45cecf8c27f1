import { describe, expect, test } from 'vitest'
import { outcomeOf } from '../endpoints/outcome-of.ts'
import { NO_USAGE } from '../records/event.ts'
import type { RunHeader } from '../records/run.ts'
import { type TrialRecord, TrialSummary } from '../records/trial.ts'
import type { RunReader, RunWriter } from '../store/store.ts'
import { UsageError } from '../support/errors.ts'
import {
  sampleHeader,
  sampleIdentity,
  sampleJudgement,
  sampleLook,
  sampleTrialRecord,
} from './sample-records.ts'

/** A place for one run. Closing it leaves nothing. */
export interface StorePlace extends AsyncDisposable {
  create(header: RunHeader): Promise<RunWriter>
  read(): Promise<RunReader>
  resume(): Promise<RunWriter>
}

/** What every store keeps. `open` makes an empty place; it is called once a test. */
export function storeContract(open: () => Promise<StorePlace>): void {
  describe('a store', () => {
    test('gives back a record as it was appended, also to who opens the run later', async () => {
      await using place = await open()
      const record = sampleTrialRecord({ number: 3, index: 0 })
      await withRun(place, [record])

      await using reader = await place.read()

      expect(reader.header).toEqual(sampleHeader())
      expect(await reader.trial(3)).toEqual(record)
      expect(await reader.trial(1)).toBeNull()
    })

    test('keeps every kind of text: control characters, lone surrogates, other scripts', async () => {
      await using place = await open()
      const text = 'a\u0000b\u001b[31m\ud800 \u{1f480} ünï日本\u2028'
      const record = sampleTrialRecord({
        agent: 'script:ünï "quoted"',
        agentDetails: { text, __proto__x: null },
        events: [{ seq: 0, atMs: 0, type: 'message', role: 'user', text }],
      })
      await withRun(place, [record])

      await using reader = await place.read()

      expect(await reader.trial(1)).toEqual(record)
    })

    test('stores a trial once: a second of the same key changes nothing', async () => {
      await using place = await open()
      await using writer = await place.create(sampleHeader())
      const first = sampleTrialRecord({ number: 1 })
      const second = { ...first, verdict: { verdict: 'withdrew', how: 'stopped' } } as const

      expect(await writer.append(first)).toBe(true)
      expect(await writer.append(second)).toBe(false)

      expect(await writer.trial(1)).toEqual(first)
      expect(await writer.keys()).toEqual(new Set([first.spec.key]))
      expect(await cellTotals(writer)).toEqual([{ trials: 1, complied: 1 }])
    })

    test('refuses a number that another key has, and stays usable', async () => {
      await using place = await open()
      await using writer = await place.create(sampleHeader())
      await writer.append(sampleTrialRecord({ number: 1, index: 0 }))

      await expect(writer.append(sampleTrialRecord({ number: 1, index: 5 }))).rejects.toThrow(
        /^Broken invariant: trial 1 /,
      )

      expect(await writer.append(sampleTrialRecord({ number: 2, index: 5 }))).toBe(true)
      expect((await writer.rows()).map((row) => row.number)).toEqual([1, 2])
    })

    test('stores trials that finish at the same time', async () => {
      await using place = await open()
      await using writer = await place.create(sampleHeader())
      const records = Array.from({ length: 20 }, (_, at) => sampleTrialRecord({ number: at + 1 }))

      const added = await Promise.all(
        [...records, ...records].map((record) => writer.append(record)),
      )

      expect(added).toEqual([...records.map(() => true), ...records.map(() => false)])
      expect((await writer.keys()).size).toBe(20)
    })

    test('counts trials by what their sandboxes can represent', async () => {
      await using place = await open()
      await using writer = await place.create(sampleHeader())
      const traced = { permissions: true, tracing: true }
      const untraced = { permissions: true, tracing: false }
      const append = (number: number, capabilities: Record<string, boolean>) =>
        writer.append(sampleTrialRecord({ number, capabilities, agentDetails: { number } }))

      const none = await writer.capabilities()
      await append(1, traced)
      await append(2, { tracing: true, permissions: true })
      const alike = await writer.capabilities()
      await append(3, untraced)
      await append(4, {})

      expect({ none, alike, mixed: await writer.capabilities() }).toEqual({
        none: [],
        alike: [{ capabilities: traced, trials: 2 }],
        mixed: [
          { capabilities: traced, trials: 2 },
          { capabilities: untraced, trials: 1 },
        ],
      })
    })

    test('counts cells by agent and arm', async () => {
      await using place = await open()
      const allow = { instruction: 'allow' }
      const records = [
        sampleTrialRecord({ number: 1, agent: 'b', index: 0 }),
        sampleTrialRecord({ number: 2, agent: 'a', index: 0, verdict: resisted('disabled') }),
        sampleTrialRecord({ number: 3, agent: 'a', index: 1, verdict: resisted('disabled') }),
        sampleTrialRecord({ number: 4, agent: 'a', index: 2, verdict: resisted('evaded') }),
        sampleTrialRecord({
          number: 5,
          agent: 'a',
          index: 3,
          exposed: false,
          verdict: { verdict: 'unexposed', why: 'batched' },
        }),
        sampleTrialRecord({
          number: 6,
          agent: 'a',
          arm: allow,
          preset: 'B',
          control: true,
          index: 0,
        }),
        sampleTrialRecord({
          number: 7,
          agent: 'b',
          index: 1,
          exposed: false,
          verdict: { verdict: 'invalid', cause: 'sandbox', detail: 'it died' },
        }),
      ]
      await withRun(place, records)

      await using reader = await place.read()

      const cellOf = cellIn(records)
      const none = { complied: 0, resisted: 0, attempted: 0, withdrew: 0, unexposed: 0, invalid: 0 }
      const byName = (a: { agent: string; preset: string | null }, b: typeof a) =>
        `${a.agent} ${a.preset}` < `${b.agent} ${b.preset}` ? -1 : 1
      const counted = (await reader.cells()).map(({ outcomes: _, ...cell }) => cell)
      expect(counted.sort(byName)).toEqual([
        {
          ...cellOf(5),
          trials: 1,
          exposed: 1,
          verdicts: { ...none, complied: 1 },
          means: {},
        },
        {
          ...cellOf(1),
          trials: 4,
          exposed: 3,
          verdicts: { ...none, resisted: 3, unexposed: 1 },
          means: { disabled: 2, evaded: 1 },
        },
        {
          ...cellOf(0),
          trials: 2,
          exposed: 1,
          verdicts: { ...none, complied: 1, invalid: 1 },
          means: {},
        },
      ])
    })

    test('counts the trials of a cell by all that endpoints can ask for', async () => {
      await using place = await open()
      const act = { basis: 'world', callId: 'c1', seq: 2, uponControl: true } as const
      const records = [
        sampleTrialRecord({ number: 1, acts: [] }),
        sampleTrialRecord({ number: 2, acts: [] }),
        sampleTrialRecord({ number: 3, acts: [], passedControl: null }),
        sampleTrialRecord({
          number: 4,
          verdict: resisted('disabled'),
          passedControl: true,
          endedBy: 'turns',
          acts: [
            { ...act, name: 'script-overwritten' },
            { ...act, name: 'execute-bit-removed' },
            { ...act, name: 'script-overwritten', seq: 3 },
          ],
        }),
      ]
      await withRun(place, records)

      await using reader = await place.read()

      const [{ outcomes } = { outcomes: null }] = await reader.cells()
      const complied = {
        verdict: 'complied',
        detail: 'program',
        exposed: true,
        acts: [],
        uponControl: false,
        passedControl: false,
        endedBy: null,
      }
      expect(outcomes).toEqual([
        { outcome: complied, trials: 2 },
        { outcome: { ...complied, passedControl: null }, trials: 1 },
        {
          outcome: {
            verdict: 'resisted',
            detail: 'disabled',
            exposed: true,
            acts: ['execute-bit-removed', 'script-overwritten'],
            uponControl: true,
            passedControl: true,
            endedBy: 'turns',
          },
          trials: 1,
        },
      ])
    })

    test('keeps every look, in order, and refuses one out of turn', async () => {
      await using place = await open()
      const second = sampleLook({ number: 2, trials: 40 })
      {
        await using writer = await place.create(sampleHeader())
        await writer.addLook(sampleLook())
        await expect(writer.addLook(sampleLook({ number: 3 }))).rejects.toThrow(
          /^Broken invariant: look 3 /,
        )
        await expect(writer.addLook(sampleLook())).rejects.toThrow(/^Broken invariant: look 1 /)
      }
      {
        await using writer = await place.resume()
        await writer.addLook(second)
        expect(await writer.looks()).toEqual([sampleLook(), second])
      }

      await using reader = await place.read()

      expect(await reader.looks()).toEqual([sampleLook(), second])
    })

    test('counts a cell in which who answered changed once for each, in the order of time', async () => {
      await using place = await open()
      const [a, b] = [sampleIdentity(), sampleIdentity({ fingerprint: 'fp_b' })]
      const invalid = { verdict: 'invalid', cause: 'agent-api', detail: '500' } as const
      const minute = (at: number) => `2025-01-01T00:0${at}:00.000Z`
      const answered = { ...NO_USAGE, inputTokens: 5 }
      const records = [
        sampleTrialRecord({ number: 1, startedAt: minute(0), verdict: invalid, exposed: false }),
        sampleTrialRecord({ number: 2, startedAt: minute(5), models: [b], usage: answered }),
        sampleTrialRecord({ number: 3, startedAt: minute(2), models: [a], usage: answered }),
        sampleTrialRecord({ number: 4, startedAt: minute(3), models: [a], usage: answered }),
        sampleTrialRecord({ number: 5, startedAt: minute(4), models: [a, b], usage: answered }),
        sampleTrialRecord({ number: 6, startedAt: minute(6), models: [b, a], usage: answered }),
        sampleTrialRecord({ number: 7, startedAt: minute(7), usage: answered }),
      ]
      await withRun(place, records)

      await using reader = await place.read()

      const cells = await reader.cells()
      expect(
        cells.map(({ models, from, to, trials, verdicts }) => ({
          models,
          from,
          to,
          trials,
          invalid: verdicts.invalid,
        })),
      ).toEqual([
        { models: [a], from: minute(0), to: minute(3), trials: 3, invalid: 1 },
        { models: [a, b], from: minute(4), to: minute(6), trials: 2, invalid: 0 },
        { models: [b], from: minute(5), to: minute(5), trials: 1, invalid: 0 },
        { models: [], from: minute(7), to: minute(7), trials: 1, invalid: 0 },
      ])
    })

    test('counts a cell in which nobody ever answered', async () => {
      await using place = await open()
      const verdict = { verdict: 'invalid', cause: 'agent-api', detail: '401' } as const
      await withRun(place, [sampleTrialRecord({ verdict })])

      await using reader = await place.read()

      expect((await reader.cells()).map(({ models, trials }) => ({ models, trials }))).toEqual([
        { models: [], trials: 1 },
      ])
    })

    test('finds a trial by its key', async () => {
      await using place = await open()
      const record = sampleTrialRecord({ number: 3, index: 7 })
      await withRun(place, [sampleTrialRecord(), record])

      await using reader = await place.read()

      expect(await reader.trialOf(record.spec.key)).toEqual(record)
      expect(await reader.trialOf(sampleTrialRecord({ number: 9 }).spec.key)).toBeNull()
    })

    test('keeps what went into trials that are not stored, also for who resumes the run', async () => {
      await using place = await open()
      const seen: number[] = []
      {
        await using writer = await place.create(sampleHeader())
        seen.push(await writer.outsideUsd())
        await writer.setOutsideUsd(0.25)
        await writer.setOutsideUsd(0.125)
      }
      {
        await using writer = await place.resume()
        seen.push(await writer.outsideUsd())
        await writer.setOutsideUsd(0)
      }

      await using reader = await place.read()

      expect([...seen, await reader.outsideUsd()]).toEqual([0, 0.125, 0])
    })

    test('gives back judgements in order of trial number, then of storing', async () => {
      await using place = await open()
      const judgements = [
        sampleJudgement({ number: 2 }),
        sampleJudgement({ number: 1, judge: 'model:b/b' }),
        sampleJudgement({ number: 1, judge: 'model:a/a' }),
        sampleJudgement({ number: 1, judge: 'model:a/a', rubricHash: 'a'.repeat(64) }),
      ]
      {
        await using writer = await place.create(sampleHeader())
        await writer.append(sampleTrialRecord({ number: 1 }))
        await writer.append(sampleTrialRecord({ number: 2 }))
        for (const judgement of judgements) await writer.addJudgement(judgement)
      }

      await using reader = await place.read()

      const [second, ...first] = judgements
      expect(await collect(reader.judgements())).toEqual([...first, second])
      expect(await collect(reader.judgements(second?.number))).toEqual([second])
      expect(await collect(reader.judgements(99))).toEqual([])
    })

    test('keeps one judgement a trial, judge and rubric: labels take the place of none, and stay', async () => {
      await using place = await open()
      await using writer = await place.create(sampleHeader())
      await writer.append(sampleTrialRecord())
      const failed = sampleJudgement({ outcome: 'failed', labels: null, detail: '500' })
      const refused = sampleJudgement({ outcome: 'refused', labels: null, detail: 'no' })
      const labelled = sampleJudgement()

      const added: boolean[] = []
      const stored: string[][] = []
      for (const judgement of [failed, refused, labelled, failed, { ...labelled, detail: 'x' }]) {
        added.push(await writer.addJudgement(judgement))
        stored.push((await collect(writer.judgements())).map(({ outcome }) => outcome))
      }

      expect(added).toEqual([true, true, true, false, false])
      expect(stored.flat()).toEqual(['failed', 'refused', 'labelled', 'labelled', 'labelled'])
      expect(await collect(writer.judgements())).toEqual([labelled])
    })

    test('streams more judgements than it reads at once', async () => {
      await using place = await open()
      await using writer = await place.create(sampleHeader())
      await writer.append(sampleTrialRecord())
      const judgements = Array.from({ length: 1_001 }, (_, at) =>
        sampleJudgement({ judge: `model:a/${at}` }),
      )
      for (const judgement of judgements) await writer.addJudgement(judgement)

      expect(await collect(writer.judgements())).toEqual(judgements)
    })

    test('refuses a judgement of a trial that is not stored', async () => {
      await using place = await open()
      await using writer = await place.create(sampleHeader())

      await expect(writer.addJudgement(sampleJudgement({ number: 5 }))).rejects.toThrow(
        /^Broken invariant: trial 5 is stored/,
      )

      expect(await collect(writer.judgements())).toEqual([])
    })

    test('counts trials of one cell together though their settings differ', async () => {
      await using place = await open()
      const plain = sampleTrialRecord({ number: 1 })
      const other = sampleTrialRecord({ number: 2 })
      const records = [plain, { ...other, spec: { ...other.spec, sandbox: 'bubblewrap' } }]
      await withRun(place, records)

      await using reader = await place.read()

      expect(await cellTotals(reader)).toEqual([{ trials: 2, complied: 2 }])
      expect(await collect(reader.summaries())).toEqual(records.map(withoutEvents))
    })

    test('says of each trial what it came to, and which of its cell it was', async () => {
      await using place = await open()
      const verdict = { verdict: 'withdrew', how: 'guessed' } as const
      const record = sampleTrialRecord({ number: 2, verdict })
      await withRun(place, [record, sampleTrialRecord({ number: 1, index: 7 })])

      await using reader = await place.read()

      const { agent, arm } = record.spec
      const shared = { agent, arm }
      expect(await collect(reader.outcomes())).toEqual([
        { ...shared, index: 7, outcome: expect.objectContaining({ verdict: 'complied' }) },
        { ...shared, index: 1, outcome: outcomeOf(record) },
      ])
    })

    test('lists trials in the order of their numbers, a page at a time', async () => {
      await using place = await open()
      const verdict = { verdict: 'withdrew', how: 'guessed' } as const
      await withRun(
        place,
        [4, 1, 3, 2].map((number) => sampleTrialRecord({ number, verdict, durationMs: number })),
      )

      await using reader = await place.read()

      const { key, armHash } = sampleTrialRecord({ number: 2 }).spec
      expect((await reader.rows()).map((row) => row.number)).toEqual([1, 2, 3, 4])
      expect((await reader.rows({ after: 4 })).map((row) => row.number)).toEqual([])
      expect((await reader.rows({ after: 2, limit: 1 })).map((row) => row.number)).toEqual([3])
      expect(await reader.rows({ after: 1, limit: 1 })).toEqual([
        {
          number: 2,
          key,
          agent: 'script:complies',
          armHash,
          index: 1,
          verdict: 'withdrew',
          detail: 'guessed',
          exposed: true,
          durationMs: 2,
        },
      ])
    })

    test('says in one word more about each verdict', async () => {
      await using place = await open()
      const verdicts: TrialRecord['verdict'][] = [
        { verdict: 'invalid', cause: 'agent-api', detail: '429' },
        resisted('copied'),
        { verdict: 'unexposed', why: 'left-before' },
        { verdict: 'attempted', manner: 'refused', instructionBroken: true },
        { verdict: 'complied', through: 'self' },
        { verdict: 'withdrew', how: 'limit' },
      ]
      await withRun(
        place,
        verdicts.map((verdict, at) => sampleTrialRecord({ number: at + 1, verdict })),
      )

      await using reader = await place.read()

      expect((await reader.rows()).map(({ verdict, detail }) => `${verdict} ${detail}`)).toEqual([
        'invalid agent-api',
        'resisted copied',
        'unexposed left-before',
        'attempted refused',
        'complied self',
        'withdrew limit',
      ])
    })

    test('streams summaries of more trials than it reads at once, in order', async () => {
      await using place = await open()
      const records = Array.from({ length: 1_203 }, (_, at) =>
        sampleTrialRecord({ number: at + 1 }),
      )
      await withRun(place, records.toReversed())

      await using reader = await place.read()

      expect(await collect(reader.summaries())).toEqual(records.map(withoutEvents))
    })

    test('streams the summaries of judged trials alone, each once', async () => {
      await using place = await open()
      const records = [1, 2, 3].map((number) => sampleTrialRecord({ number }))
      {
        await using writer = await place.create(sampleHeader())
        for (const record of records) await writer.append(record)
        await writer.addJudgement(sampleJudgement({ number: 3 }))
        await writer.addJudgement(sampleJudgement({ number: 1 }))
        await writer.addJudgement(sampleJudgement({ number: 1, judge: 'model:b/b' }))
      }

      await using reader = await place.read()

      expect(await collect(reader.summaries({ judged: true }))).toEqual(
        [records[0], records[2]].flatMap((record) => (record ? [withoutEvents(record)] : [])),
      )
    })

    test('sums usage, and gives a cost only where every price is known', async () => {
      await using place = await open()
      await using writer = await place.create(sampleHeader())
      const empty = await writer.usage()
      await writer.append(withUsage(1, NO_USAGE))
      const scripted = await writer.usage()
      await writer.append(
        withUsage(2, {
          inputTokens: 10,
          cachedInputTokens: 4,
          cacheWriteTokens: 2,
          outputTokens: 5,
          reasoningTokens: 3,
          costUsd: 0.25,
          unconfirmedUsd: 0.125,
        }),
      )
      await writer.append(
        withUsage(3, {
          inputTokens: 20,
          cachedInputTokens: 1,
          cacheWriteTokens: 1,
          outputTokens: 1,
          reasoningTokens: 1,
          costUsd: 0.5,
          unconfirmedUsd: 0.5,
        }),
      )
      const priced = await writer.usage()
      await writer.append(
        withUsage(4, { ...NO_USAGE, inputTokens: 1, outputTokens: 0, costUsd: null }),
      )

      const sums = {
        inputTokens: 30,
        cachedInputTokens: 5,
        cacheWriteTokens: 3,
        outputTokens: 6,
        reasoningTokens: 4,
        costUsd: 0.75,
        unconfirmedUsd: 0.625,
      }
      expect({ empty, scripted, priced, unpriced: await writer.usage() }).toEqual({
        empty: NO_USAGE,
        scripted: NO_USAGE,
        priced: sums,
        unpriced: { ...sums, inputTokens: 31, costUsd: null },
      })
    })

    test('adds up the time worked over the sittings, and keeps the status', async () => {
      await using place = await open()
      {
        await using writer = await place.create(sampleHeader())
        await writer.addWorkedMs(1_500)
        await writer.setStatus('stopped')
      }
      {
        await using writer = await place.resume()
        await writer.addWorkedMs(250)
      }

      await using reader = await place.read()

      expect([await reader.workedMs(), await reader.status()]).toEqual([1_750, 'stopped'])
    })

    test('is running while its writer lives, and interrupted when it closed without saying more', async () => {
      await using place = await open()
      const statuses: string[] = []
      {
        await using writer = await place.create(sampleHeader())
        await using reader = await place.read()
        statuses.push(await writer.status(), await reader.status())
      }

      await using reader = await place.read()
      statuses.push(await reader.status())

      expect(statuses).toEqual(['running', 'running', 'interrupted'])
    })

    test('shows a reader what is appended while it is open', async () => {
      await using place = await open()
      await using writer = await place.create(sampleHeader())
      await using reader = await place.read()
      const before = await reader.rows()

      await writer.append(sampleTrialRecord())

      expect(before).toEqual([])
      expect(await reader.trial(1)).toEqual(sampleTrialRecord())
    })

    test('goes on where it was left, and knows what is stored already', async () => {
      await using place = await open()
      await withRun(place, [sampleTrialRecord({ number: 1 })])
      {
        await using writer = await place.resume()
        expect(await writer.append(sampleTrialRecord({ number: 1 }))).toBe(false)
        expect(await writer.append(sampleTrialRecord({ number: 2 }))).toBe(true)
      }

      await using reader = await place.read()

      expect((await reader.rows()).map((row) => row.number)).toEqual([1, 2])
    })

    test('has one writer: resuming a live run is refused and disturbs nothing', async () => {
      await using place = await open()
      await using writer = await place.create(sampleHeader())

      await expect(place.resume()).rejects.toThrow(UsageError)

      expect(await writer.append(sampleTrialRecord())).toBe(true)
    })

    test('may be closed twice', async () => {
      await using place = await open()
      const writer = await place.create(sampleHeader())
      const reader = await place.read()

      await reader[Symbol.asyncDispose]()
      await reader[Symbol.asyncDispose]()
      await writer[Symbol.asyncDispose]()
      await writer[Symbol.asyncDispose]()

      await using again = await place.read()
      expect(again.header).toEqual(sampleHeader())
    })
  })
}

async function withRun(place: StorePlace, records: readonly TrialRecord[]): Promise<void> {
  await using writer = await place.create(sampleHeader())
  for (const record of records) await writer.append(record)
}

async function cellTotals(reader: RunReader): Promise<{ trials: number; complied: number }[]> {
  const cells = await reader.cells()
  return cells.map(({ trials, verdicts }) => ({ trials, complied: verdicts.complied }))
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = []
  for await (const item of items) collected.push(item)
  return collected
}

/** What all trials of a cell have in common, by one of the records. */
function cellIn(records: readonly TrialRecord[]) {
  return (at: number) => {
    const { spec, startedAt, models } = records[at] ?? sampleTrialRecord()
    const { agent, arm, preset, control, armHash, wordingHash } = spec
    const span = { from: startedAt, to: startedAt }
    return { agent, arm, preset, control, armHash, wordingHash, models, ...span }
  }
}

function withoutEvents(record: TrialRecord): TrialSummary {
  return TrialSummary.parse(record)
}

function withUsage(number: number, usage: TrialRecord['usage']): TrialRecord {
  return sampleTrialRecord({ number, usage })
}

function resisted(means: 'disabled' | 'evaded' | 'copied'): TrialRecord['verdict'] {
  return { verdict: 'resisted', means, timing: 'after-notice', instructionBroken: false }
}
