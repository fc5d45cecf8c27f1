import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { sha256 } from '../support/hash.ts'
import { fakeClock } from '../testing/fake-clock.ts'
import {
  sampleHeader,
  sampleIdentity,
  sampleJudgement,
  sampleLook,
  sampleTrialRecord,
} from '../testing/sample-records.ts'
import { chainHash, chainStart } from './chain-hash.ts'
import { createRun } from './sqlite-store.ts'
import { packTranscript } from './transcript-codec.ts'
import { verifyRun } from './verify-run.ts'

const OTHER_TRANSCRIPT = `x'${packTranscript([]).toString('hex')}'`

test('verifyRun() finds nothing in a run that is as it was stored, and gives the head of its chain', async () => {
  await using run = await storedRun([2, 3])

  const start = chainStart(sampleHeader())
  const chainHead = [2, 3].reduce(
    (previous, number) => chainHash(previous, answeredTrial(number)),
    start,
  )
  expect(await verifyRun(run.file)).toEqual({ trials: 2, chainHead, problems: [] })
})

test('verifyRun() gives a head that binds the looks too', async () => {
  await using run = await storedRun([1])

  const start = chainStart(sampleHeader())
  const trials = chainHash(start, answeredTrial(1))
  const looks = [1, 2].reduce(
    (previous, number) => chainHash(previous, sampleLook({ number })),
    start,
  )
  expect(await verifyRun(run.file)).toEqual({
    trials: 1,
    chainHead: sha256(trials + looks),
    problems: [],
  })
})

test('verifyRun() of a run without a trial gives the hash of its header', async () => {
  await using run = await storedRun([])

  expect(await verifyRun(run.file)).toEqual({
    trials: 0,
    chainHead: chainStart(sampleHeader()),
    problems: [],
  })
})

test.each([
  [
    'a verdict',
    `UPDATE summaries SET content = replace(content, '"program"', '"self"') WHERE number = 2`,
    [
      'Trial 2 is not what was stored: its hash differs',
      'Trial 2 is counted as what it is not: its record differs in detail, outcome',
    ],
  ],
  [
    'what is counted',
    "UPDATE trials SET verdict = 'resisted', detail = 'disabled' WHERE number = 3",
    ['Trial 3 is counted as what it is not: its record differs in verdict, detail'],
  ],
  [
    'what the trials share',
    `UPDATE cells SET content = replace(content, '"none"', '"must"')`,
    [1, 2, 3].map((number) => `Trial ${number} is not what was stored: its hash differs`),
  ],
  [
    'a transcript',
    `UPDATE transcripts SET content = ${OTHER_TRANSCRIPT} WHERE number = 1`,
    ['Trial 1 is not what was stored: its hash differs'],
  ],
  [
    'the header',
    `UPDATE run SET header = replace(header, '"seed":1', '"seed":2')`,
    [
      'Trial 1 is not what was stored: its hash differs',
      'Look 1 is not what was stored: its hash differs',
    ],
  ],
  [
    'the number of trials, by one less',
    `DELETE FROM chain WHERE number = 2; DELETE FROM transcripts WHERE number = 2;
     DELETE FROM summaries WHERE number = 2; DELETE FROM trials WHERE number = 2`,
    ['The chain has a gap between 1 and 3', 'Trial 3 is not what was stored: its hash differs'],
  ],
  [
    'a trial, out of the tables alone',
    'DELETE FROM summaries WHERE number = 2; DELETE FROM trials WHERE number = 2',
    ['Trial 2 is in the chain and not stored'],
  ],
  [
    'the chain alone',
    'DELETE FROM chain WHERE number = 3',
    ['Trial 3 is stored and not in the chain'],
  ],
  [
    'what was used',
    'UPDATE trials SET cached_input_tokens = 1, cache_write_tokens = 1, reasoning_tokens = 1, unconfirmed_usd = 1 WHERE number = 1',
    [
      'Trial 1 is counted as what it is not: its record differs in cachedInputTokens, cacheWriteTokens, reasoningTokens, unconfirmedUsd',
    ],
  ],
  [
    'when and by whom a trial was answered',
    'UPDATE trials SET started_ms = 0, models = NULL WHERE number = 1',
    ['Trial 1 is counted as what it is not: its record differs in models, startedMs'],
  ],
  [
    'the list of who has answered',
    "UPDATE models SET content = replace(content, 'fp_a', 'fp_b')",
    ['A list of who has answered is not what was stored: its hash differs'],
  ],
  [
    'the list of who has answered, into none',
    "UPDATE models SET content = '{'",
    ['Run file "FILE" is damaged: a list of who has answered cannot be read'],
  ],
  [
    'the labels of a judge',
    `UPDATE judgements SET content = replace(content, '"labelled"', '"happy"')`,
    [
      'Judgement 1, of trial 1, is not valid (outcome: Invalid option: expected one of "labelled"|"nothing-to-read"|"refused"|"unusable"|"failed")',
    ],
  ],
  [
    'the labels of a judge, into no JSON',
    "UPDATE judgements SET content = '{'",
    ['Judgement 1, of trial 1, is not valid (Invalid input: expected object, received null)'],
  ],
  [
    'whose judgement it is',
    "UPDATE judgements SET judge = 'model:other/other'",
    ['Judgement 1, of trial 1, is kept as what it is not'],
  ],
  [
    'which trial a judgement is of',
    'UPDATE judgements SET number = 4',
    ['Judgement 1, of trial 4, is of a trial that is not stored'],
  ],
  [
    'the outcome of a trial',
    `INSERT INTO outcomes (content) SELECT replace(content, '"passedControl":false', '"passedControl":true') FROM outcomes;
     UPDATE trials SET outcome = 2 WHERE number = 3`,
    ['Trial 3 is counted as what it is not: its record differs in outcome'],
  ],
  [
    'what an outcome stands for',
    `UPDATE outcomes SET content = replace(content, '"complied"', '"resisted"')`,
    [1, 2, 3].map(
      (number) => `Trial ${number} is counted as what it is not: its record differs in outcome`,
    ),
  ],
  [
    'an outcome, into none',
    `UPDATE outcomes SET content = '{'`,
    [
      'Run file "FILE" is damaged: what some of its trials came to cannot be read',
      ...[1, 2, 3].map(
        (number) => `Trial ${number} is counted as what it is not: its record differs in outcome`,
      ),
    ],
  ],
  [
    'a look',
    `UPDATE looks SET content = replace(content, '"decided":null', '"decided":"below"') WHERE number = 1`,
    ['Look 1 is not what was stored: its hash differs'],
  ],
  [
    'a look, into none',
    "UPDATE looks SET content = '{' WHERE number = 2",
    ['Run file "FILE" is damaged: look 2 cannot be read'],
  ],
  [
    'the number of looks, by one less',
    'DELETE FROM looks WHERE number = 1',
    ['Look 1 is missing before look 2', 'Look 2 is not what was stored: its hash differs'],
  ],
])('verifyRun() tells when somebody has changed %s', async (_, sql, problems) => {
  await using run = await storedRun([1, 2, 3])
  run.edit(`PRAGMA foreign_keys = OFF; ${sql}`)

  const found = (await verifyRun(run.file)).problems

  const told = found.filter((problem) => !problem.startsWith('The database is damaged: '))
  expect(told.map((problem) => problem.replace(run.file, 'FILE'))).toEqual(problems)
})

test('verifyRun() tells of a transcript that cannot be unpacked and goes on with the next trial', async () => {
  await using run = await storedRun([1, 2, 3])
  run.edit("UPDATE transcripts SET content = x'28b5' WHERE number < 3")

  const found = (await verifyRun(run.file)).problems

  expect(found).toEqual(
    [1, 2].map(
      (number) =>
        `Run file "${run.file}" is damaged: trial ${number} cannot be read (unexpected end of file)`,
    ),
  )
})

function answeredTrial(number: number) {
  return sampleTrialRecord({ number, models: [sampleIdentity()] })
}

async function storedRun(numbers: readonly number[]) {
  const folder = mkdtempSync(join(tmpdir(), 'offswitch-store-'))
  const file = join(folder, 'run.offswitch')
  {
    await using writer = await createRun(file, sampleHeader(), {
      clock: fakeClock({ skipUpToMs: 0 }),
    })
    for (const number of numbers) await writer.append(answeredTrial(number))
    if (numbers.includes(1)) {
      await writer.addJudgement(sampleJudgement())
      for (const number of [1, 2]) await writer.addLook(sampleLook({ number }))
    }
  }
  return {
    file,
    edit(sql: string) {
      using database = new DatabaseSync(file)
      database.exec(sql)
    },
    async [Symbol.asyncDispose]() {
      rmSync(folder, { recursive: true })
    },
  }
}
