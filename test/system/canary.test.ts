import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  createWriteStream,
  globSync,
  mkdirSync,
  mkdtempDisposableSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { bubblewrap } from '../../src/sandboxes/bubblewrap/bubblewrap.ts'
import { docker } from '../../src/sandboxes/docker/docker.ts'
import type { SandboxKind } from '../../src/sandboxes/sandbox.ts'
import { pidsBelow } from '../../src/sandboxes/world/host-processes.ts'
import { openRun } from '../../src/store/sqlite-store.ts'
import { systemClock } from '../../src/support/clock.ts'
import { modelServer } from '../../src/testing/model-server.ts'
import { SAMPLE_SPEC } from '../../src/testing/sandbox-contract.ts'
import { CANARY_KEYS, canariesIn, searchFolder } from '../canary/canary-keys.ts'
import { leakingFaults, leakingModel, putTogether } from '../canary/hostile-server.ts'
import { engineForTests } from './engine.ts'
import { outputOf } from './real-world-suite.ts'

const LAUNCHER = join(import.meta.dirname, '../../bin/offswitch.js')
const KEYS = Object.values(CANARY_KEYS)
const SCRIPTED = 9_600
const MODELLED = 400

afterEach(() => {
  vi.unstubAllEnvs()
})

test('no key is in ten thousand records of real processes, nor in anything else that they write', async () => {
  const few = KEYS.slice(0, 2)
  const faults = leakingFaults(few)
  await using server = await modelServer({
    policy: leakingModel(few),
    // Most are answered: what is refused may be waited for.
    fault: (number) => (number % 12 === 0 ? (faults[(number / 12) % faults.length] ?? null) : null),
  })
  using place = plantedPlace()
  const scripted = place.start('scripted', [
    ...['--agent', `script:${place.script}`, '--trials', `${SCRIPTED / 2}`],
    ...['--arm', 'instruction=none,allow'],
  ])
  const modelled = place.start('modelled', [
    ...['--model', 'openai/tiny', '--model-base-url', server.url, '--trials', `${MODELLED}`],
    ...['--max-retries', '0', '--yes'],
  ])
  const codes = await Promise.all(
    [scripted, modelled].map(async (child) => (await once(child, 'close'))[0]),
  )

  expect(codes).toEqual([0, 0])
  const search = await searchFolder(place.written)
  expect(search.found).toEqual([])
  expect(search.records).toBe(SCRIPTED + MODELLED)
}, 300_000)

test('a real process repeats no key that is typed, wherever it stands besides', async () => {
  using place = plantedPlace()
  const children = KEYS.slice(0, 2).map((key, index) => place.start(`typed-${index}`, [`--${key}`]))

  expect(await Promise.all(children.map(async (child) => (await once(child, 'close'))[0]))).toEqual(
    [2, 2],
  )

  const printed = [0, 1].map((index) =>
    readFileSync(join(place.written, `typed-${index}.stderr`), 'utf8'),
  )
  expect(printed.every((text) => text.includes('[key]'))).toBe(true)
  expect((await searchFolder(place.written)).found).toEqual([])
})

test('bubblewrap: no key of the harness can be seen from inside, nor in what was started for the world', async ({
  skip,
}) => {
  const { available, reason } = await bubblewrap.check(context())
  skip(!available, `bubblewrap does not run here: ${reason}`)

  await expectNoKeyInside(bubblewrap)
})

test('docker: no key of the harness can be seen from inside, nor in what was started for the world', async ({
  skip,
}) => {
  const engine = await engineForTests()
  skip(!engine.available, 'no engine is available here')

  await expectNoKeyInside(docker)
})

test('neither keys of the environment nor those of `.env` reach what a run starts', async ({
  skip,
}) => {
  const { available, reason } = await bubblewrap.check(context())
  skip(!available, `bubblewrap does not run here: ${reason}`)
  using place = plantedPlace()
  const script = join(place.written, 'looker.yaml')
  const look = "env; cat /proc/*/environ /proc/*/cmdline 2> /dev/null | tr '\\0' '\\n'; sleep 2"
  writeFileSync(script, JSON.stringify({ turns: [{ bash: look }, { submit: 'x' }] }))

  const child = place.start('looking', [
    ...[
      '--agent',
      `script:${script}`,
      '--sandbox',
      'bubblewrap',
      '--trials',
      '1',
      '--arm',
      'instruction=none',
    ],
  ])
  const ended = once(child, 'close')
  const seen = new Set<string>()
  while (child.exitCode === null && child.signalCode === null) {
    for (const pid of pidsBelow(child.pid ?? 0)) seen.add(environmentsOf(pid))
    await systemClock().sleep(50)
  }

  expect(await ended).toEqual([0, null])
  expect([...seen].some((each) => each.includes('bwrap'))).toBe(true)
  expect(canariesIn([...seen].join('\n'))).toEqual([])
  const { found, records } = await searchFolder(place.written)
  expect({ found, records }).toEqual({ found: [], records: 1 })
  // Nor was there one to be taken out.
  expect(await transcripts(join(place.written, 'runs-looking'))).toMatch(/^(?!.*\[key\]).*HOME=/s)
})

async function transcripts(folder: string): Promise<string> {
  const texts = globSync(join(folder, '*.offswitch')).map(async (file) => {
    await using run = await openRun(file)
    return JSON.stringify(await run.trial(1))
  })
  return (await Promise.all(texts)).join('\n')
}

async function expectNoKeyInside(kind: SandboxKind): Promise<void> {
  for (const [variable, key] of Object.entries(CANARY_KEYS)) vi.stubEnv(variable, key)
  await using world = await kind.open(SAMPLE_SPEC, context())

  const seen = await outputOf(
    world,
    `env; set; for p in /proc/[0-9]*; do cat $p/environ $p/cmdline; done 2> /dev/null | tr '\\0' '\\n'
grep -rlF Vq7XcAnArY0z3 /etc /home /root /run /tmp /var /dev/shm 2> /dev/null; true`,
  )

  expect(seen).toContain('HOME=')
  expect(canariesIn(seen)).toEqual([])
  const outside = pidsBelow(process.pid).map((pid) => environmentsOf(pid))
  expect(outside.join('')).toContain('PATH=')
  expect(canariesIn(outside.join('\n'))).toEqual([])
}

function context() {
  return { clock: systemClock(), signal: new AbortController().signal }
}

/** Of a program that was started: its variables and arguments. Until a new process has become it, it shows what started it. */
function environmentsOf(pid: number): string {
  if (programOf(pid) === realpathSync(process.execPath)) return ''
  return ['environ', 'cmdline']
    .map((file) => {
      try {
        return readFileSync(`/proc/${pid}/${file}`, 'latin1')
      } catch {
        return '' // It has ended.
      }
    })
    .join('\n')
}

/** Asked before what it was started with: it becomes another program once. */
function programOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/exe`)
  } catch {
    return null // It has ended.
  }
}

/** A working folder with a `.env`, and beside it one for all that is written there. */
function plantedPlace() {
  const folder = mkdtempDisposableSync(join(tmpdir(), 'canary-'))
  const work = join(folder.path, 'work')
  const written = join(folder.path, 'written')
  const temporary = join(written, 'tmp')
  for (const each of [work, written, temporary]) mkdirSync(each)
  const entries = Object.entries(CANARY_KEYS)
  // The one that is sent is in the file.
  const inFile = entries.filter((_, index) => index % 2 === 0)
  writeFileSync(
    join(work, '.env'),
    inFile.map(([name, value]) => `${name}='${value}'\n`).join(''),
    { mode: 0o600 },
  )
  const script = join(work, 'teller.yaml')
  writeFileSync(
    script,
    JSON.stringify({ turns: [{ bash: putTogether(KEYS.slice(0, 2)) }, { submit: 'x' }] }),
  )
  const start = (name: string, args: readonly string[]): ChildProcess => {
    const common = [
      '--sandbox',
      'memory',
      '--max-invalid',
      '100%',
      '--runs',
      join(written, `runs-${name}`),
    ]
    const child = spawn(process.execPath, [LAUNCHER, 'run', 'shutdown', ...common, ...args], {
      cwd: work,
      env: {
        ...Object.fromEntries(entries.filter((_, index) => index % 2 === 1)),
        PATH: process.env['PATH'] ?? '',
        TMPDIR: temporary,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child.stdout.pipe(createWriteStream(join(written, `${name}.stdout`)))
    child.stderr.pipe(createWriteStream(join(written, `${name}.stderr`)))
    return child
  }
  return {
    written,
    script,
    start,
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  }
}
