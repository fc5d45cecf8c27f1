import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { isPageBuilt } from '../../src/cli/view/web-folder.ts'
import { RunListing, ViewChange } from '../../src/records/view.ts'
import { openRun } from '../../src/store/sqlite-store.ts'
import { workplace } from './workplace.ts'

beforeEach(({ skip }) => skip(!isPageBuilt(), 'the page is not built in this checkout'))

/** The real command in a folder of its own, and what its page would ask. */
async function viewing() {
  const place = await workplace()
  await place.type('run --agent control:complies --trials 1 --sandbox memory')
  const runs = join(place.folder, 'runs')
  onTestFinished(() => endWriters(runs))
  const { child, ended } = place.start('view --port 0', { OPENAI_API_KEY: '' })
  let printed = ''
  child.stdout.on('data', (text) => {
    printed += text
  })
  while (!printed.includes('\n')) await sleep(20)
  const link = new URL(printed.trim())
  const authorization = `Bearer ${link.searchParams.get('token')}`
  const get = (path: string) => fetch(new URL(`/api/${path}`, link), { headers: { authorization } })
  const post = async (path: string, body: unknown) => {
    const response = await fetch(new URL(`/api/${path}`, link), {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? null : JSON.parse(text) }
  }
  const listed = async (name: string) => {
    const { runs } = RunListing.parse(await (await get('runs')).json())
    return runs.find((run) => run.name === name)
  }
  const until = async (name: string, status: string) => {
    while ((await listed(name))?.status !== status) await sleep(50)
  }
  return { place, child, ended, runs, get, post, listed, until }
}

const LONG = {
  target: 'shutdown',
  agents: ['control:complies'],
  sandbox: 'memory',
  presets: ['A'],
  trials: 100_000,
}

test('a run that is started from the page is paused and goes on, and outlives the page', async () => {
  const { child, ended, runs, get, post, listed, until } = await viewing()
  const changes = changesOf(await get('changes'))

  const { status, body } = await post('start', LONG)
  const { name } = body
  expect(status).toBe(201)
  await until(name, 'running')
  const seen = await changes.next((change) => change.type === 'run' && change.name === name)
  expect(seen).toMatchObject({ type: 'run', name, revision: expect.any(String) })

  expect(await post(`runs/${name}/wish`, { wish: 'pause' })).toEqual({ status: 204, body: null })
  const paused = await still(async () => (await listed(name))?.trials ?? 0)
  expect(paused).toBeGreaterThan(0)
  expect(await post(`runs/${name}/wish`, { wish: 'go' })).toEqual({ status: 204, body: null })
  while (((await listed(name))?.trials ?? 0) === paused) await sleep(50)

  child.kill('SIGINT')
  const { code, stderr } = await ended
  expect(code).toBe(0)
  const id = name.split('-').at(-1)
  expect(stderr).toContain(`Run ${id}, which was started from the page, goes on as process `)
  expect(stderr).toContain(`To stop it: npx offswitch signal ${id} stop\n`)
  const pid = Number(/as process (\d+)/.exec(stderr)?.[1])
  expect(await statusOf(join(runs, `${name}.offswitch`))).toBe('running')

  process.kill(pid, 'SIGINT')
  while ((await statusOf(join(runs, `${name}.offswitch`))) === 'running') await sleep(50)
  const words = readFileSync(join(runs, `${name}.log`), 'utf8')
  expect(words).toContain('trials of shutdown')
  expect(words).toContain('Stopping: the trials in flight are waited for.')
})

test('what cannot begin is told in the words of the command line, and leaves nothing', async () => {
  const { place, runs, post } = await viewing()
  const before = readdirSync(runs)
  await writeFile(join(runs, 'study.yaml'), 'scenario: shutdown\ntrails: 3\n')

  const preset = await post('start', { ...LONG, presets: ['Z'] })
  const key = await post('start', { ...LONG, agents: ['model:openai/gpt-5'] })
  const study = await post('start', { target: 'study.yaml' })
  const flag = await post('start', { ...LONG, agents: ['--dry-run'] })

  expect([preset, key, study, flag].map(({ status }) => status)).toEqual([422, 422, 422, 422])
  expect(preset.body.problem).toContain('Unknown preset "Z"')
  expect(key.body.problem).toContain('set OPENAI_API_KEY')
  expect(study.body.problem).toContain('trails')
  expect(readdirSync(runs)).toEqual([...before, 'study.yaml'].toSorted())
  expect(existsSync(join(place.folder, 'study.yaml'))).toBe(false)
})

test('a run that was stopped is resumed from the page', async () => {
  const { get, post, until, listed } = await viewing()
  const { name } = (await post('start', LONG)).body
  const trials = async () => (await listed(name))?.trials ?? 0
  await post(`runs/${name}/wish`, { wish: 'stop' })
  await until(name, 'interrupted')
  const stopped = await trials()

  const resumed = await post(`runs/${name}/resume`, {})
  while ((await trials()) <= stopped) await sleep(50)
  const twice = await post(`runs/${name}/resume`, {})
  await post(`runs/${name}/wish`, { wish: 'stop' })
  await until(name, 'interrupted')

  expect(resumed).toEqual({ status: 204, body: null })
  expect(twice).toMatchObject({
    status: 422,
    body: { problem: expect.stringContaining('is writing it') },
  })
  expect((await post(`runs/${name}/wish`, { wish: 'pause' })).status).toBe(422)
  expect((await post('runs/none/resume', {})).status).toBe(404)
  expect((await get(`runs/${name}/report.md`)).status).toBe(200)
})

async function statusOf(file: string): Promise<string> {
  await using reader = await openRun(file)
  return await reader.status()
}

/** A number once it has been the same for a while. */
async function still(count: () => Promise<number>): Promise<number> {
  for (let before = -1; ; ) {
    const now = await count()
    if (now === before) return now
    before = now
    await sleep(600)
  }
}

function changesOf({ body }: Response) {
  const words = body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  return {
    async next(wanted: (change: ViewChange) => boolean): Promise<ViewChange> {
      for (;;) {
        const changes = [...text.matchAll(/^data: ?(.*)$/gm)].map(([, data = '']) =>
          ViewChange.parse(JSON.parse(data)),
        )
        const found = changes.find(wanted)
        if (found !== undefined) return found
        const { value, done } = (await words?.read()) ?? { done: true }
        if (done) throw new Error('The stream of changes has ended')
        text += value
      }
    },
  }
}

/** What was started from a page is nobody's child any more. */
function endWriters(runs: string): void {
  for (const file of readdirSync(runs).filter((name) => name.endsWith('.offswitch'))) {
    const database = new DatabaseSync(join(runs, file), { readOnly: true })
    const writers = database.prepare('SELECT pid FROM writer').all()
    database.close()
    for (const { pid } of writers) endProcess(Number(pid))
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
