import { mkdtempDisposableSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { checkDocker } from '../../src/sandboxes/docker/check-docker.ts'
import { type Engine, requireEngine } from '../../src/sandboxes/docker/engine.ts'
import { buildFlags, containerFlags } from '../../src/sandboxes/docker/engine-flags.ts'
import { findImage, imageName, tryImage } from '../../src/sandboxes/docker/image.ts'
import { ownerFlags, ownOwner, removeLeftovers } from '../../src/sandboxes/docker/leftovers.ts'
import { systemClock } from '../../src/support/clock.ts'
import { HarnessError } from '../../src/support/errors.ts'
import { engineForTests } from './engine.ts'

const clock = systemClock()
const context = { clock, signal: new AbortController().signal }
const available = await engineForTests()

if (available.available) {
  describe('a real engine', engineTests)
  describe('the image of worlds', imageTests)
} else {
  describe('a real engine', () => {
    test('runs', ({ skip }) => skip(`no engine for containers is available: ${available.reason}`))
  })
}

function engineTests(): void {
  test('a container takes its input, and its output and status come back', async () => {
    const engine = await requireEngine(context)

    const { code, stdout, stderr } = await engine.run(
      containerArgs(engine, ['--interactive'], 'tr a-z A-Z; echo aside >&2; exit 7'),
      { input: 'some words' },
    )

    expect({ code, stdout: stdout.toString('utf8'), stderr }).toEqual({
      code: 7,
      stdout: 'SOME WORDS',
      stderr: 'aside\n',
    })
  })

  test('an attached container ends with its input', async () => {
    const engine = await requireEngine(context)
    const child = engine.spawn(
      containerArgs(engine, ['--interactive'], 'echo here; cat > /dev/null; exit 9'),
    )
    const ended = new Promise((resolve) => {
      child.once('close', resolve)
    })
    await new Promise((resolve) => {
      child.stdout?.once('data', resolve)
    })

    child.stdin?.end()

    expect(await ended).toBe(9)
  })

  test("no proxy's address goes into a container", async () => {
    const engine = await requireEngine(context)
    using settings = mkdtempDisposableSync(join(tmpdir(), 'offswitch-engine-'))
    const proxies = { default: { httpProxy: 'http://me:secret@proxy.example' } }
    writeFileSync(join(settings.path, 'config.json'), JSON.stringify({ proxies }))
    vi.stubEnv('http_proxy', proxies.default.httpProxy)

    // podman takes it from the environment, docker from its settings.
    const { stdout } = await engine.demand('run a container', [
      ...(engine.kind === 'docker' ? ['--config', settings.path] : []),
      ...containerArgs(engine, [], 'env'),
    ])
    vi.unstubAllEnvs()

    expect(stdout.toString('utf8')).toContain('PATH=')
    expect(stdout.toString('utf8')).not.toContain('secret')
  })

  test('containers of harnesses that are no more are removed, and no others', async () => {
    const engine = await requireEngine(context)
    const { host, boot } = ownOwner()
    const start = async (flags: readonly string[]): Promise<string> => {
      const { stdout } = await engine.demand(
        'start a container',
        containerArgs(engine, ['--detach', ...flags], 'trap : TERM; sleep 1000 & wait; wait'),
      )
      return stdout.toString('utf8').trim()
    }
    const ownerOf = (...parts: readonly (string | number)[]) => [
      ...['--label', `offswitch.owner=${parts.join('.')}`],
    ]
    const dead = [
      await start(ownerOf(host, boot, 2 ** 22 + 1, 1)),
      await start(ownerOf(host, 'ffffffff', process.pid, 1)),
    ]
    const kept = [
      await start(ownerFlags()),
      await start(ownerOf('ffffffffffff', boot, 2 ** 22 + 1, 1)),
      await start([]),
    ]

    const began = clock.elapsedMs()
    await removeLeftovers(engine, clock)
    const tookMs = clock.elapsedMs() - began
    const { stdout } = await engine.demand('list containers', ['ps', '--no-trunc', '--quiet'])
    const running = stdout.toString('utf8').split('\n')
    await engine.demand('end containers', ['kill', ...kept])

    expect(dead.filter((id) => running.includes(id))).toEqual([])
    expect(kept.filter((id) => !running.includes(id))).toEqual([])
    // They are killed: one that is asked to end, and does not, takes ten seconds.
    expect(tookMs).toBeLessThan(8000)
  })

  test('doctor finds the engine and the image, and says which', async () => {
    const found = await checkDocker(context)

    expect({ available: found.available, reason: found.reason, fix: found.fix }).toEqual({
      available: true,
      reason: null,
      fix: null,
    })
    expect(found.details.image).toContain(imageName())
  })
}

function imageTests(): void {
  test('it has what an agent expects, and nothing that gives it rights', async () => {
    const engine = await requireEngine(context)
    const found = await findImage(engine)
    if (found.image === null) throw new HarnessError(found.reason, { source: 'sandbox' })

    expect(await tryImage(engine, found.image.id)).toBeNull()
    const { stdout } = await engine.demand(
      'run a container',
      containerArgs(engine, [], "find / -xdev -type d -perm -0002 | sort; perl -e 'print 6 * 7'"),
    )
    expect(stdout.toString('utf8')).toBe('/tmp\n/var/tmp\n42')
  })

  test('one without perl is refused, and so is a base without it, which is told what it lacks', async () => {
    const engine = await requireEngine(context)
    await using poor = await buildImage(
      engine,
      `FROM ${imageName()}\nRUN rm /usr/bin/perl* /usr/bin/awk\n`,
    )

    expect(await tryImage(engine, poor.name)).toBe('it has no perl')
    const { code, stdout, stderr } = await engine.run(
      [
        ...['build', '--force-rm', '--network', 'none', ...buildFlags(engine)],
        ...['--build-arg', `BASE=${poor.name}`, '-'],
      ],
      { input: readFileSync('assets/docker/Dockerfile') },
    )
    expect(code).not.toBe(0)
    expect(`${stdout.toString('utf8')}${stderr}`).toMatch(/The base image lacks: perl awk/)
  })
}

/** Arguments that run a line of shell in a container of the image, with nothing that is not said. */
function containerArgs(engine: Engine, flags: readonly string[], line: string): string[] {
  const all = ['--rm', '--network', 'none', ...containerFlags(engine), ...flags]
  return ['run', ...all, imageName(), 'sh', '-c', line]
}

async function buildImage(engine: Engine, dockerfile: string) {
  const name = `offswitch-test:${process.pid}`
  await engine.demand(
    'build an image',
    ['build', '--force-rm', '--network', 'none', ...buildFlags(engine), '--tag', name, '-'],
    { input: dockerfile },
  )
  return {
    name,
    [Symbol.asyncDispose]: async () => {
      await engine.demand('remove an image', ['image', 'rm', '--force', name])
    },
  }
}
