import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chownSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { bubblewrap } from '../../src/sandboxes/bubblewrap/bubblewrap.ts'
import type { ControlGroup } from '../../src/sandboxes/bubblewrap/control-group.ts'
import { killWorld } from '../../src/sandboxes/bubblewrap/kill-world.ts'
import { WorldRemains } from '../../src/sandboxes/bubblewrap/world-remains.ts'
import { systemCallsOf } from '../../src/sandboxes/world/system-calls.ts'
import { systemClock } from '../../src/support/clock.ts'
import { HarnessError } from '../../src/support/errors.ts'
import { ADVERSARIES } from '../../src/testing/adversaries.ts'
import { runCommand } from '../../src/testing/sandbox-contract.ts'
import { markedProcesses, markedSpec, textOf } from './marked-worlds.ts'
import { CLOSED_TO_STRANGERS, STRANGERS_CAN_READ } from './stranger.ts'

const clock = systemClock()
const signal = new AbortController().signal
const found = await bubblewrap.check({ clock, signal })
const isRoot = process.getuid?.() === 0

beforeEach(({ skip }) => skip(!found.available, `bubblewrap does not run here: ${found.reason}`))

/** Places in which a harness finds fewer means to kill than it has here, as commands that it is started by. */
const PLACES = {
  'all that this machine has': [],
  'no control groups of version 2': hiding('/sys/fs/cgroup/unified'),
  'no control groups': hiding('/sys/fs/cgroup'),
  'an ordinary user': 'setpriv --reuid=nobody --regid=nogroup --clear-groups --'.split(' '),
} as const

describe('nothing of a world survives its end, whatever its processes do', () => {
  for (const [place, command] of Object.entries(PLACES)) {
    test(`where there is: ${place}`, async ({ skip }) => {
      skip(command.length > 0 && !isRoot, 'only root can make such a place')
      skip(place === 'an ordinary user' && !STRANGERS_CAN_READ, CLOSED_TO_STRANGERS)
      skip(
        place.endsWith('version 2') && !existsSync('/sys/fs/cgroup/unified'),
        'this machine has no version 2 beside version 1',
      )

      const { stdout } = await promisify(execFile)(
        'env',
        [...command, process.execPath, script('killing-child.ts'), ...Object.keys(ADVERSARIES)],
        { env: { ...process.env, HOME: '/tmp' } },
      )

      const killed = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
      expect(killed.map(({ name }) => name)).toEqual(Object.keys(ADVERSARIES))
      const [mechanism, verifiedBy] = expectedEnd(place)
      for (const { name, output, before, left, end } of killed) {
        expect({ name, output, left, ...end }).toEqual({
          name,
          output: '',
          left: 0,
          mechanism,
          deadMs: expect.any(Number),
          verifiedBy,
        })
        // The first process, the shell, and what it has started; a hopper is one process at a time.
        expect(before, name).toBeGreaterThanOrEqual(name === 'hopper' ? 2 : 4)
        expect(end.deadMs).toBeGreaterThan(0)
      }
    })
  }

  test('also not as a dead one, where orphans fall to somebody who waits for none of them', async () => {
    const prctl = systemCallsOf(process.arch)?.number('prctl') ?? 0
    const names = ['daemon', 'hopper']

    const { stdout } = await promisify(execFile)(
      'perl',
      ['-e', CARELESS, `${prctl}`, process.execPath, script('killing-child.ts'), ...names],
      { env: { ...process.env, HOME: '/tmp' } },
    )

    expect(stdout.trim().split('\n').slice(names.length)).toEqual(['dead:'])
  })

  test('where it had ended by itself, which is looked at', async () => {
    await using world = await bubblewrap.open(markedSpec('self'), { clock, signal })
    await runCommand(world, `${ADVERSARIES['daemon']}; kill -s TERM 1`)
    await world.exit

    expect(await world.kill()).toEqual({
      mechanism: 'none',
      deadMs: 0,
      verifiedBy: expect.stringContaining('PID namespaces'),
    })
  })

  test('where it had ended by itself and something stands in its place', async ({ skip }) => {
    const [group] = [...groupsOf(process.pid)]
    skip(group !== undefined, 'another world is open')
    await using world = await bubblewrap.open(markedSpec('left'), { clock, signal })
    const groups = groupsOf(process.pid).filter((each) => existsSync(join(each, 'cgroup.kill')))
    skip(groups.length === 0, 'there are no groups of version 2 to be had')
    const stranger = spawn('sleep', ['1000'], { stdio: 'ignore' })
    writeFileSync(join(groups[0] ?? '', 'cgroup.procs'), `${stranger.pid}`)
    await runCommand(world, 'kill -s TERM 1')
    await world.exit

    expect((await world.kill()).mechanism).toBe('cgroup-kill')
    expect(stranger.signalCode ?? (await once(stranger, 'exit'))[1]).toBe('SIGKILL')
  })

  test('where one mechanism does not do it, the next is tried, and in the end it is said what is left', async () => {
    const child = spawn('sleep', ['1000'])
    onTestFinished(() => void child.kill('SIGKILL'))
    let isOver = false
    const exit = once(child, 'close').then(() => {
      isOver = true
    })
    const world = (group: ControlGroup): Parameters<typeof killWorld>[0] => ({
      child,
      group,
      remains: new WorldRemains(group),
      findInit: () => null,
      isOver: () => isOver,
      exit,
      clock: impatient(),
    })

    expect(await killWorld(world(deafGroup()))).toMatchObject({ mechanism: 'pid-namespace' })
    await expect(killWorld(world({ ...deafGroup(), isEmpty: () => false }))).rejects.toEqual(
      new HarnessError(
        'Cannot kill sandbox "bubblewrap": its control group is not empty, and does not say what is in it',
        { source: 'sandbox' },
      ),
    )
  })
})

describe('nothing of a harness that is killed lives a second later', () => {
  // Twenty harnesses are started, one after another.
  test('at twenty moments, of worlds that are being built, used, copied and killed', {
    timeout: 240_000,
  }, async () => {
    for (let moment = 0; moment < 20; moment++) {
      const marker = `harness${process.pid}x${moment}`
      const harness = await startHarness(marker)
      await sleep(Math.random() * 700)
      const pid = harness.pid ?? 0

      harness.kill('SIGKILL')
      await once(harness, 'exit')

      const left = (): unknown => [markedProcesses(marker), groupsOf(pid)]
      await expect.poll(left, { timeout: 1_000, interval: 5 }).toEqual([[], []])
    }
  })

  test('and its watchdog goes with it, also when nothing was wrong', async () => {
    const harness = await startHarness(`watched${process.pid}`)
    const dogs = childrenOf(harness).filter((pid) =>
      textOf(pid, 'cmdline').startsWith('offswitch-watchdog'),
    )
    expect(dogs).toHaveLength(1)

    harness.kill('SIGKILL')

    await expect.poll(() => dogs.filter((pid) => textOf(pid, 'cmdline') !== '')).toEqual([])
  })

  test('and where its watchdog is killed too, the next start ends what is left in its groups', async ({
    skip,
  }) => {
    const harness = await startHarness(`swept${process.pid}`)
    const pid = harness.pid ?? 0
    skip(groupsOf(pid).length === 0, 'the harness may make no control groups here')
    for (const child of childrenOf(harness)) {
      if (textOf(child, 'cmdline').startsWith('offswitch-watchdog')) process.kill(child, 'SIGKILL')
    }
    harness.kill('SIGKILL')
    await once(harness, 'exit')
    const abandoned = groupsOf(pid)
    expect(abandoned).not.toEqual([])
    const stranger = spawn('sleep', ['1000'], { stdio: 'ignore' })
    for (const group of abandoned) writeFileSync(join(group, 'cgroup.procs'), `${stranger.pid}`)

    const next = await startHarness(`next${process.pid}`)
    next.kill('SIGKILL')

    expect(stranger.signalCode ?? (await once(stranger, 'exit'))[1]).toBe('SIGKILL')
    expect(groupsOf(pid)).toEqual([])
  })
})

describe('what another user’s harness has left', () => {
  const root = '/sys/fs/cgroup/unified'

  test('is not taken away, and keeps nobody from working beside it', async ({ skip }) => {
    skip(
      !isRoot || !existsSync(root),
      'only root can make such a place, in control groups of version 2 beside version 1',
    )
    skip(!STRANGERS_CAN_READ, CLOSED_TO_STRANGERS)
    const shared = join(root, `shared-${process.pid}`)
    const own = join(shared, 'own')
    const namespace = /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0]
    // Of a process that there has never been.
    const others = join(shared, `offswitch-4194304-1-${namespace}-1`)
    for (const directory of [shared, own, others]) mkdirSync(directory)
    onTestFinished(async () => {
      // The watchdog outlives its harness by a moment.
      await expect.poll(() => readFileSync(join(own, 'cgroup.procs'), 'utf8')).toBe('')
      for (const directory of [others, own, shared]) rmdirSync(directory)
    })
    for (const path of [shared, own, join(shared, 'cgroup.procs'), join(own, 'cgroup.procs')]) {
      chownSync(path, STRANGER, STRANGER)
    }

    const { stdout } = await promisify(execFile)('sh', [
      '-c',
      `echo $$ > ${own}/cgroup.procs && exec setpriv --reuid ${STRANGER} --regid ${STRANGER} --clear-groups "$@"`,
      ...['sh', 'env', 'HOME=/tmp', process.execPath, script('killing-child.ts'), 'daemon'],
    ])

    expect(JSON.parse(stdout)).toMatchObject({ left: 0, end: { mechanism: 'cgroup-kill' } })
    expect(existsSync(others)).toBe(true)
  })
})

/** A user that no machine has. */
const STRANGER = 64_999

/** Takes in the orphans of a program, waits for the program alone, and says who else is dead. The watchdog outlives its harness. */
const CARELESS = `
my $prctl = shift() + 0;
syscall $prctl, 36, 1, 0, 0, 0;
my $program = fork;
if ($program == 0) { exec @ARGV }
waitpid $program, 0;
my @dead;
for (glob "/proc/[0-9]*/stat") {
  open my $stat, "<", $_ or next;
  my ($name, $parent) = <$stat> =~ /^\\d+ \\((.*)\\) Z (\\d+)/ or next;
  push @dead, $name if $parent == $$ && $name !~ /^offswitch/;
}
print "dead: @dead\n";`

function expectedEnd(place: string): [string, string] {
  const namespaces = 'the PID namespaces in /proc'
  const byKernel = existsSync('/sys/fs/cgroup/unified') || existsSync('/sys/fs/cgroup/cgroup.procs')
  if (place.startsWith('all') && isRoot && byKernel)
    return ['cgroup-kill', `cgroup.events and ${namespaces}`]
  if (place.endsWith('version 2')) return ['cgroup-freezer', `cgroup.procs and ${namespaces}`]
  return ['pid-namespace', namespaces]
}

function hiding(path: string): string[] {
  return ['unshare', '--mount', 'sh', '-c', `umount -R ${path} && exec "$@"`, 'sh']
}

function deafGroup(): ControlGroup {
  return {
    add: () => undefined,
    release: () => undefined,
    mechanism: 'cgroup-kill',
    limitsMemory: false,
    limitsProcesses: false,
    kill: async () => undefined,
    isEmpty: () => true,
    members: () => [],
    source: 'nothing',
    refusals: () => null,
    remove: async () => undefined,
  }
}

/** A clock by which patience is short. */
function impatient(): typeof clock {
  return { ...clock, elapsedMs: () => clock.elapsedMs() * 50 }
}

async function startHarness(marker: string): Promise<ChildProcess> {
  const harness = spawn(process.execPath, [script('worlds-child.ts'), marker], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void harness.kill('SIGKILL'))
  const [said] = await Promise.race([once(harness.stdout, 'data'), once(harness, 'exit')])
  expect(`${said}`).toBe('ready\n')
  await expect.poll(() => markedProcesses(marker).length, { timeout: 30_000 }).toBeGreaterThan(0)
  return harness
}

function script(name: string): string {
  return join(import.meta.dirname, name)
}

/** Control groups of a harness's worlds. */
function groupsOf(pid: number): string[] {
  if (!existsSync('/sys/fs/cgroup')) return []
  return globSync(`/sys/fs/cgroup/**/offswitch-${pid}-*`)
}

function childrenOf({ pid }: ChildProcess): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter(Number.isInteger)
    .filter((each) => new RegExp(`^PPid:\\s+${pid}$`, 'm').test(textOf(each, 'status')))
}
