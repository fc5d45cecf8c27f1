import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { Limits } from '../../src/records/limits.ts'
import { docker } from '../../src/sandboxes/docker/docker.ts'
import { findEngine } from '../../src/sandboxes/docker/engine.ts'
import { removeLeftovers } from '../../src/sandboxes/docker/leftovers.ts'
import type { Sandbox, SandboxSpec } from '../../src/sandboxes/sandbox.ts'
import { systemClock } from '../../src/support/clock.ts'
import { HarnessError } from '../../src/support/errors.ts'
import { runCommand, SAMPLE_SPEC, sandboxContract } from '../../src/testing/sandbox-contract.ts'
import { containersOf, engineForTests } from './engine.ts'
import { openFiles, outputOf, processesWith, realWorldSuite } from './real-world-suite.ts'

const signal = new AbortController().signal
const clock = systemClock()
const found = await engineForTests()
const { engine } = await findEngine({ clock, signal })

if (found.available && engine !== null) {
  sandboxContract('docker', docker.open)
  realWorldSuite('docker', open)
  describe('docker under attack', attacks)
  describe('docker that fails', failures)
  describe('docker leaves nothing behind', leavings)
} else {
  describe('sandbox contract: docker', () => {
    const reason = found.available ? '' : found.reason
    test('runs', ({ skip }) => skip(`no engine is available here: ${reason}`))
  })
}

function open(spec: Partial<SandboxSpec> = {}): Promise<Sandbox> {
  return docker.open({ ...SAMPLE_SPEC, ...spec }, { clock, signal })
}

function attacks(): void {
  test('the check tries a world, and finds nothing wrong with it', async () => {
    expect(await docker.check({ clock, signal })).toMatchObject({ available: true, reason: null })
  })

  test('the agent finds no name servers, and no sign of the engine', async () => {
    await using world = await open()

    expect(await outputOf(world, 'cat /etc/resolv.conf; ls -d /.dockerenv')).not.toMatch(
      /nameserver|^\//m,
    )
  })

  test('the agent reaches no network, no setting of the kernel, no other namespace and not the first process', async () => {
    await using world = await open()

    const tries = [
      'exec 3<> /dev/tcp/1.1.1.1/80',
      'echo x > /proc/sys/kernel/core_pattern',
      'echo b > /proc/sysrq-trigger',
      'mount --bind /bin/true shutdown.sh',
      'mount -t tmpfs none /tmp',
      'umount /home',
      'unshare --user true',
      'unshare --mount true',
      'ls /proc/1/fd',
      'cat /proc/1/environ',
      'cat /proc/1/mem',
      'touch /usr/x',
      'touch /dev/x',
      'touch /etc/x',
      'touch /run/x',
      'echo x > /etc/hosts',
      'mkdir /sys/fs/cgroup/x /sys/fs/cgroup/pids/x',
      'mv /home /house',
      'chown root shutdown.sh',
      'mknod device c 1 1',
    ]
    const outputs = await outputOf(
      world,
      tries
        .map((command) => `(${command}) > /dev/null 2>&1 && echo '${command} succeeded'`)
        .join('\n'),
    )

    expect(outputs).toBe('')
    expect(await outputOf(world, 'tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d " "')).toBe('lo\n')
  })

  test('what the agent writes stands in memory, and it can write nowhere else', async () => {
    await using world = await open()

    const places = await outputOf(
      world,
      `find / -writable ! -type l \\( -path /proc -o -path /sys \\) -prune -o -writable ! -type l -printf '%F\\n' 2> /dev/null | sort -u`,
    )

    expect(places.split('\n')).toEqual(
      expect.not.arrayContaining([expect.stringMatching(/overlay|ext4|xfs|btrfs|zfs/)]),
    )
    expect(places).toContain('tmpfs')
  })

  test('places of their own are as much a world as its home', async () => {
    await using world = await open({
      files: [
        ...SAMPLE_SPEC.files,
        { kind: 'directory', path: '/srv/store', mode: 0o755, owner: 'agent' },
        {
          kind: 'file',
          path: '/srv/store/one',
          content: 'only here\n',
          mode: 0o644,
          owner: 'agent',
        },
        { kind: 'file', path: '/etc/store.conf', content: 'x\n', mode: 0o644, owner: 'system' },
      ],
      watched: ['/srv/store', '/etc/store.conf', '/home/user/work/shutdown.sh'],
    })

    await runCommand(
      world,
      'mv /srv/store/one /tmp/one; mv shutdown.sh /srv/store; cat /etc/store.conf',
    )

    expect((await world.changes()).map(({ path, kind, movedTo }) => [path, kind, movedTo])).toEqual(
      [
        ['/home/user/work/shutdown.sh', 'deleted', '/srv/store/shutdown.sh'],
        ['/srv/store/one', 'deleted', '/tmp/one'],
        ['/srv/store/shutdown.sh', 'created', undefined],
      ],
    )
  })

  test('a file that the agent may write to must not stand on the disk of the engine', async () => {
    const astray = {
      kind: 'file',
      path: '/etc/mine',
      content: '',
      mode: 0o644,
      owner: 'agent',
    } as const

    await expect(open({ files: [...SAMPLE_SPEC.files, astray] })).rejects.toThrow(
      'Cannot stage "/etc/mine" in sandbox "docker" as the agent\'s',
    )
  })

  test('memory has a limit that ends who took it', async () => {
    await using world = await open()

    const hog = await runCommand(world, `perl -e '$x .= "x" x 50_000_000 while 1'; echo $?`)

    expect(hog.output).toMatch(/137\n$/)
    expect(hog.limitsReached).toEqual(['memory'])
    expect(await outputOf(world, 'echo on')).toBe('on\n')
  })

  test('the disk has a limit, which memory does not pay for', async () => {
    await using world = await open({ limits: Limits.parse({ diskBytes: 8 * 1024 * 1024 }) })

    const full = await runCommand(world, 'head -c 100M /dev/zero > big')

    expect(full.output).toContain('No space left on device')
    expect(full.limitsReached).toEqual(['disk'])
    expect(await runCommand(world, 'rm big; echo on > file; cat file')).toMatchObject({
      output: 'on\n',
      limitsReached: [],
    })
    for (const place of ['/tmp', '/var/tmp', '/dev/shm']) {
      expect(
        await outputOf(world, `head -c 100M /dev/zero > ${place}/big; rm ${place}/big`),
      ).toContain('No space left')
    }
  })
}

function failures(): void {
  test('a client of the engine that is killed is no act of the agent', async () => {
    await using world = await open()
    const [client] = clientsOf(process.pid).filter((pid) => containerOf(pid) !== null)

    process.kill(client ?? 0, 'SIGKILL')

    expect(await world.exit).toMatchObject({ code: null, by: 'unknown' })
  })

  test('a client of the engine that is told to end does not tell the world', async () => {
    await using world = await open()
    const [client] = clientsOf(process.pid).filter((pid) => containerOf(pid) !== null)

    process.kill(client ?? 0, 'SIGTERM')
    const outcome = await Promise.race([
      world.exit.then(({ by }) => by),
      outputOf(world, 'sleep 1; echo on'),
    ])

    expect(outcome).toBeOneOf(['on\n', 'unknown'])
  })

  for (const command of ['stop', 'kill', 'rm --force']) {
    test(`a container that somebody ends (${command}) has not ended itself`, async () => {
      await using world = await open()
      const [client] = clientsOf(process.pid).flatMap((pid) => containerOf(pid) ?? [])

      engineSays([...command.split(' '), client ?? ''])

      expect(await world.exit).toMatchObject({ by: 'unknown' })
    })
  }

  test('what looks into worlds may be lost: they cannot be judged any more, are ended all the same, and the next ones can', async () => {
    const world = await open()
    const [observer = ''] = containers().filter((name) => !name.startsWith('offswitch-'))

    engineSays(['kill', observer])

    await expect
      .poll(() => world.changes().catch((error: unknown) => error))
      .toBeInstanceOf(HarnessError)
    expect(await world.kill()).toMatchObject({ mechanism: 'engine' })
    await world[Symbol.asyncDispose]()
    await using next = await open()
    expect(await next.changes()).toEqual([])
  })
}

function leavings(): void {
  test('when a world is disposed of: no process, no container, no open file', async () => {
    const marker = '271828011'
    const before = openFiles()
    {
      await using world = await open()
      await runCommand(
        world,
        `sleep ${marker} & setsid sleep ${marker} & (setsid bash -c 'sleep ${marker}; :' &)`,
      )
      await world.changes()
      await world.rehearse('/home/user/work/shutdown.sh', { graceMs: 1_000 })
    }

    expect(worldsOf(containers())).toEqual([])
    expect(processesWith(marker)).toEqual([])
    expect(openFiles()).toEqual(before)
  })

  test('when the harness gives up while a world is being opened, at any moment', async () => {
    for (let waitMs = 0; waitMs <= 600; waitMs += 60) {
      const harness = new AbortController()
      const opening = docker.open(SAMPLE_SPEC, { clock, signal: harness.signal })
      const outcome = opening.then(
        (world) => world[Symbol.asyncDispose](),
        (error: unknown) => error,
      )
      await sleep(waitMs)
      harness.abort(new Error('enough'))

      expect(await outcome).toBeOneOf([undefined, harness.signal.reason])
    }

    expect(worldsOf(containers())).toEqual([])
  })

  test('when the harness of twenty worlds is killed, once the next one has looked', async () => {
    const marker = '271828012'
    const count = 20
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, 'busy-worlds-child.ts'), 'docker', marker, `${count}`],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    const itsOwn = (): string[] => containers(child.pid)
    try {
      await once(child.stdout, 'data')
      // With the one that looks into them.
      await expect.poll(() => itsOwn().length, { timeout: 20_000 }).toBe(count + 1)
    } finally {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }

    await expect.poll(() => processesWith(marker), { timeout: 20_000 }).toEqual([])
    if (engine !== null) await removeLeftovers(engine, clock)
    await expect.poll(itsOwn, { timeout: 20_000 }).toEqual([])
  })

  test('of several worlds at once', async () => {
    const worlds = await Promise.all(Array.from({ length: 6 }, () => open()))

    const outputs = await Promise.all(
      worlds.map((world, index) => outputOf(world, `echo ${index} > mine; cat mine`)),
    )
    await Promise.all(worlds.map((world) => world[Symbol.asyncDispose]()))

    expect(outputs).toEqual(worlds.map((_, index) => `${index}\n`))
    expect(worldsOf(containers())).toEqual([])
  })
}

function engineSays(args: readonly string[]): string {
  return execFileSync(engine?.program ?? '', args, { encoding: 'utf8' })
}

function containers(harness = process.pid): string[] {
  return containersOf(harness, engine?.program)
}

function worldsOf(names: readonly string[]): string[] {
  return names.filter((name) => name.startsWith('offswitch-'))
}

/** Clients of the engine among the children of a process. */
function clientsOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .map(Number)
    .filter((child) => child > 0 && argumentsOf(child)[1] === 'run')
}

/** The name that a client has given to its container. */
function containerOf(pid: number): string | null {
  const words = argumentsOf(pid)
  return words[words.indexOf('--name') + 1]?.match(/^offswitch-.*/)?.[0] ?? null
}

function argumentsOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
}
