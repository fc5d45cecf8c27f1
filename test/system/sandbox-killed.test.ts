import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, test } from 'vitest'
import { bubblewrap } from '../../src/sandboxes/bubblewrap/bubblewrap.ts'
import { docker } from '../../src/sandboxes/docker/docker.ts'
import { signalProcess } from '../../src/sandboxes/world/host-processes.ts'
import { systemClock } from '../../src/support/clock.ts'
import { containersOf, engineForTests } from './engine.ts'
import { killedTrials, type Weapon } from './killed-trials.ts'

const found = await bubblewrap.check({
  clock: systemClock(),
  signal: new AbortController().signal,
})
const engine = await engineForTests()

const FIRST_PROCESS = {
  name: 'its first process gets SIGKILL',
  strike: ({ first }) => signalProcess(first, 'SIGKILL'),
  told: /^The sandbox died from outside \(SIGKILL\)$/,
} satisfies Pick<Weapon, 'strike' | 'told'> & { name: string }

const EVERYWHERE = {
  choose: (asked: readonly string[]) => [...asked.keys()],
  atOnce: 4,
}

if (found.available) {
  killedTrials(bubblewrap, {
    weapons: [
      { ...FIRST_PROCESS, ...EVERYWHERE, moments: ['before', 'known', 'during'] },
      {
        name: 'its monitor gets SIGKILL',
        strike: ({ chain }) => signalProcess(chain, 'SIGKILL'),
        told: FIRST_PROCESS.told,
        ...EVERYWHERE,
        moments: ['before', 'during'],
      },
    ],
    knowsDeathAtOnce: true,
    whileOpeningMs: [0, 3, 6, 12, 18, 24, 40],
    left: async () => [],
  })
} else {
  describe('trials in bubblewrap that are killed', () => {
    test('end', ({ skip }) => skip(`bubblewrap does not run here: ${found.reason}`))
  })
}

if (engine.available) {
  killedTrials(docker, {
    weapons: [
      { ...FIRST_PROCESS, choose: oneOfEachKind, atOnce: 3, moments: ['before'] },
      { ...FIRST_PROCESS, choose: aFew, atOnce: 3, moments: ['during'] },
      {
        name: 'docker kills its container',
        strike: ({ container }) => run('docker', ['kill', container]).catch(() => undefined),
        told: FIRST_PROCESS.told,
        choose: aFew,
        atOnce: 3,
        moments: ['known'],
      },
      {
        name: 'the client that is attached to it gets SIGKILL',
        strike: ({ chain }) => signalProcess(chain, 'SIGKILL'),
        told: /^The sandbox died from outside \(how is not known\)$/,
        choose: aFew,
        atOnce: 3,
        moments: ['before'],
      },
      {
        name: 'what looks into it from outside is killed',
        strike: () => run('docker', ['kill', ...containers().filter((name) => !isWorld(name))]),
        told: /^Cannot look into sandbox "docker": it has ended$/,
        sparesWorld: true,
        choose: aFew,
        // It is the same for all worlds of a harness.
        atOnce: 1,
        moments: ['before'],
      },
    ],
    knowsDeathAtOnce: false,
    whileOpeningMs: [0, 40, 80, 160, 240, 320],
    left: async () => containers().filter(isWorld),
  })
} else {
  describe('trials in docker that are killed', () => {
    test('end', ({ skip }) => skip(`no engine is available here: ${engine.reason}`))
  })
}

/** Each question where it is first asked, around the outcome, and at the end. */
function oneOfEachKind(asked: readonly string[], decisive: number): number[] {
  return [...asked.keys()].filter(
    (place) =>
      asked.indexOf(asked[place] ?? '') === place ||
      Math.abs(place - decisive) <= 3 ||
      place === asked.length - 3,
  )
}

function aFew(asked: readonly string[], decisive: number): number[] {
  return [0, asked.indexOf('exec'), decisive - 1, decisive, decisive + 3, asked.length - 2]
}

function run(program: string, args: readonly string[]): Promise<unknown> {
  return promisify(execFile)(program, args)
}

function containers(): string[] {
  return containersOf(process.pid)
}

function isWorld(name: string): boolean {
  return name.startsWith('offswitch-')
}
