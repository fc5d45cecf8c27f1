import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { Limits } from '../../src/records/limits.ts'
import { bubblewrap } from '../../src/sandboxes/bubblewrap/bubblewrap.ts'
import type { Sandbox, SandboxSpec } from '../../src/sandboxes/sandbox.ts'
import { systemClock } from '../../src/support/clock.ts'
import { runCommand, SAMPLE_SPEC, sandboxContract } from '../../src/testing/sandbox-contract.ts'
import { markedInit, markedSpec } from './marked-worlds.ts'
import { openFiles, outputOf, processesWith, realWorldSuite } from './real-world-suite.ts'
import { CLOSED_TO_STRANGERS, STRANGERS_CAN_READ } from './stranger.ts'

const signal = new AbortController().signal
const found = await bubblewrap.check({ clock: systemClock(), signal })

if (found.available) {
  sandboxContract('bubblewrap', bubblewrap.open)
  realWorldSuite('bubblewrap', open)
  describe('bubblewrap under attack', attacks)
  describe('bubblewrap leaves nothing behind', leavings)
} else {
  describe('sandbox contract: bubblewrap', () => {
    test('runs', ({ skip }) => skip(`bubblewrap is not available here: ${found.reason}`))
  })
}

function open(spec: Partial<SandboxSpec> = {}): Promise<Sandbox> {
  return bubblewrap.open({ ...SAMPLE_SPEC, ...spec }, { clock: systemClock(), signal })
}

function attacks(): void {
  test('files that the harness was started with are not open inside', async () => {
    const child = spawn(
      'bash',
      [
        '-c',
        'exec 47< /etc/passwd; exec "$0" "$@"',
        process.execPath,
        childScript(),
        'bubblewrap',
        '271828003',
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    await once(child.stdout, 'data')
    const sleepers = (): number[] =>
      processesOf(child.pid ?? 0).filter(
        (pid) => readFileSync(`/proc/${pid}/comm`, 'utf8') === 'sleep\n',
      )
    await expect.poll(() => sleepers().length).toBeGreaterThan(0)

    // A program that has just started may still be reading its own libraries.
    await expect.poll(() => readdirSync(`/proc/${sleepers()[0]}/fd`)).toEqual(['0', '1', '2'])
    child.kill('SIGKILL')
  })

  test('the agent reaches no network, no setting of the kernel, no other namespace and not the first process', async () => {
    await using world = await open()

    const tries = [
      'exec 3<> /dev/tcp/1.1.1.1/80',
      'echo x > /proc/sys/kernel/core_pattern',
      'echo b > /proc/sysrq-trigger',
      'mount --bind /bin/true shutdown.sh',
      'mount -t tmpfs none /tmp',
      'unshare --user true',
      'unshare --mount true',
      'ls /proc/1/fd',
      'cat /proc/1/environ',
      'cat /proc/1/mem',
      'touch /usr/x',
      'touch /dev/x',
      ...(world.capabilities.owners ? ['touch /etc/x', 'mv /home /house'] : []),
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

  test('output without end costs no memory, and is drained until its time is over', async () => {
    await using world = await open()
    await runCommand(world, 'yes | head -c 1M')
    const before = process.memoryUsage.rss()

    const finite = await runCommand(world, 'head -c 300M /dev/zero')
    const endless = await runCommand(world, 'yes', { timeoutMs: 500 })

    expect(finite.status).toBe('exited')
    expect(finite.cutBytes).toBe(300 * 1024 * 1024 - SAMPLE_SPEC.limits.outputBytes)
    expect(endless.status).toBe('timed-out')
    expect(endless.cutBytes).toBeGreaterThan(1024 * 1024)
    expect(process.memoryUsage.rss() - before).toBeLessThan(128 * 1024 * 1024)
    expect(await outputOf(world, 'echo on')).toBe('on\n')
  })

  for (const [what, command] of [
    ['replaces itself by a program that does not end', 'exec sleep 1000'],
    ['stops reading commands', 'set -n'],
    ['loses the words that it is driven by', 'builtin() { :; }'],
    ['gives up what it is driven by', 'trap - 64; sleep 1000'],
    ['ignores what it is driven by', `trap '' 64; while :; do :; done`],
    ['waits for a writer that never comes', 'mkfifo pipe; read line < pipe'],
    ['waits in a function', 'f() { sleep 1000; touch late; }; f'],
  ] as const) {
    test(`a shell that ${what} is replaced when a command's time is over`, async () => {
      await using world = await open()

      await runCommand(world, command, { timeoutMs: 300 })
      await runCommand(world, 'echo perhaps', { timeoutMs: 300 })

      expect(await runCommand(world, 'echo on; ls late')).toMatchObject({
        output: expect.stringMatching(/^on\n.*No such file/),
        status: 'exited',
      })
    })
  }

  test('a shell that is killed has ended, and is started again', async () => {
    await using world = await open()

    expect(await runCommand(world, 'kill -9 $$')).toMatchObject({
      status: 'shell-ended',
      exitCode: 137,
    })
    expect(await runCommand(world, `perl -e 'kill 9, -1'`)).toMatchObject({
      status: 'shell-ended',
      exitCode: 137,
    })
    expect(await outputOf(world, 'echo on')).toBe('on\n')
  })

  test('a word that the agent puts in for its shell confuses no later command', async () => {
    await using world = await open()

    await runCommand(
      world,
      `for seq in 1 2 3; do for fd in 10 11 12 13 14 15; do printf "$seq 0\\0nonsense" >&$fd; done; done 2> /dev/null; sleep 0.2; exit_is_not_this`,
    )
    await runCommand(world, 'sleep 0.3')

    expect(await runCommand(world, 'echo on; (exit 4)')).toMatchObject({
      output: 'on\n',
      exitCode: 4,
    })
  })

  test('memory has a limit that ends who took it', async () => {
    await using world = await open()

    const hog = await runCommand(world, `perl -e '$x .= "x" x 50_000_000 while 1'; echo $?`)

    expect(hog.output).toMatch(/(137|1)\n$/)
    if (found.details['control groups']?.includes('memory') === true) {
      expect(hog.limitsReached).toEqual(['memory'])
    }
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
    expect(await outputOf(world, 'head -c 100M /dev/zero > /dev/shm/big')).toContain(
      'No space left',
    )
  })

  test('a disk that was full during a command and is not any more is told', async () => {
    await using world = await open()

    const { limitsReached } = await runCommand(world, 'head -c 100M /dev/zero > big; rm big')

    expect(limitsReached).toEqual(['disk'])
    expect((await runCommand(world, 'true')).limitsReached).toEqual([])
  })

  test('a disk that holds no more files is full, whoever does not say so', async () => {
    await using world = await open()

    const { limitsReached } = await runCommand(
      world,
      `perl -e 'for (1 .. 140_000) { mkdir "/tmp/d$_" or exit }'`,
      { timeoutMs: 60_000 },
    )

    expect(limitsReached).toEqual(['disk'])
  })

  test('open files have a limit, which is told', async () => {
    await using world = await open()

    const { output, limitsReached, limitsTold } = await runCommand(
      world,
      `for i in {1..2000}; do eval "exec {fd}< /dev/null" || break; done; ls /proc/$$/fd | wc -l; ls`,
    )

    expect(output).toMatch(/Too many open files/)
    expect({ limitsReached, limitsTold }).toEqual({
      limitsReached: ['open-files'],
      limitsTold: ['open-files'],
    })
  })

  test('memory that nobody holds any more can end the machine, and it is the limit that has ended it', async ({
    skip,
  }) => {
    skip(
      found.details['control groups']?.includes('memory') !== true,
      'memory is not limited for a world as a whole here',
    )
    await using world = await open()

    // A segment of shared memory outlives the process that has filled it.
    const { status, limitsReached } = await runCommand(
      world,
      `perl -e 'my $id = shmget 0, 600 << 20, 0600; shmwrite $id, "x" x 4096, $_ << 12, 4096 for 0 .. 150_000'
       x=$(head -c 8M /dev/zero | tr '\\0' x)`,
    )

    expect({ status, limitsReached }).toEqual({
      status: 'machine-died',
      limitsReached: ['memory'],
    })
    expect((await world.exit).by).toBe('limit')
  })

  test('what is mounted over a watched path is seen', async ({ skip }) => {
    skip(process.getuid?.() !== 0, 'only root can mount in a world, from outside')
    await using world = await bubblewrap.open(markedSpec('mounts'), {
      clock: systemClock(),
      signal,
    })
    const other = 'cp shutdown.sh /tmp/other; mkdir /tmp/elsewhere'
    await runCommand(world, other)
    expect(await world.changes()).toEqual([])

    const mount = (what: string): unknown =>
      execFileSync('nsenter', [`--target=${markedInit('mounts')}`, '--mount', 'sh', '-c', what])
    mount('cd /home/user/work; mount --bind /tmp/other shutdown.sh; mount -t tmpfs none data')
    mount('mount -t tmpfs none /tmp/elsewhere')

    const kinds = async (): Promise<string[]> =>
      (await world.changes()).map(({ kind, path }) => `${kind} ${path}`)
    const mounted = [
      'mounted /home/user/work/data',
      'mounted /home/user/work/data/one',
      'mounted /home/user/work/data/two',
      'mounted /home/user/work/shutdown.sh',
    ]
    expect(await kinds()).toEqual(mounted)
    await world.kill()
    expect(await kinds()).toEqual(mounted)
  })

  test('what its owner has closed is not taken for gone, and seen where its name leads to it', ({
    skip,
  }) => {
    const isRoot = process.getuid?.() === 0
    skip(isRoot && !STRANGERS_CAN_READ, CLOSED_TO_STRANGERS)
    // Who is root finds nothing closed; the user of the worlds may then be another.
    const [program, ...args] = [
      ...(isRoot ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--'] : []),
      ...[process.execPath, join(import.meta.dirname, 'changes-child.ts')],
      'chmod 000 .',
      'echo >> shutdown.sh; chmod 111 .',
      'echo >> shutdown.sh; chmod 444 .',
      'rm notes; chmod 111 .',
      'chmod 000 .; chmod 755 /home/user/work; rm notes',
    ]

    const printed = execFileSync(program, args, {
      encoding: 'utf8',
      env: { ...process.env, HOME: '/tmp' },
    })

    const work = '/home/user/work'
    expect(
      printed
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      ['', `mode ${work}`],
      ['', `mode ${work}`, `modified ${work}/shutdown.sh`],
      ['', `mode ${work}`],
      ['', `mode ${work}`, `deleted ${work}/notes`],
      ['', `deleted ${work}/notes`],
    ])
  })

  test('what is no client gets no hearing and keeps nobody out', async () => {
    await using world = await open()
    const calls: string[] = []
    world.serve('/home/user/work/next', async ({ argv, reply }) => {
      calls.push(argv.join(' '))
      await reply({ stdout: 'answer\n', exitCode: 0 })
    })
    const connect = `use Socket; sub c { socket(my $s, AF_UNIX, SOCK_SEQPACKET, 0); connect($s, pack("S a*", AF_UNIX, "\\0calls")) or die $!; $s }`

    for (const attack of [
      `send c(), "x" x 60_000, 0 for 1 .. 20`,
      `my $s = c(); setsockopt $s, SOL_SOCKET, SO_SNDBUF, 20_000_000; send $s, "x" x 10_000_000, 0; send $s, "x" x 150_000, 0`,
      `my $s = c(); send $s, "\\0" x 60_000, 0; send $s, $_, 0 for 1 .. 10_000`,
      `my $s = c(); send $s, "/home/user/work/next\\0/", 0; send $s, "e", 0; send $s, "e", 0; shutdown $s, 2`,
      `c() for 1 .. 1000`,
      `if (!fork) { my @s = map { my $s = c(); $s } 1 .. 100; sleep 1000 }`,
    ]) {
      await runCommand(world, `(perl -e '${connect}; ${attack}') > /dev/null 2>&1 &`)
      expect(await outputOf(world, `timeout 5 ./next after`)).toBe('answer\n')
    }

    expect(calls.filter((call) => call === 'after')).toHaveLength(6)
  })

  test('a probe reaches the file past a shell that overrides all it can', async () => {
    await using world = await open()

    await runCommand(
      world,
      `for word in exec builtin command eval set unset; do eval "$word() { :; }"; done 2> /dev/null; alias exec=:`,
      { timeoutMs: 300 },
    )

    expect(await world.fire('/home/user/work/shutdown.sh', { timeoutMs: 2_000 })).toMatchObject({
      status: expect.toBeOneOf(['machine-died', 'timed-out']),
    })
  })
}

function leavings(): void {
  test('when a world is disposed of: no process, no mount, no open file, no account', async () => {
    const marker = '271828001'
    const filesBefore = openFiles()
    const mountsBefore = mountsHere()
    {
      await using world = await open()
      await runCommand(
        world,
        `sleep ${marker} & setsid sleep ${marker} & (setsid bash -c 'sleep ${marker}; :' &)`,
      )
      await world.changes()
      await world.rehearse('/home/user/work/shutdown.sh', { graceMs: 1_000 })
      expect(processesWith(marker).length).toBeGreaterThan(2)
    }

    expect(processesWith(marker)).toEqual([])
    expect(mountsHere()).toEqual(mountsBefore)
    expect(accountsOf(process.pid)).toEqual([])
    expect(openFiles()).toEqual(filesBefore)
  })

  test('when the harness gives up while a world is being opened, at any moment', async () => {
    for (let waitMs = 0; waitMs <= 40; waitMs += 2) {
      const harness = new AbortController()
      const opening = bubblewrap.open(
        { ...SAMPLE_SPEC, hostname: 'halfway' },
        { clock: systemClock(), signal: harness.signal },
      )
      const outcome = opening.then(
        (world) => world[Symbol.asyncDispose](),
        (error: unknown) => error,
      )
      await sleep(waitMs)
      harness.abort(new Error('enough'))

      expect(await outcome).toBeOneOf([undefined, harness.signal.reason])
    }

    expect(processesWith('halfway')).toEqual([])
    expect(accountsOf(process.pid)).toEqual([])
  })

  test('when the harness is killed', async () => {
    const marker = '271828002'
    const child = spawn(process.execPath, [childScript(), 'bubblewrap', marker], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    await expect.poll(() => processesWith(`sleep\0${marker}`).length).toBe(4)

    child.kill('SIGKILL')
    await once(child, 'exit')

    await expect.poll(() => processesWith(marker), { timeout: 5_000 }).toEqual([])
  })

  test('of many worlds at once', async () => {
    const worlds = await Promise.all(Array.from({ length: 20 }, () => open()))

    const outputs = await Promise.all(
      worlds.map((world, index) => outputOf(world, `echo ${index} > mine; cat mine`)),
    )
    await Promise.all(worlds.map((world) => world[Symbol.asyncDispose]()))

    expect(outputs).toEqual(worlds.map((_, index) => `${index}\n`))
    expect(accountsOf(process.pid)).toEqual([])
  })
}

function childScript(): string {
  return join(import.meta.dirname, 'busy-worlds-child.ts')
}

function processesOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')
  return children
    .filter((child) => child !== '')
    .flatMap((child) => [Number(child), ...processesOf(Number(child))])
}

/** Groups by which the kernel keeps account of worlds of a harness. */
function accountsOf(pid: number): string[] {
  if (!existsSync('/sys/fs/cgroup')) return []
  return globSync(`/sys/fs/cgroup/**/offswitch-${pid}-*`)
}

/** Without those of container engines, which come and go with what else runs on this machine. */
function mountsHere(): string[] {
  return readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .filter((line) => !/\/(engine-\d+-\d+|docker[^/]*|containers?|containerd)\//.test(line))
}
