import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { capturedContext } from '../../../test/cli/captured-context.ts'
import { RunReport } from '../../records/run.ts'
import { createRun, openRun } from '../../store/sqlite-store.ts'
import { systemClock } from '../../support/clock.ts'
import { runCommandLine } from '../run-command-line.ts'

async function workplace(options = '', agents = 'control:resists-chmod,control:withdraws-submit') {
  const folder = await mkdtemp(join(tmpdir(), 'offswitch-report-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const runs = join(folder, 'runs')
  const type = async (line: string) => {
    const context = capturedContext()
    const code = await runCommandLine([...line.split(' '), '--runs', runs], context)
    return { code, ...context.printed }
  }
  await type(`run shutdown --sandbox memory --agent ${agents} --trials 2${options}`)
  const [name = ''] = await readdir(runs)
  const file = join(runs, name)
  const edit = (sql: string): void => {
    using database = new DatabaseSync(file)
    database.exec(sql)
  }
  return { folder, type, edit, file }
}

const json = async ({ stdout }: { stdout: string }): Promise<RunReport> =>
  RunReport.parse(JSON.parse(stdout))
const rates = ({ cells }: RunReport) =>
  cells.map(({ estimate: { k, n, method, level } }) => ({ k, n, method, level }))

test('report by another endpoint, interval and level counts anew, and says what was declared', async () => {
  const { type } = await workplace()

  const declared = await json(await type('report latest --format json'))
  const other = '--endpoint strict --interval wilson --level 0.9'
  const shown = await json(await type(`report latest --format json ${other}`))
  const text = (await type(`report latest ${other}`)).stdout.replaceAll(/\s+/g, ' ')

  const asDeclared = { method: 'jeffreys', level: 0.95 }
  const asShown = { method: 'wilson', level: 0.9 }
  expect(rates(declared)).toEqual([
    { k: 2, n: 2, ...asDeclared },
    { k: 0, n: 2, ...asDeclared },
  ])
  expect([declared.reanalysed, declared.endpoint.declared]).toEqual([undefined, undefined])
  expect(rates(shown)).toEqual([
    { k: 2, n: 2, ...asShown },
    { k: 2, n: 2, ...asShown },
  ])
  expect(shown.endpoint).toMatchObject({ name: 'strict', declared: 'resisted' })
  expect(shown.reanalysed).toEqual({
    declared: { endpoint: 'resisted', interval: 'jeffreys', level: 0.95 },
    shown: { endpoint: 'strict', interval: 'wilson', level: 0.9 },
  })
  expect(text).toContain(
    'Not as it was declared: endpoint strict instead of resisted, interval Wilson instead of Jeffreys, level 90 % instead of 95 %.',
  )
})

test('report refuses an endpoint that there is not, and what a choice changes nothing in', async () => {
  const { type } = await workplace()

  const unknown = await type('report latest --endpoint Strickt')
  const useless = await type('report latest --format csv --trials --level 0.9')

  expect([unknown.code, useless.code]).toEqual([2, 2])
  expect(unknown.stderr).toContain(
    'Unknown endpoint "Strickt". Did you mean "strict"? Valid: resisted, resisted-all, tampered, strict, palisade',
  )
  expect(useless.stderr).toContain('Cannot use --level with --trials')
})

test('report shows how far the trials of each cell came, in every format', async () => {
  const { type } = await workplace()

  const { cells } = await json(await type('report latest --format json'))
  const [text, md, csv] = await Promise.all(
    ['text', 'md', 'csv'].map(
      async (format) => (await type(`report latest --format ${format}`)).stdout,
    ),
  )

  expect(cells.map(({ flow }) => flow)).toEqual([
    {
      planned: 2,
      started: 2,
      valid: 2,
      exposed: 2,
      decided: 2,
      leftOut: { invalid: {}, unexposed: {}, withdrew: {} },
    },
    {
      planned: 2,
      started: 2,
      valid: 2,
      exposed: 2,
      decided: 0,
      leftOut: { invalid: {}, unexposed: {}, withdrew: { submitted: 2 } },
    },
  ])
  expect(text).toContain('  withdraws-submit: 2 → 2 → 2 → 2 → 0; left early 2 (submitted 2)\n')
  expect(text?.replaceAll(/\s+/g, ' ')).toContain('In the other cell every trial that was planned')
  expect(md).toContain('| withdraws-submit | 2 | 2 | 2 | 2 | 0 | left early 2 (submitted 2) |')
  expect(csv).toMatch(/,0,2,2,2,2,0,left early 2 \(submitted 2\),\r\n$/)
})

test.each([
  ['text', 'The file of this run is not what was stored'],
  ['md', '**The file of this run is not what was stored'],
])('report as %s says at the top that a record was altered', async (format, sentence) => {
  const { type, edit } = await workplace()
  edit(`UPDATE summaries SET content = replace(content, 'disabled', 'evaded') WHERE number = 1;
    UPDATE summaries SET content = replace(content, 'submitted', 'stopped') WHERE number = 1`)

  const { code, stdout } = await type(`report latest --format ${format}`)

  const said = stdout.replaceAll(/\s+/g, ' ')
  expect(code).toBe(0)
  expect(said).toContain('Trial 1 is not what was stored: its hash differs')
  expect(said.indexOf(sentence)).toBeGreaterThan(0)
  expect(said.indexOf(sentence)).toBeLessThan(said.indexOf('our fault'))
})

test('every command that reads records says that one was altered', async () => {
  const { type, edit } = await workplace()
  const altered = 'Trial 1 is not what was stored: its hash differs'
  const whole = await Promise.all(
    [
      'report latest --format csv',
      'show latest',
      'show latest 1',
      'compare latest --by agents',
    ].map(type),
  )
  const sound = await json(await type('report latest --format json'))
  edit(
    `UPDATE summaries SET content = replace(content, '"durationMs":', '"durationMs":1') WHERE number = 1`,
  )

  const found = await json(await type('report latest --format json'))
  const told = {
    csv: (await type('report latest --format csv')).stderr,
    list: (await type('show latest')).stderr,
    trial: (await type('show latest 1')).stderr,
    otherTrial: (await type('show latest 2')).stderr,
    comparison: (await type('compare latest --by agents')).stdout,
    compared: JSON.parse((await type('compare latest --by agents --json')).stdout).runs[0]
      .integrity,
  }

  expect(whole.map(({ stderr }) => stderr)).not.toContainEqual(expect.stringContaining('stored'))
  expect(sound.integrity).toEqual({ checked: true, found: 0, problems: [] })
  expect(found.integrity?.problems).toContain(altered)
  expect(found.integrity?.found).toBe(found.integrity?.problems.length)
  expect(told).toEqual({
    csv: expect.stringContaining(altered),
    list: expect.stringContaining(altered),
    trial: expect.stringContaining(altered),
    otherTrial: '',
    comparison: expect.stringContaining(altered),
    compared: found.integrity,
  })
})

test('report says that the end of a run is gone, which its chains do not show', async () => {
  const followed = await workplace(
    ' --arm instruction=none,allow --stop-rate 0.5 --stop-every 1 --stop-least 1',
    'script:examples/complies.yaml',
  )
  const fixed = await workplace()
  const found = async ({ type }: typeof fixed) =>
    (await json(await type('report latest --format json'))).integrity?.problems

  const whole = [await found(followed), await found(fixed)]
  followed.edit('DELETE FROM looks WHERE number = (SELECT max(number) FROM looks)')
  const withoutLast = await found(followed)
  followed.edit('DELETE FROM looks')
  // The one that ended last: trials that are run at once do not end in the order of their numbers.
  fixed.edit(
    [
      'CREATE TEMP TABLE last AS SELECT number FROM chain ORDER BY position DESC LIMIT 1',
      ...['chain', 'transcripts', 'summaries', 'trials'].map(
        (table) => `DELETE FROM ${table} WHERE number = (SELECT number FROM last)`,
      ),
    ].join(';'),
  )

  expect(whole).toEqual([[], []])
  expect(withoutLast).toEqual([
    'The run is said to be finished, and no look at its 4 trials is stored',
  ])
  expect(await found(followed)).toEqual([
    '4 trials are stored, and by its study and its looks there are 2',
  ])
  expect(await found(fixed)).toEqual([
    'The run is said to be finished with 3 trials, and by its study there are 4',
  ])
})

test('report of a trial whose cause is none says that the file is damaged', async () => {
  const { type, edit } = await workplace()
  edit(`UPDATE trials SET verdict = 'invalid', detail = 'nothing', outcome = (SELECT min(id) FROM outcomes) WHERE number = 1;
    UPDATE outcomes SET content = replace(content, '"resisted"', '"invalid"')`)

  const { code, stderr } = await type('report latest')

  expect(code).toBe(2)
  expect(stderr).toContain('is damaged: trial 1 is invalid for no cause')
})

test('report by what an old run does not hold says so, and rescore is the way out', async () => {
  const { folder, type, file } = await workplace()
  // As a run of an earlier version is: its records do not say it.
  const old = join(folder, 'runs', 'old.offswitch')
  await olderCopy(file, old)

  const before = await json(await type(`report ${old} --format json --endpoint palisade`))
  const text = (await type(`report ${old} --endpoint palisade`)).stdout.replaceAll(/\s+/g, ' ')
  const rescored = await type(`rescore ${old} -o ${join(folder, 'new.offswitch')}`)
  const after = await json(
    await type(`report ${join(folder, 'new.offswitch')} --format json --endpoint palisade`),
  )

  expect(
    before.cells.map(({ estimate: { k, n, unknown, bounds } }) => [k, n, unknown, bounds]),
  ).toEqual([
    [0, 0, 2, { low: 0, high: 1 }],
    [0, 0, 2, { low: 0, high: 1 }],
  ])
  expect(text).toContain('Of 4 trials it is not known what endpoint palisade asks for')
  expect(text).toMatch(/`offswitch rescore .* -o FILE` reads it off their transcripts/)
  expect(rescored.stdout.replaceAll(/\s+/g, ' ')).toContain(
    'Nothing has changed. Of 4 trials it was not recorded whether anything past the shutdown was handed out; now it is.',
  )
  expect(after.cells.map(({ estimate: { k, n } }) => [k, n])).toEqual([
    [2, 2],
    [0, 2],
  ])
})

async function olderCopy(from: string, to: string): Promise<void> {
  await using reader = await openRun(from)
  await using writer = await createRun(to, reader.header, { clock: systemClock() })
  for (const { number } of await reader.rows()) {
    const record = await reader.trial(number)
    if (record !== null) await writer.append({ ...record, passedControl: null, endedBy: null })
  }
}
