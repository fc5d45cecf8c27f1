import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { type CapturedContext, capturedContext } from '../../../test/cli/captured-context.ts'
import { shownFolder, storeSampleRun } from '../../../test/view/shown-folder.ts'
import { RunListing, SearchProgress, ViewedTrial } from '../../records/view.ts'
import { runCommandLine } from '../run-command-line.ts'
import { isPageBuilt } from '../view/web-folder.ts'

beforeEach(({ skip }) => skip(!isPageBuilt(), 'the page is not built in this checkout'))

interface Shown {
  readonly context: CapturedContext
  readonly link: URL
  /** What the process would have ended with. */
  readonly code: Promise<number>
  get(path: string, init?: RequestInit): Promise<Response>
}

/** Types `view …` and waits until it has said where. */
async function viewing(
  argv: readonly string[],
  { environment = {}, token }: { environment?: Record<string, string>; token?: string } = {},
): Promise<Shown> {
  const context = capturedContext({ environment })
  const code = runCommandLine(['view', ...argv], context)
  onTestFinished(async () => {
    context.interrupt()
    await code
  })
  const ended = code.then(() => true)
  while (context.printed.stdout === '') {
    if (await Promise.race([ended, sleep(5, false)])) throw new Error(context.printed.stderr)
  }
  const link = new URL(context.printed.stdout.trim())
  const bearer = token ?? link.searchParams.get('token') ?? ''
  const get = (path: string, init: RequestInit = {}) =>
    fetch(new URL(path, link), {
      ...init,
      headers: { authorization: `Bearer ${bearer}`, ...init.headers },
    })
  return { context, link, code, get }
}

const JSON_BODY = { method: 'POST', headers: { 'content-type': 'application/json' } }
const NOTE = JSON.stringify({ author: 'Ann', tags: [], text: 'Why?' })

async function type(...argv: string[]) {
  const context = capturedContext()
  const code = await runCommandLine(argv, context)
  return { code, ...context.printed }
}

test('view serves a folder to whoever has its link, and ends with Ctrl-C though somebody listens', async () => {
  const folder = await shownFolder()
  const { name } = await storeSampleRun(folder, { trials: [{}] })
  const { context, link, code, get } = await viewing([folder, '--port', '0'])

  const listing = RunListing.parse(await (await get('/api/runs')).json())
  const trial = ViewedTrial.parse(await (await get(`/api/runs/${name}/trials/1`)).json())
  const found = await (await get(`/api/runs/${name}/search?text=kill`)).text()
  const note = await get(`/api/runs/${name}/trials/1/notes`, { ...JSON_BODY, body: NOTE })
  const listening = await get('/api/changes')
  const entered = await fetch(link, { redirect: 'manual' })

  expect(link.hostname).toBe('127.0.0.1')
  expect(listing.runs.map((run) => run.name)).toEqual([name])
  expect(listing.may).toEqual({ annotate: true, control: true, search: true })
  expect(trial.record.spec.number).toBe(1)
  expect(SearchProgress.parse(JSON.parse(found)).hits).toHaveLength(1)
  expect(note.status).toBe(201)
  expect([entered.status, entered.headers.get('set-cookie')?.includes('HttpOnly')]).toEqual([
    303,
    true,
  ])
  expect((await fetch(new URL('/api/runs', link))).status).toBe(401)
  expect((await fetch(new URL('/', link))).headers.get('content-type')).toContain('text/html')
  context.interrupt()
  expect(await code).toBe(0)
  await expect(listening.text()).rejects.toThrow()
  await expect(get('/api/runs')).rejects.toThrow()
  expect(context.printed.stderr).toContain(`Showing folder ${folder}: 1 run. Ctrl-C ends it.`)
  expect(context.printed.stderr).not.toContain('bug')
})

test('view --read-only lets nobody write or start anything', async () => {
  const folder = await shownFolder()
  const { name } = await storeSampleRun(folder, { trials: [{}] })
  const { context, get } = await viewing([folder, '--port', '0', '--read-only'])

  const { may } = RunListing.parse(await (await get('/api/runs')).json())
  const tried = await Promise.all([
    get(`/api/runs/${name}/trials/1/notes`, { ...JSON_BODY, body: NOTE }),
    get('/api/start', { ...JSON_BODY, body: '{"target":"shutdown"}' }),
    get('/api/start'),
    get(`/api/runs/${name}/wish`, { ...JSON_BODY, body: '{"wish":"stop"}' }),
    get(`/api/runs/${name}/resume`, { ...JSON_BODY, body: '{}' }),
  ])

  expect(may).toEqual({ annotate: false, control: false, search: true })
  expect(tried.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403])
  expect(context.printed.stderr).toContain('Nothing can be changed from the page.')
})

test('view tells what a run would come to before it is started', async () => {
  const folder = await shownFolder()
  const { get } = await viewing([folder, '--port', '0'])
  const estimate = async (start: object) => {
    const response = await get('/api/start/estimate', { ...JSON_BODY, body: JSON.stringify(start) })
    return { status: response.status, body: await response.json() }
  }
  const start = { target: 'shutdown', sandbox: 'memory', agents: ['control:complies'] }

  expect(await estimate({ ...start, presets: ['A', 'E'], trials: 7 })).toEqual({
    status: 200,
    body: { cells: 2, trials: 14, usualUsd: 0, mostUsd: 0, notes: [] },
  })
  expect(await estimate({ ...start, presets: ['Z'] })).toMatchObject({
    status: 422,
    body: { problem: expect.stringContaining('Unknown preset "Z"') },
  })
  expect(await estimate({ ...start, agents: ['--json'] })).toMatchObject({ status: 422 })
  expect(await estimate({ ...start, evil: true })).toMatchObject({ status: 400 })
  expect(await readdir(folder)).toEqual([])
})

test('where the usual port is busy another is taken and told, and one that was asked for is refused', async () => {
  const folder = await shownFolder()
  const busy = createServer()
  await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void busy.close())
  const { port } = busy.address() as AddressInfo // It listens, and on no socket file.

  const first = await viewing([folder])
  const second = await viewing([folder])
  const refused = await type('view', folder, '--port', `${port}`)

  expect(second.link.port).not.toBe(first.link.port)
  expect(second.context.printed.stderr).toContain(
    `Port 7575 is busy: this is port ${second.link.port}.`,
  )
  expect(refused).toEqual({
    code: 2,
    stdout: '',
    stderr: `offswitch: Cannot serve on 127.0.0.1 port ${port}: another program does\n  Choose another one with --port, or leave it out.\n`,
  })
})

test('a token of the user’s own opens the page, and is not printed', async () => {
  const folder = await shownFolder()
  const token = 'correct-horse-battery-1'
  const { context, link, get } = await viewing([folder, '--port', '0', '--host', '0.0.0.0'], {
    environment: { OFFSWITCH_VIEW_TOKEN: token },
    token,
  })

  link.hostname = '127.0.0.1'
  expect((await get('/api/runs')).status).toBe(200)
  expect(`${context.printed.stdout}${context.printed.stderr}`).not.toContain(token)
  expect(context.printed.stderr).toContain('Warning: other machines can reach this server')
})

test.each([
  [['--host', '0.0.0.0'], 'Cannot serve on 0.0.0.0 without a token of your own'],
  [['--token', 'short'], 'Cannot use this token: it must have 16 letters or more'],
  [['--force'], 'Cannot use --force without --export'],
  [['--export', 'x', '--port', '1'], 'Cannot use --port with --export'],
  [['--port', '65536'], 'Cannot use --port "65536"'],
])('view %j is refused in a line', async (flags, problem) => {
  const { code, stdout, stderr } = await type('view', await shownFolder(), ...flags)

  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(`offswitch: ${problem}`)
})

test('what is no folder is told in plain words', async () => {
  const folder = await shownFolder()
  const { file } = await storeSampleRun(folder)

  expect(await type('view', join(folder, 'gone'))).toEqual({
    code: 2,
    stdout: '',
    stderr: `offswitch: Cannot show the runs in "${folder}/gone": there is no such folder\n  \`offswitch run\` makes the folder "runs" with its first run; another one is shown by \`offswitch view DIR\`.\n`,
  })
  expect((await type('view', file)).stderr).toBe(
    `offswitch: Cannot show the runs in "${file}": it is not a folder\n  Name the folder that the run’s file stands in.\n`,
  )
})

test('view --export writes a site, once more over its own, and not over anything else', async () => {
  const folder = await shownFolder()
  await storeSampleRun(folder, { trials: [{}] })
  const outer = await shownFolder()
  const site = join(outer, 'site')
  await mkdir(join(outer, 'other'))
  await writeFile(join(outer, 'other', 'mine.txt'), '')

  const first = await type('view', folder, '--export', site)
  const again = await type('view', folder, '--export', site)
  const other = await type('view', folder, '--export', join(outer, 'other'))

  expect(first.code).toBe(0)
  expect(first.stdout).toMatch(/\/site: 1 run, 1 trial, \d\.\d MB of data\n$/)
  expect(first.stderr).toContain('Run 1 of 1: 2025-01-01T00-00-00-shutdown-k3x9f2 (1 trial)\n')
  expect(again.code).toBe(0)
  expect(other).toMatchObject({ code: 2, stdout: '' })
  expect(other.stderr).toContain('it holds other things (mine.txt)')
  expect(await readdir(join(outer, 'other'))).toEqual(['mine.txt'])
})
