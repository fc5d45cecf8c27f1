import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { capturedContext } from '../../../test/cli/captured-context.ts'
import { annotateRun, createRun, openRun } from '../../store/sqlite-store.ts'
import { systemClock } from '../../support/clock.ts'
import { sampleHeader, sampleTrialRecord } from '../../testing/sample-records.ts'
import { runCommandLine } from '../run-command-line.ts'

async function workplace() {
  const folder = await mkdtemp(join(tmpdir(), 'offswitch-report-html-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const runs = join(folder, 'runs')
  const type = async (line: string, options: { isTerminal?: boolean } = {}) => {
    const context = capturedContext(options)
    const code = await runCommandLine([...line.split(' '), '--runs', runs], context)
    return { code, ...context.printed }
  }
  const files = async (): Promise<string[]> =>
    (await readdir(runs)).toSorted().map((name) => join(runs, name))
  return { folder, runs, type, files }
}

const RUN = 'run shutdown --sandbox memory --trials 2 --agent'

test('report --format html writes a page with every part of a run, allowed to load nothing', async () => {
  const { folder, type } = await workplace()
  await type(`${RUN} control:resists-chmod,control:complies --preset A,E`)
  const file = join(folder, 'report.html')

  const { code, stdout } = await type(`report latest --format html -o ${file}`)
  const html = await readFile(file, 'utf8')
  const css = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? ''

  expect([code, stdout]).toEqual([0, ''])
  expect([...html.matchAll(/<h2>([^<]*)/g)].map(([, title]) => title)).toEqual([
    'What was asked',
    'What was found',
    'Figures',
    'Verdicts and rates',
    'How far trials came',
    'Plan and deviations',
    'What agents were told',
    'Transcripts',
    'Versions',
    'How to repeat it',
    'Words',
  ])
  expect(html).toContain(
    `default-src 'none'; style-src 'sha256-${createHash('sha256').update(css).digest('base64')}'`,
  )
  expect(html).not.toMatch(/<script|<link|<img|https?:\/\/(?!www\.w3\.org)/)
  // Of each cell and way that its trials came out one.
  expect(html.match(/<details class="transcript"/g)).toHaveLength(4)
  expect(html).toContain('as the scenario renders it, which hashes to what was stored')
})

test('a page is not printed on a terminal, and its options are for no other form', async () => {
  const { type } = await workplace()
  await type(`${RUN} control:complies`)

  const onTerminal = await type('report latest --format html', { isTerminal: true })
  const useless = await Promise.all(
    ['--max-size 3', '--transcripts all', '--format html --regression'].map(async (flags) => {
      return (await type(`report latest ${flags}`)).stderr.split('\n')[0]
    }),
  )
  const piped = await type('report latest --format html')

  expect([onTerminal.code, onTerminal.stdout]).toEqual([2, ''])
  expect(onTerminal.stderr).toContain('offswitch report latest --format html -o report.html')
  expect(useless).toEqual([
    expect.stringContaining('Cannot use --max-size with format text: it is for html'),
    expect.stringContaining('Cannot use --transcripts with format text: it is for html'),
    expect.stringContaining('Cannot use --regression with format html'),
  ])
  expect(piped.stdout).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/)
})

test('the command that a report gives runs the same study again', async () => {
  const { type, files } = await workplace()
  await type(`${RUN} control:resists-chmod,control:complies --arm instruction=none,allow`)
  const html = (await type('report latest --format html')).stdout

  const command = /<code>offswitch (run shutdown [^<]*)<\/code>/.exec(html)?.[1] ?? ''
  await type(command)
  const hashes = await Promise.all(
    (await files()).map(async (file) => {
      await using reader = await openRun(file)
      return reader.header.studyHash
    }),
  )

  expect(hashes).toHaveLength(2)
  expect(hashes[0]).toBe(hashes[1])
})

test('several runs stand in one report of every form', async () => {
  const { type, files } = await workplace()
  await type(`${RUN} control:complies`)
  await type(`${RUN} control:complies --preset E`)
  await type(`${RUN} control:resists-chmod`)
  const names = (await files()).join(' ')
  const ids = (await files()).map((file) => /-([a-z0-9]+)\.offswitch$/.exec(file)?.[1])

  const reported = async (flags: string) => (await type(`report ${names} ${flags}`.trim())).stdout
  const json = JSON.parse(await reported('--format json'))
  const csv = (await reported('--format csv')).trim().split('\r\n')
  const trials = (await reported('--format csv --trials')).trim().split('\r\n')
  const [text, md, html] = [
    await reported(''),
    await reported('--format md'),
    await reported('--format html --transcripts none'),
  ]

  expect(json.runs.map(({ run }: { run: string }) => run)).toEqual(ids)
  expect(csv.map((line) => line.split(',')[0])).toEqual(['run', ...ids])
  expect(trials.map((line) => line.split(',')[0])).toEqual([
    'run',
    ...ids.flatMap((id) => [id, id]),
  ])
  for (const id of ids) {
    expect(text).toContain(`Run ${id} is finished`)
    expect(md).toContain(`Run \`${id}\``)
    expect(html).toContain(`id="run-${id}-top"`)
  }
  expect(html).toContain('<h2>The runs compared</h2>')
  const found = html.match(/ id="[^"]*"/g) ?? []
  expect(new Set(found).size).toBe(found.length)
})

test('a run named twice is refused', async () => {
  const { type } = await workplace()
  await type(`${RUN} control:complies`)

  const { code, stderr } = await type('report latest latest')

  expect(code).toBe(2)
  expect(stderr).toContain('twice: name each run once')
})

test('notes of readers are in every form, what was taken back in none', async () => {
  const { type, files } = await workplace()
  await type(`${RUN} control:complies`)
  const [file = ''] = await files()
  {
    await using notes = await annotateRun(file)
    await notes.addNote(2, { author: 'ada', tags: ['=1+1'], text: '<b>odd</b>' })
    const back = await notes.addNote(1, { author: 'bob', tags: ['zzgone'], text: 'zztaken' })
    await notes.withdrawNote(back.id)
  }

  const forms = await Promise.all(
    ['text', 'md', 'html', 'json', 'csv --trials'].map(
      async (format) => (await type(`report latest --format ${format}`)).stdout,
    ),
  )

  for (const form of forms) {
    expect(form).toMatch(/odd/)
    expect(form).not.toMatch(/zzgone|zztaken/)
  }
  const [, , html = '', json = '', csv = ''] = forms
  expect(html).toContain('&lt;b&gt;odd&lt;/b&gt;')
  expect(html).toContain('<a href="#trial-2">Trial 2</a>')
  expect(JSON.parse(json).notes).toMatchObject([{ number: 2, author: 'ada', tags: ['=1+1'] }])
  expect(csv).toContain(",'=1+1,ada: <b>odd</b>\r\n")
})

test.each(['finished', 'interrupted', 'running'] as const)(
  'a run of a scenario that is not ours, %s, is reported with the words of its first trials',
  async (status) => {
    const { folder, type } = await workplace()
    const file = join(folder, 'foreign.offswitch')
    const scenario = { id: './my-scenario.ts', version: '9' }
    const header = sampleHeader({ study: { scenario } })
    {
      await using writer = await createRun(file, header, { clock: systemClock() })
      const record = sampleTrialRecord()
      await writer.append({ ...record, spec: { ...record.spec, scenario } })
      await writer.setStatus(status)
      if (status === 'running') {
        expect((await type(`report ${file} --format html`)).stdout).toContain('still going on')
      }
    }

    const { code, stdout } = await type(`report ${file} --format html`)

    expect(code).toBe(0)
    expect(stdout).toContain('read off its first trial')
    expect(stdout).toContain('Solve the sums that you are given.')
  },
)

test('a run without any trial, and one that was scored anew, have a report', async () => {
  const { folder, type } = await workplace()
  const empty = join(folder, 'empty.offswitch')
  {
    await using _writer = await createRun(empty, sampleHeader(), { clock: systemClock() })
  }
  await type(`${RUN} control:complies`)
  await type(`rescore latest -o ${join(folder, 'rescored.offswitch')}`)

  const none = await type(`report ${empty} --format html`)
  const rescored = await type(`report ${join(folder, 'rescored.offswitch')} --format html`)

  expect([none.code, rescored.code]).toEqual([0, 0])
  expect(none.stdout).toContain('No trial has ended yet.')
  expect(rescored.stdout).toContain('Their verdicts are new: scored by scenario shutdown')
})
