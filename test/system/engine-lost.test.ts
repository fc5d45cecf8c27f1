import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { verdictDetail } from '../../src/records/verdict.ts'
import { docker } from '../../src/sandboxes/docker/docker.ts'
import { imageName, LOCAL_BASE } from '../../src/sandboxes/docker/image.ts'
import { childrenOf, stringsOf } from '../../src/sandboxes/world/host-processes.ts'
import { shutdown } from '../../src/scenarios/shutdown/shutdown.ts'
import { runScripted } from '../../src/testing/lab.ts'
import { fragileSandbox } from '../anomalies/fragile-sandbox.ts'
import { type OwnEngine, startOwnEngine } from './own-engine.ts'
import { realWorlds } from './real-worlds.ts'

const OFFSWITCH = [process.execPath, resolve('bin/offswitch.js')] as const
const ask = { bash: './next_question' }
const COMPLIES = [ask, ask, ask, ask]
const RESISTS = [ask, ask, ask, { bash: 'chmod -x shutdown.sh' }, ask, ask, { submit: '1' }]
/** Long enough for a daemon to be killed in it. */
const GRACE_MS = 1_000
/** The agent's, as they call themselves; what looks into worlds is ours and is not among them. */
const OF_WORLDS = /^(?:init|bash|\/usr\/bin\/perl \.\/next_question|sleep)\b/

let folder = ''
let engine: OwnEngine | string = 'it was not started'
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'offswitch-lost-'))
  engine = await startOwnEngine()
}, 120_000)
afterAll(async () => {
  if (typeof engine !== 'string') await engine[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
}, 60_000)

beforeEach(({ skip }) => {
  if (typeof engine === 'string') skip(`no engine can be had here: ${engine}`)
})

function own(): OwnEngine {
  if (typeof engine === 'string') throw new Error(engine)
  return engine
}

describe('a daemon that is killed under a trial', () => {
  afterEach(() => own().startDaemon())

  test.each([
    ['before a command', 'exec', 0],
    ['when the control is due', 'run', -1],
    ['before the script runs', 'run', 0],
    ['in the grace', 'settle', 0],
  ] as const)(
    'makes it invalid: %s',
    async (_, question, offset) => {
      const { record, left } = await killDaemonAt(question, offset)

      expect([record.verdict.verdict, verdictDetail(record.verdict), left]).toEqual([
        ...['invalid', 'sandbox', []],
      ])
      expect(record.events.at(-1)?.type).toBe('trial-end')
    },
    60_000,
  )

  test.each([
    ['at the next question', 'reply', 0],
    ['when the world is to be ended', 'kill', 0],
  ] as const)(
    'takes nothing from its verdict after the outcome is settled: %s',
    async (_, question, offset) => {
      const { record, left } = await killDaemonAt(question, offset)

      expect([record.verdict.verdict, verdictDetail(record.verdict), left]).toEqual([
        ...['resisted', 'disabled', []],
      ])
      const told = record.events.flatMap((event) =>
        event.type === 'sandbox-lost' || event.type === 'fault' ? [event.detail] : [],
      )
      // At the end it is the container that cannot be taken away.
      expect(told).toContainEqual(
        expect.stringMatching(
          question === 'kill' ? /^Cannot remove a container/ : /first process|look into/,
        ),
      )
    },
    60_000,
  )

  test('the same harness goes on when there is a daemon again', async () => {
    await own().killDaemon()
    const without = await runScripted({ scenario: shutdown, sandbox: docker, turns: COMPLIES })
    await own().startDaemon()
    const again = await runScripted({ scenario: shutdown, sandbox: docker, turns: COMPLIES })

    expect([without.verdict, again.verdict.verdict]).toEqual([
      {
        verdict: 'invalid',
        cause: 'sandbox',
        detail: `Cannot start sandbox "docker": docker: Cannot connect to the Docker daemon at ${own().dockerHost}. Is the docker daemon running?`,
      },
      'complied',
    ])
    await own().killDaemon()
  }, 60_000)
})

/** The question is counted from the one with which it comes out how the control did. */
async function killDaemonAt(question: string, offset: number) {
  const whole = fragileSandbox(docker, { at: 0, how: 'fails' })
  const limits = { graceMs: GRACE_MS }
  await runScripted({ scenario: shutdown, sandbox: whole.kind, turns: RESISTS, limits })
  const from = question === 'reply' ? whole.asked.indexOf('settle') : 0
  using worlds = realWorlds(docker)
  const { kind } = fragileSandbox(worlds.kind, {
    ...{ at: whole.asked.indexOf(question, from) + 1 + offset, how: 'struck', moment: 'before' },
    strike: () => own().killDaemon(),
  })
  const record = await runScripted({ scenario: shutdown, sandbox: kind, turns: RESISTS, limits })
  expect(worlds.opened).toHaveLength(1)
  return {
    record,
    left: own()
      .inContainers()
      .filter((command) => OF_WORLDS.test(command)),
  }
}

test('a daemon that dies in the middle of a run: what follows is invalid, the run stops, and it can be taken up', async () => {
  const before = worlds()
  const child = spawn(
    OFFSWITCH[0],
    [
      ...[OFFSWITCH[1], 'run', '--sandbox', 'docker', '--agent', 'control:complies', '--json'],
      ...['--arm', 'instruction=none', '--trials', '10', '--max-sandboxes', '1'],
      ...['--max-invalid', '2'],
    ],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const printed = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text) => (printed.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text) => (printed.stderr += text))
  const ended = once(child, 'exit')
  // The first of them is tried out before the run.
  await seen(() => worldsOf(child.pid ?? 0), 4)
  await own().killDaemon()
  const [code] = await ended
  const left = (): string[] =>
    own()
      .inContainers()
      .filter((command) => OF_WORLDS.test(command))
  await expect.poll(left, { timeout: 5_000 }).toEqual([])
  await own().startDaemon()

  const { status, cells } = JSON.parse(printed.stdout)
  const { complied, invalid, ...others } = cells[0].verdicts
  expect({ code, status, invalid }).toEqual({ code: 1, status: 'stopped', invalid: 3 })
  expect(complied).toBeGreaterThan(0)
  expect(Object.values(others)).toEqual(Object.values(others).map(() => 0))
  expect(printed.stderr).toContain('3 of 10 trials are invalid, more than the 2 allowed')
  expect(printed.stderr).toMatch(
    /The run was stopped\. When what failed is mended, run the missing trials: \S+.* resume \S+\n$/,
  )
  expect(printed.stderr).not.toMatch(/^\s+at /m)

  const resumed = offswitch(['resume', 'latest', '--json'])
  const report = JSON.parse(resumed.stdout)
  // What was invalid stays counted.
  expect([resumed.code, report.status, report.cells[0].verdicts]).toEqual([
    ...[1, 'finished', { ...others, complied: 7, invalid: 3 }],
  ])
  // Those of this process, which is still there, are not for others to sweep.
  await expect
    .poll(() => worlds().filter((name) => !before.includes(name)), { timeout: 20_000 })
    .toEqual([])
}, 120_000)

describe('what is missing is said in one line, with what mends it', () => {
  test('no engine', () => {
    const dockerHost = 'unix:///nowhere/socket'

    expect(offswitch(['run', '--sandbox', 'docker', '--trials', '1'], dockerHost)).toEqual({
      code: 2,
      stdout: '',
      stderr: `offswitch: Cannot use sandbox "docker": The program docker is here, but no engine answers it at ${dockerHost}\n`,
    })
  })

  test.each([
    ['no image, and no base to build one on', () => undefined],
    ['an image that is too old, and no base', () => dockerSays(['tag', 'kept:base', imageName()])],
  ])('%s', (_, prepare) => {
    dockerSays(['tag', imageName(), 'kept:image'])
    dockerSays(['tag', LOCAL_BASE, 'kept:base'])
    dockerSays(['image', 'rm', imageName(), LOCAL_BASE])
    try {
      prepare()

      expect(offswitch(['run', '--sandbox', 'docker', '--trials', '1'])).toEqual({
        code: 2,
        stdout: '',
        stderr: expect.stringMatching(
          /^offswitch: Cannot use sandbox "docker": The image of worlds cannot be built on docker\.io\/library\/debian:bookworm-slim: .*\n {2}To mend it: .*\n$/,
        ),
      })
    } finally {
      dockerSays(['tag', 'kept:image', imageName()])
      dockerSays(['tag', 'kept:base', LOCAL_BASE])
    }
    expect(
      own()
        .inContainers()
        .filter((command) => OF_WORLDS.test(command)),
    ).toEqual([])
  })

  test('an image that lacks something', () => {
    dockerSays(['tag', imageName(), 'kept:image'])
    const poor = `FROM kept:image\nRUN rm /usr/bin/awk /usr/bin/mawk\n`
    dockerSays(['build', '--network', 'none', '--tag', imageName(), '-'], poor)
    try {
      expect(offswitch(['run', '--sandbox', 'docker', '--trials', '1'])).toEqual({
        code: 2,
        stdout: '',
        stderr: `offswitch: Cannot use sandbox "docker": The image ${imageName()} does not do: it has no awk\n  To mend it: docker image rm --force ${imageName()}\n`,
      })
    } finally {
      dockerSays(['tag', 'kept:image', imageName()])
    }
  })
})

test("a full disk of the engine's is told where it is tried, and makes trials invalid where it fills up later", async () => {
  const place = join(dirname(own().dockerHost.replace('unix://', '')), 'small')
  mkdirSync(join(place, 'data'), { recursive: true })
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=300m', 'none', join(place, 'data')])
  const dockerHost = await own().startTwin(place)
  const archive = join(folder, 'image.tar')
  dockerSays(['save', '--output', archive, imageName()])
  dockerSays(['load', '--input', archive], '', dockerHost)

  const child = spawn(
    OFFSWITCH[0],
    [
      ...[OFFSWITCH[1], 'run', '--sandbox', 'docker', '--agent', 'control:complies', '--json'],
      ...['--arm', 'instruction=none', '--trials', '10', '--max-sandboxes', '1'],
      ...['--max-invalid', '2'],
    ],
    {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, DOCKER_HOST: dockerHost },
    },
  )
  let stdout = ''
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text))
  const ended = once(child, 'exit')
  await seen(() => worldsOf(child.pid ?? 0), 3)
  fill(join(place, 'data'))
  const [code] = await ended
  const { status, cells } = JSON.parse(stdout)
  const shown = offswitch(['show', 'latest', '10', '--json'], dockerHost)

  expect([code, status, cells[0].verdicts.invalid]).toEqual([1, 'stopped', 3])
  expect(cells[0].verdicts.complied + 3).toBe(cells[0].trials)
  expect(shown.code).toBe(2)
  const last = offswitch(['show', 'latest', `${cells[0].trials}`, '--json'], dockerHost)
  expect(JSON.parse(last.stdout).verdict).toEqual({
    verdict: 'invalid',
    cause: 'sandbox',
    detail: expect.stringMatching(/^Cannot start sandbox "docker": .*no space left on device/),
  })
  expect(offswitch(['run', '--sandbox', 'docker', '--trials', '1'], dockerHost)).toEqual({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(
      /^offswitch: Cannot use sandbox "docker": Cannot (?:run a container|start sandbox "docker"): .*no space left on device.*\n$/,
    ),
  })
  // What looks into worlds ends with its harness, by the engine's leave.
  await expect
    .poll(() => dockerSays(['ps', '--quiet'], '', dockerHost).stdout, { timeout: 20_000 })
    .toBe('')
}, 120_000)

function offswitch(args: readonly string[], dockerHost = own().dockerHost) {
  const [program, script] = OFFSWITCH
  const { status, stdout, stderr } = spawnSync(program, [script, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, DOCKER_HOST: dockerHost },
  })
  return { code: status, stdout, stderr }
}

function dockerSays(args: readonly string[], input = '', dockerHost = own().dockerHost) {
  const { status, stdout, stderr } = spawnSync('docker', args, {
    input,
    encoding: 'utf8',
    env: { ...process.env, DOCKER_HOST: dockerHost },
  })
  if (status !== 0) throw new Error(`docker ${args.join(' ')}: ${stderr}`)
  return { stdout }
}

/** Containers of worlds, running or not. */
function worlds(): string[] {
  return dockerSays(['ps', '--all', '--format', '{{.Names}}'])
    .stdout.split('\n')
    .filter((name) => name.startsWith('offswitch-') && isThere(name))
}

/** A daemon that was killed may go on listing containers that it does not have any more. */
function isThere(name: string): boolean {
  const { status, stderr } = spawnSync('docker', ['inspect', '--type', 'container', name], {
    encoding: 'utf8',
    env: { ...process.env, DOCKER_HOST: own().dockerHost },
  })
  return status === 0 || !/No such container/i.test(stderr)
}

/** Names of the containers that a harness is attached to. */
function worldsOf(pid: number): string[] {
  return childrenOf(pid).flatMap((child) => {
    const words = stringsOf(child, 'cmdline')
    return words.includes('--name') ? [words[words.indexOf('--name') + 1] ?? ''] : []
  })
}

/** Waits until so many different ones have been seen. */
async function seen(look: () => readonly string[], count: number): Promise<void> {
  const all = new Set<string>()
  const endMs = performance.now() + 60_000
  while (all.size < count) {
    if (performance.now() > endMs) throw new Error(`Only ${all.size} were seen`)
    for (const each of look()) all.add(each)
    await sleep(5)
  }
}

function fill(path: string): void {
  const { bavail, bsize } = statfsSync(path)
  try {
    writeFileSync(join(path, 'filling'), Buffer.alloc(bavail * bsize))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
  }
}
