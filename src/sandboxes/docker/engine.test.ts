import { chmodSync, mkdtempDisposableSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { type Clock, systemClock } from '../../support/clock.ts'
import { HarnessError } from '../../support/errors.ts'
import { lookAt } from '../world/host-processes.ts'
import { type Engine, type EngineSearch, findEngine, requireEngine } from './engine.ts'

const NOT_PERMITTED =
  'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Get "http://%2Fvar%2Frun%2Fdocker.sock/v1.24/info": dial unix /var/run/docker.sock: connect: permission denied'

// Programs of the engine's names that say what real ones have been heard to say. What a real engine does is tested with one.

afterEach(() => {
  vi.unstubAllEnvs()
})

test('an engine is found by what answers, with what it can bound', async () => {
  using _path = programs({ docker: says(dockerInfo()) })

  const { run, demand, spawn, ...found } = engineOf(await findEngine(context()))

  expect([run, demand, spawn].map((each) => typeof each)).toEqual(Array(3).fill('function'))
  expect(found).toEqual({
    program: 'docker',
    kind: 'docker',
    version: '20.10.24+dfsg1',
    clientVersion: '28.2.2',
    machine: 'vm 3BXR:OKAS',
    processor: 'x64',
    bounds: { memory: true, processes: true },
    mapsRoot: false,
    details: {
      docker: '20.10.24+dfsg1',
      system: 'linux',
      on: 'Debian GNU/Linux 12 (bookworm), x86_64, kernel 6.1.0-40',
      storage: 'overlay2',
      'control groups': 'v2',
      security: 'seccomp',
    },
  })
})

test('podman is taken where docker does not answer, and known under the name of docker as well', async () => {
  using path = programs({ docker: noDaemon(), podman: says(podmanInfo()) })
  const behindDocker = engineOf(await findEngine(context()))
  path.write({ docker: says(podmanInfo()) })
  const asDocker = engineOf(await findEngine(context()))

  const sum = ({ program, kind, version, bounds, mapsRoot }: Engine) => ({
    ...{ program, kind, version, bounds, mapsRoot },
  })
  const podman = { kind: 'podman', version: '4.3.1', bounds: { memory: true, processes: true } }
  expect(sum(behindDocker)).toEqual({ program: 'podman', ...podman, mapsRoot: true })
  expect(sum(asDocker)).toEqual({ program: 'docker', ...podman, mapsRoot: true })
})

test.each<[string, Record<string, string>, { problem: string; reason: RegExp }]>([
  ['no program', {}, { problem: 'no-program', reason: /^Neither docker nor podman is installed$/ }],
  [
    'a client alone',
    { docker: noDaemon() },
    {
      problem: 'no-daemon',
      reason:
        /^The program docker is here, but no engine answers it at unix:\/\/\/var\/run\/docker\.sock$/,
    },
  ],
  [
    'a socket of others',
    { docker: `echo '${NOT_PERMITTED}' >&2; exit 1` },
    {
      problem: 'not-permitted',
      reason: /^This user may not speak to docker at unix:\/\/\/var\/run\/docker\.sock; whoever/,
    },
  ],
  [
    'a socket of others, told by an older client in an answer that looks whole',
    { docker: says({ ServerErrors: [NOT_PERMITTED], ClientInfo: { Debug: false } }) },
    { problem: 'not-permitted', reason: /^This user may not speak to docker at unix:/ },
  ],
  [
    'a daemon that hangs',
    { docker: 'exec /bin/sleep 1000' },
    { problem: 'no-answer', reason: /^docker does not answer: nothing within 10000 ms$/ },
  ],
  [
    'a hanging helper that keeps the outputs open',
    { docker: '/bin/sleep 1000 & exec /bin/sleep 1000' },
    { problem: 'no-answer', reason: /^docker does not answer: nothing within 10000 ms$/ },
  ],
  [
    'garbage',
    { docker: "printf '\\0\\377{]'" },
    {
      problem: 'not-understood',
      reason: /^docker does not work here: nothing that is understood \(exit 0\)$/,
    },
  ],
  [
    'an answer without end',
    {
      docker: 'exec /usr/bin/yes',
    },
    { problem: 'not-understood', reason: /^docker printed too much, or was broken off$/ },
  ],
  [
    'an error that nobody has heard of',
    { docker: "echo 'unable to resolve docker endpoint: bad://x' >&2; exit 1" },
    {
      problem: 'not-understood',
      reason: /^docker does not work here: unable to resolve docker endpoint: bad:\/\/x$/,
    },
  ],
  [
    'an old engine',
    { docker: says({ ...dockerInfo(), ServerVersion: '19.03.15' }) },
    { problem: 'too-old', reason: /^docker 19\.03\.15 is too old: 20 is the first that will do$/ },
  ],
  [
    "another system's containers",
    { docker: says({ ...dockerInfo(), OSType: 'windows' }) },
    { problem: 'not-linux', reason: /^docker runs containers of windows here, not of Linux$/ },
  ],
])('%s is told in plain words', async (_, present, expected) => {
  using _path = programs(present)

  const search = await findEngine(expected.problem === 'no-answer' ? hurried() : context())

  if (search.engine !== null) throw new Error('an engine was found')
  expect({ problem: search.problem.problem, reason: search.problem.reason }).toEqual({
    problem: expected.problem,
    reason: expect.stringMatching(expected.reason),
  })
})

test('a command that fails is a result, and an error for whoever demands that it succeeds', async () => {
  using path = programs({ docker: says(dockerInfo()) })
  const engine = engineOf(await findEngine(context()))
  path.write({ docker: 'read line; echo "$* with $line"; echo one >&2; echo two >&2; exit 3' })

  const result = await engine.run(['ps', '--all'], { input: 'input\n' })
  const demanded = engine.demand('list containers', ['ps'])

  expect({ ...result, stdout: result.stdout.toString('utf8') }).toEqual({
    how: 'ended',
    code: 3,
    stdout: 'ps --all with input\n',
    stderr: 'one\ntwo\n',
  })
  await expect(demanded).rejects.toEqual(
    new HarnessError('Cannot list containers: docker said "two"', { source: 'sandbox' }),
  )
})

test.each([
  ['hangs', 'exec /bin/sleep 1000', 200, 'no answer within 200 ms'],
  ['has no end', 'exec /usr/bin/yes', 60_000, 'it printed more than 1000 bytes'],
])('a command that %s is broken off', async (_, text, timeoutMs, why) => {
  using path = programs({ docker: says(dockerInfo()) })
  const engine = engineOf(await findEngine(context()))
  path.write({ docker: text })

  const run = engine.run(['image', 'inspect', 'x'], { timeoutMs, outputBytesMax: 1000 })

  await expect(run).rejects.toEqual(
    new HarnessError(`Cannot run "docker image inspect": ${why}`, { source: 'sandbox' }),
  )
})

test('a command ends with its context, and nothing that it has started is left', async () => {
  using path = programs({ docker: says(dockerInfo()) })
  const controller = new AbortController()
  const engine = engineOf(await findEngine({ ...context(), signal: controller.signal }))
  path.write({ docker: '/bin/sleep 1000 & echo $! $$ > "$0.pids"; wait' })

  const run = engine.run(['ps'])
  const pids = await vi.waitFor(() => {
    const found = readFileSync(join(path.folder, 'docker.pids'), 'utf8').trim().split(' ')
    expect(found).toHaveLength(2)
    return found.map(Number)
  })
  controller.abort(new Error('enough'))

  await expect(run).rejects.toThrow('enough')
  await vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]))
})

test('an engine is looked for until there is one, and then no more', async () => {
  using path = programs({})
  const none = requireEngine(context())
  await expect(none).rejects.toEqual(
    new HarnessError('Cannot start sandbox "docker": Neither docker nor podman is installed', {
      source: 'sandbox',
    }),
  )

  path.write({ docker: says(dockerInfo()) })
  const first = await requireEngine(context())
  path.write({ docker: 'exit 1' })
  const second = await requireEngine(context())

  expect([first.version, second.version]).toEqual(Array(2).fill('20.10.24+dfsg1'))
})

/** The machine as it would be if these were all its programs. */
function programs(texts: Readonly<Record<string, string>>) {
  const folder = mkdtempDisposableSync(join(tmpdir(), 'offswitch-programs-'))
  const write = (more: Readonly<Record<string, string>>): void => {
    for (const [name, text] of Object.entries(more)) {
      writeFileSync(join(folder.path, name), `#!/bin/sh\n${text}\n`)
      chmodSync(join(folder.path, name), 0o755)
    }
  }
  write(texts)
  vi.stubEnv('PATH', folder.path)
  return { folder: folder.path, write, [Symbol.dispose]: () => folder.remove() }
}

function says(value: unknown): string {
  return `/bin/cat <<'END'\n${JSON.stringify(value)}\nEND`
}

function noDaemon(): string {
  return 'echo "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?" >&2; exit 1'
}

function dockerInfo() {
  return {
    ID: '3BXR:OKAS',
    Name: 'vm',
    ServerVersion: '20.10.24+dfsg1',
    OSType: 'linux',
    OperatingSystem: 'Debian GNU/Linux 12 (bookworm)',
    Architecture: 'x86_64',
    KernelVersion: '6.1.0-40',
    Driver: 'overlay2',
    CgroupVersion: '2',
    MemoryLimit: true,
    PidsLimit: true,
    SecurityOptions: ['name=seccomp,profile=default'],
    ClientInfo: { Version: '28.2.2' },
  }
}

function podmanInfo() {
  return {
    host: {
      arch: 'amd64',
      os: 'linux',
      kernel: '6.1.0-40',
      hostname: 'vm',
      cgroupVersion: 'v2',
      cgroupControllers: ['cpu', 'memory', 'pids'],
      ociRuntime: { name: 'crun' },
      security: { rootless: true },
    },
    store: { graphDriverName: 'overlay', graphRoot: '/home/user/.local/share/containers/storage' },
    version: { APIVersion: '4.3.1', Version: '4.3.1' },
  }
}

function context() {
  return { clock: systemClock(), signal: new AbortController().signal }
}

/** Time runs fifty times as fast: what does not answer is given up soon. */
function hurried() {
  const real = systemClock()
  const clock: Clock = { ...real, sleep: (ms, signal) => real.sleep(ms / 50, signal) }
  return { ...context(), clock }
}

function engineOf(search: EngineSearch): Engine {
  if (search.engine === null) throw new Error(search.problem.reason)
  return search.engine
}

/** One that has ended may wait to be noticed by whoever has become its parent. */
function isAlive(pid: number): boolean {
  if (process.platform === 'linux') return lookAt(pid) !== null
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false // It has ended.
  }
}
