import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { bubblewrap } from '../../src/sandboxes/bubblewrap/bubblewrap.ts'
import { systemClock } from '../../src/support/clock.ts'

/** Machines on which something is missing, made of this one in a mount namespace: what runs in one sees no other. */

const found = await bubblewrap.check({ clock: systemClock(), signal: new AbortController().signal })
const OFFSWITCH = [process.execPath, resolve('bin/offswitch.js')]
/** Somebody of whom this machine has never heard. */
const STRANGER = 54_321

let folder = ''
beforeAll(() => {
  // Not below /tmp, which is covered where a world is put up.
  folder = mkdtempSync('/var/tmp/place-')
  chmodSync(folder, 0o755)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

beforeEach(({ skip }) => {
  skip(process.getuid?.() !== 0, 'only root can make such places')
  skip(!found.available, `bubblewrap does not run here: ${found.reason}`)
})

describe('where something is missing, doctor says what, and a run that names the sandbox is refused', () => {
  test.each<[string, () => string, string, string | null]>([
    [
      'bubblewrap',
      () => mask('/usr/bin/bwrap'),
      'Not installed: bwrap',
      'apt-get install -y bubblewrap',
    ],
    ['perl', () => mask('/usr/bin/perl'), 'Not installed: perl', 'apt-get install -y perl-base'],
    [
      'a bubblewrap that is young enough',
      () => replace('/usr/bin/bwrap', 'echo bubblewrap 0.6.1'),
      'bubblewrap 0.6.1 is too old: 0.8 is the first that will do',
      null,
    ],
    [
      'an unshare that works',
      () => replace('/usr/bin/unshare', 'echo "unshare: no" >&2; exit 1'),
      'The program unshare does not work: unshare: no',
      'apt-get install -y --reinstall util-linux',
    ],
    [
      'the user that root drops to',
      () =>
        cover('/etc/passwd', readFileSync('/etc/passwd', 'utf8').replace(/^offswitch-.*\n/m, '')),
      'Root must not run worlds as root, and the user "offswitch-sandbox", which it drops to, does not exist',
      expect.stringMatching(/^useradd --system .* offswitch-sandbox && usermod --add-subuids /),
    ],
  ])('%s', (_, setUp, reason, fix) => {
    const place = setUp()

    expect(bubblewrapIn(doctorIn(place))).toMatchObject({
      status: 'does-not-run',
      available: false,
      reason,
      fix,
      hold: null,
    })
    const run = offswitchIn(place, ['run', '--sandbox', 'bubblewrap', '--trials', '1'])
    expect({ code: run.code, stdout: run.stdout, stderr: run.stderr.split('\n') }).toEqual({
      code: 2,
      stdout: '',
      stderr: [
        `offswitch: Cannot use sandbox "bubblewrap": ${reason}`,
        ...(fix === null ? [] : [expect.stringMatching(/^ {2}To mend it: /)]),
        '',
      ],
    })
  })

  test('namespaces for users', ({ skip }) => {
    skip(!strangerCanRead(), 'other users cannot read this checkout')
    // In a user namespace of its own, the setting binds nobody else.
    const place = `
      echo root:0:65536 > ids && mount --bind ids /etc/subuid && mount --bind ids /etc/subgid &&
      exec unshare --user --map-users=0,0,65536 --map-groups=0,0,65536 --setuid 0 --setgid 0 sh -c '
        echo 0 > /proc/sys/user/max_user_namespaces
        exec setpriv --reuid ${STRANGER} --regid ${STRANGER} --clear-groups "$@"' sh "$@"`

    expect(bubblewrapIn(doctorIn(place))).toMatchObject({
      available: false,
      reason: 'Users may not make namespaces here (user.max_user_namespaces is 0)',
      fix: 'sudo sysctl -w user.max_user_namespaces=15000',
    })
  })
})

describe('where less is to be had, worlds run and doctor says with what limits', () => {
  test('no subordinate ids', () => {
    const doctor = doctorIn(cover('/etc/subuid', ''))

    expect(bubblewrapIn(doctor)).toMatchObject({
      status: 'works-with-limits',
      available: true,
      reason: expect.stringContaining('the agent owns all files of its world'),
      fix: expect.stringMatching(/^usermod --add-subuids .* offswitch-sandbox$/),
      capabilities: { owners: false },
    })
  })

  test('a user without a name, control groups or a /proc that shows others', ({ skip }) => {
    skip(!strangerCanRead(), 'other users cannot read this checkout')
    const place = `
      exec unshare --pid --fork sh -c '
        mount -t proc -o hidepid=2 proc /proc &&
        exec setpriv --reuid ${STRANGER} --regid ${STRANGER} --clear-groups "$@"' sh "$@"`

    const doctor = doctorIn(place)

    expect(bubblewrapIn(doctor)).toMatchObject({
      status: 'works-with-limits',
      available: true,
      reason:
        'the agent owns all files of its world, since no second owner can be had; memory is bounded for each process, not for a world as a whole',
      capabilities: { owners: false },
      details: { user: `${STRANGER}`, 'control groups': 'none', killing: 'the PID namespace' },
      hold: { end: expect.stringContaining('seen in the PID namespaces in /proc') },
    })
  })

  test('a home and a folder that cannot be written', () => {
    const place = `mkdir ro && mount -t tmpfs -o ro none ro && cd ro && export HOME="$PWD" && ${RUN}`

    const { sandboxes, runs } = doctorIn(place)

    expect(sandboxes.map(({ available }) => available)).toContain(true)
    expect(runs).toEqual({
      folder: 'runs',
      writable: false,
      reason: `no permission to write ${folder}/ro`,
    })
  })
})

describe('where nothing is named', () => {
  test('a simulation takes the place of what does not run, and is called one', () => {
    const place = `${WITHOUT_ENGINES}\n${mask('/usr/bin/bwrap')}`

    expect(doctorIn(place).defaultSandbox).toBe('memory')
    const run = offswitchIn(place, [
      'run',
      '--trials',
      '1',
      '--agent',
      'control:complies',
      '--json',
    ])
    expect([run.code, JSON.parse(run.stdout).status]).toEqual([0, 'finished'])
    expect(run.stderr).toMatch(
      /^Using sandbox memory, which is a simulation and no real machine\. bubblewrap does not run here: Not installed: bwrap \(to have it: apt-get install -y bubblewrap\)\./m,
    )
  })
})

test('a sandbox that works when it is tried and then no more makes trials invalid until the run stops', () => {
  copyFileSync('/usr/bin/bwrap', join(folder, 'bwrap'))
  mkdirSync(join(folder, 'shared'))
  chmodSync(join(folder, 'shared'), 0o777)
  const place = replace(
    '/usr/bin/bwrap',
    `[ "$1" = --version ] && exec ${folder}/bwrap "$@"
    [ -e ${folder}/shared/tried ] && { echo "bwrap: no more" >&2; exit 1; }
    : > ${folder}/shared/tried
    exec ${folder}/bwrap "$@"`,
  )

  const run = offswitchIn(place, ['run', '--sandbox', 'bubblewrap', '--trials', '1', '--json'])

  const { status, cells } = JSON.parse(run.stdout)
  const verdicts = cells.map((cell: { verdicts: Record<string, number> }) => cell.verdicts)
  const total = (name: string): number =>
    verdicts.reduce((sum: number, counts: Record<string, number>) => sum + (counts[name] ?? 0), 0)
  expect([run.code, status]).toEqual([1, 'stopped'])
  expect(['complied', 'resisted', 'attempted', 'withdrew', 'unexposed'].map(total)).toEqual([
    ...[0, 0, 0, 0, 0],
  ])
  // More than the fifth that is allowed, and by far not all.
  const planned = Number(/: (\d+) trials of/.exec(run.stderr)?.[1])
  expect(total('invalid')).toBeGreaterThan(0.2 * planned)
  expect(total('invalid')).toBeLessThan(0.8 * planned)
  const shown = offswitchIn(RUN, ['show', 'latest', '1', '--json'])
  expect(JSON.parse(shown.stdout).verdict).toEqual({
    verdict: 'invalid',
    cause: 'sandbox',
    detail: expect.stringContaining('bwrap: no more'),
  })
})

interface Found {
  readonly id: string
  readonly available: boolean
}

/** What `doctor --json` says in a place. */
function doctorIn(place: string): {
  readonly sandboxes: readonly Found[]
  readonly defaultSandbox: string | null
  readonly runs: unknown
} {
  const { code, stdout, stderr } = offswitchIn(place, ['doctor', '--json'])
  expect([code, stderr]).toEqual([0, ''])
  return JSON.parse(stdout)
}

function bubblewrapIn({ sandboxes }: { readonly sandboxes: readonly Found[] }): Found | undefined {
  return sandboxes.find(({ id }) => id === 'bubblewrap')
}

const RUN = 'exec "$@"'

/** Runs the program in a place that a script makes, which ends in running its own arguments. */
function offswitchIn(
  place: string,
  args: readonly string[],
): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(
    'unshare',
    ['--mount', '--propagation', 'private', 'sh', '-ec', place, 'sh', ...OFFSWITCH, ...args],
    {
      cwd: folder,
      encoding: 'utf8',
      // No engine answers there, whatever this machine has.
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: folder, DOCKER_HOST: 'unix:///nowhere' },
    },
  )
  return { code: status, stdout, stderr }
}

/** The file cannot be run any more. */
function mask(path: string): string {
  return `mount --bind /dev/null ${path} && ${RUN}`
}

const WITHOUT_ENGINES = `
for engine in docker podman; do
  if path=$(command -v $engine); then mount --bind /dev/null "$path"; fi
done`

/** A script stands in a program's place. */
function replace(path: string, script: string): string {
  return cover(path, `#!/bin/sh\n${script}\n`)
}

let covers = 0

function cover(path: string, content: string): string {
  const file = join(folder, `cover-${++covers}`)
  writeFileSync(file, content, { mode: 0o755 })
  return `mount --bind ${file} ${path} && ${RUN}`
}

function strangerCanRead(): boolean {
  const ids = ['--reuid', `${STRANGER}`, '--regid', `${STRANGER}`, '--clear-groups']
  return spawnSync('setpriv', [...ids, ...OFFSWITCH, '--version']).status === 0
}
