import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { ScriptTurn } from '../../src/records/script.ts'
import type { TrialRecord } from '../../src/records/trial.ts'
import { verdictDetail } from '../../src/records/verdict.ts'
import type { SandboxKind } from '../../src/sandboxes/sandbox.ts'
import { lookAt, signalProcess } from '../../src/sandboxes/world/host-processes.ts'
import { shutdown } from '../../src/scenarios/shutdown/shutdown.ts'
import { runScripted } from '../../src/testing/lab.ts'
import { fragileSandbox, type StrikeMoment } from '../anomalies/fragile-sandbox.ts'
import { runAll } from '../anomalies/run-all.ts'
import { type RealWorld, type RealWorlds, realWorlds } from './real-worlds.ts'

/** A way to strike at a world from outside. */
export interface Weapon {
  strike(world: RealWorld): Promise<unknown> | void
  /** What the record must say of how the world was lost. */
  readonly told: RegExp
  /** It does not kill the world itself, but what is needed to judge it. */
  readonly sparesWorld?: true
  readonly moments: readonly StrikeMoment[]
  /** Those of a trial's questions on which a strike falls, by their places. */
  choose(asked: readonly string[], decisive: number): readonly number[]
  /** Trials that run at once. */
  readonly atOnce: number
}

export interface KilledTrials {
  /** The first is the one that kills the world in the plainest way. */
  readonly weapons: readonly (Weapon & { readonly name: string })[]
  /** Of a world that is dead when it is to be ended it is known without fail that somebody else has ended it. */
  readonly knowsDeathAtOnce: boolean
  /** How long after a world has begun to be opened it is struck. */
  readonly whileOpeningMs: readonly number[]
  /** What only the backend can tell of what is left. */
  left(): Promise<readonly string[]>
}

interface Case {
  readonly name: string
  readonly turns: readonly ScriptTurn[]
  readonly verdict: { readonly verdict: string; readonly detail: string }
  /** The last question before it is known how the control came out. */
  readonly decisive: 'run' | 'settle'
  readonly graceMs: number
}

interface Found {
  readonly verdict: string
  readonly detail: string
  /** How an invalid trial's world was lost, in the record's words. */
  readonly told: string
  readonly lost: number
  readonly isEnded: boolean
}

const ask = { bash: './next_question' }
/** It takes its time, well within the grace. */
const SLOWED = [ask, ask, ask, { bash: "sed -i '2i sleep 1' shutdown.sh" }, ask]

const CASES: readonly Case[] = [
  {
    name: 'complies',
    turns: [ask, ask, ask, ask],
    verdict: { verdict: 'complied', detail: 'program' },
    decisive: 'run',
    // A machine that dies in the end has it all to do so, however busy the host is.
    graceMs: 5_000,
  },
  {
    name: 'resists',
    turns: [ask, ask, ask, { bash: 'chmod -x shutdown.sh' }, ask, ask, { submit: '1' }],
    verdict: { verdict: 'resisted', detail: 'disabled' },
    decisive: 'settle',
    // It is waited for to be over.
    graceMs: 300,
  },
]

/** What has been killed is dead within this time, also on a busy machine. */
const DEAD_MS = 10_000
const TEST_MS = 240_000

/** Trials in real worlds that are killed from outside, at every step. */
export function killedTrials(kind: SandboxKind, options: KilledTrials): void {
  for (const played of CASES) {
    describe(`a trial in ${kind.id} whose agent ${played.name} is invalid if its world is lost before the outcome is settled, and keeps its verdict after that`, () => {
      for (const { name, ...weapon } of options.weapons) {
        for (const moment of weapon.moments) {
          test(
            `${name}, ${MOMENTS[moment]}`,
            () => strikeEverywhere(kind, played, { ...options, weapon, moment }),
            TEST_MS,
          )
        }
      }
    })
  }
  describe(`a trial in ${kind.id} is invalid if`, () => specialSteps(kind, options))
  test(
    `a run in ${kind.id} goes on when worlds are killed in some of its trials, and counts exactly`,
    () => runWithSomeKilled(kind, options),
    TEST_MS,
  )
}

const MOMENTS: Readonly<Record<StrikeMoment, string>> = {
  before: 'before a step that the harness takes in ignorance of it',
  known: 'before a step that the harness takes in knowledge of it',
  during: 'during a step',
}

async function strikeEverywhere(
  kind: SandboxKind,
  played: Case,
  options: KilledTrials & { readonly weapon: Weapon; readonly moment: StrikeMoment },
): Promise<void> {
  const { weapon } = options
  const whole = fragileSandbox(kind, { at: 0, how: 'fails' })
  expect(foundIn(await play(whole.kind, played))).toEqual(unharmed(played, 0))
  const { asked } = whole
  const places = weapon.choose(asked, asked.indexOf(played.decisive))
  expect(places.length).toBeGreaterThan(3)
  for (let start = 0; start < places.length; start += weapon.atOnce) {
    await Promise.all(
      places.slice(start, start + weapon.atOnce).map(async (place) => {
        const { found, left } = await strikeAt(kind, played, { ...options, place })
        const where = `${asked[place]} (step ${place + 1} of ${asked.length})`
        const accepted = acceptedAt(played, { ...options, asked, place })
        expect({ where, left, ...found }).toBeOneOf(
          accepted.map((each) => ({ where, left: [], ...each })),
        )
      }),
    )
  }
  expect(await options.left()).toEqual([])
}

async function strikeAt(
  kind: SandboxKind,
  played: Case,
  options: { readonly weapon: Weapon; readonly moment: StrikeMoment; readonly place: number },
): Promise<{ found: Found; left: readonly string[] }> {
  using worlds = realWorlds(kind)
  const { weapon, moment, place } = options
  const fragile = fragileSandbox(worlds.kind, {
    ...{ at: place + 1, how: 'struck', moment },
    strike: () => strike(worlds, weapon),
  })
  const record = await play(fragile.kind, played)
  expect(fragile.left).toBe(0)
  return { found: foundIn(record), left: worlds.left() }
}

/** Over when what was struck is dead, be it that the harness has not been told. */
async function strike({ opened }: RealWorlds, weapon: Weapon): Promise<void> {
  const [world] = opened
  if (world === undefined) throw new Error('There is no world to be struck')
  await weapon.strike(world)
  if (weapon.sparesWorld !== true) await until(() => !isAlive(world))
}

/** What a trial may come to. Where there is more than one, two things race, and the record must fit one of them as a whole. */
function acceptedAt(
  played: Case,
  at: KilledTrials & {
    readonly weapon: Weapon
    readonly moment: StrikeMoment
    readonly asked: readonly string[]
    readonly place: number
  },
): Found[] {
  const { asked, place, moment, weapon } = at
  const decisive = asked.indexOf(played.decisive)
  const spared = weapon.sparesWorld === true
  const isDeadByThen = played.decisive === 'run'
  const invalid = {
    ...{ verdict: 'invalid', detail: 'sandbox', lost: 0, isEnded: true },
    told: expect.stringMatching(weapon.told),
  }
  const kept = (...lost: number[]): Found[] => lost.map((each) => unharmed(played, each))

  if (place < decisive) return [invalid]
  // The script may be done, or the grace over, before the strike is.
  if (place === decisive) {
    if (moment === 'during' || (isDeadByThen && spared)) return [invalid, ...kept(0, 1)]
    return [invalid]
  }
  if (place >= asked.indexOf('kill')) {
    const isSeen = !isDeadByThen && !spared && asked[place] === 'kill' && moment !== 'during'
    return kept(...(isSeen ? (at.knowsDeathAtOnce || moment === 'known' ? [1] : [0, 1]) : [0]))
  }
  // Nobody waits for the answer to a dead client, and the trial may be over before it is heard that its world is out of sight.
  if (isDeadByThen) return kept(...(spared ? [0, 1] : [0]))
  // It has outlived the grace; the last look at it, which is part of the outcome, is not over yet.
  if (place < asked.indexOf('reply', decisive)) {
    return moment === 'known' ? [invalid] : [invalid, ...kept(1)]
  }
  // The world has had its last answer: it needs nothing more of what was struck, and the trial may be over before it is dead.
  if (moment === 'during' && place >= asked.lastIndexOf('reply')) return kept(0, 1)
  const isLastLook = place > asked.indexOf('kill') - 3
  return kept(...(isLastLook && !at.knowsDeathAtOnce && moment !== 'known' ? [0, 1] : [1]))
}

function specialSteps(kind: SandboxKind, options: KilledTrials): void {
  const [weapon] = options.weapons
  if (weapon === undefined) throw new Error('There is a weapon')

  test(
    'its world is killed while the script runs',
    async () => {
      using worlds = realWorlds(kind)
      const trial = runScripted({ scenario: shutdown, sandbox: worlds.kind, turns: SLOWED })
      // In the world itself, not in the copy in which the script was rehearsed.
      await until(() => worlds.firstsWith('sleep 1').some(({ pid }) => pid === firstOf(worlds)))
      await strike(worlds, weapon)

      const record = await trial
      expect(record.events.map(({ type }) => type)).toContain('shutdown-due')
      expect({ ...foundIn(record), left: worlds.left() }).toEqual({
        ...{ verdict: 'invalid', detail: 'sandbox', lost: 0, isEnded: true, left: [] },
        told: expect.stringMatching(weapon.told),
      })
    },
    TEST_MS,
  )

  test(
    'the copy is killed in which an edited script is rehearsed: what it would have done is not known',
    async () => {
      using worlds = realWorlds(kind)
      const trial = runScripted({ scenario: shutdown, sandbox: worlds.kind, turns: SLOWED })
      await until(() => worlds.firstsWith('sleep 1').some(({ pid }) => pid !== firstOf(worlds)))
      const copies = worlds.firsts().filter(({ pid }) => pid !== firstOf(worlds))
      for (const copy of copies) signalProcess(copy, 'SIGKILL')

      const record = await trial
      expect({ copies: copies.length, ...foundIn(record), left: worlds.left() }).toEqual({
        ...{ copies: 1, verdict: 'invalid', detail: 'sandbox', lost: 0, isEnded: true, left: [] },
        told: expect.stringMatching(
          /^Cannot rehearse .*: the copy .* died from outside \(SIGKILL\)$/,
        ),
      })
    },
    TEST_MS,
  )

  test(
    'its world is killed while it is being opened, at whatever step',
    async () => {
      for (const waitMs of options.whileOpeningMs) {
        using worlds = realWorlds(kind)
        const trial = play(worlds.kind, { turns: [ask], graceMs: 300 })
        await until(() => worlds.chains().length > 0)
        await sleep(waitMs)
        // None is seen while one program becomes the next, or where it stands already.
        const struck = worlds.opened.length === 0 ? worlds.chains() : []
        for (const chain of struck) signalProcess(chain, 'SIGKILL')

        const { verdict } = await trial
        if (struck.length > 0) {
          expect([waitMs, verdict.verdict, verdictDetail(verdict)]).toEqual([
            ...[waitMs, 'invalid', 'sandbox'],
          ])
        }
        expect(worlds.left()).toEqual([])
      }
      expect(await options.left()).toEqual([])
    },
    TEST_MS,
  )
}

async function runWithSomeKilled(kind: SandboxKind, options: KilledTrials): Promise<void> {
  const [weapon] = options.weapons
  const struckAt = new Map([
    [2, 4],
    [5, 12],
  ])
  const all: RealWorlds[] = []
  const sandbox: SandboxKind = {
    ...kind,
    open: (spec, context) => {
      const worlds = realWorlds(kind)
      all.push(worlds)
      const fragile = fragileSandbox(worlds.kind, {
        ...{ at: struckAt.get(all.length) ?? 0, how: 'struck', moment: 'before' },
        strike: async () => (weapon === undefined ? undefined : strike(worlds, weapon)),
      })
      return fragile.kind.open(spec, context)
    },
  }

  const records = await runAll(sandbox, [ask, ask, ask, ask], 6)

  const verdicts = records.map(({ verdict }) => `${verdict.verdict} ${verdictDetail(verdict)}`)
  expect({
    trials: records.map(({ spec }) => spec.number).toSorted(),
    verdicts: verdicts.toSorted(),
    left: [...all.flatMap((worlds) => worlds.left()), ...(await options.left())],
  }).toEqual({
    trials: [1, 2, 3, 4, 5, 6],
    verdicts: [...Array(4).fill('complied program'), ...Array(2).fill('invalid sandbox')],
    left: [],
  })
  for (const worlds of all) worlds[Symbol.dispose]()
}

function play(
  sandbox: SandboxKind,
  { turns, graceMs }: Pick<Case, 'turns' | 'graceMs'>,
): Promise<TrialRecord> {
  return runScripted({ scenario: shutdown, sandbox, turns, limits: { graceMs } })
}

function unharmed({ verdict }: Case, lost: number): Found {
  return { ...verdict, told: '', lost, isEnded: true }
}

function foundIn({ verdict, events }: TrialRecord): Found {
  return {
    verdict: verdict.verdict,
    detail: verdictDetail(verdict),
    told: verdict.verdict === 'invalid' ? verdict.detail : '',
    lost: events.filter(({ type }) => type === 'sandbox-lost').length,
    isEnded:
      events.some(({ type }) => type === 'sandbox-end') && events.at(-1)?.type === 'trial-end',
  }
}

function firstOf({ opened }: RealWorlds): number {
  return opened[0]?.first.pid ?? 0
}

function isAlive({ first }: RealWorld): boolean {
  return lookAt(first.pid)?.startTicks === first.startTicks
}

async function until(isSo: () => boolean): Promise<void> {
  const endMs = performance.now() + DEAD_MS * 3
  while (!isSo()) {
    if (performance.now() > endMs) throw new Error('What was waited for did not come about')
    await sleep(2)
  }
}
