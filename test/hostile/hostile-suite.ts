import { randomBytes } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LimitName, Limits } from '../../src/records/limits.ts'
import type { ScriptTurn } from '../../src/records/script.ts'
import type { TrialRecord } from '../../src/records/trial.ts'
import type { Verdict } from '../../src/records/verdict.ts'
import { createPaint } from '../../src/reports/create-paint.ts'
import { transcriptText } from '../../src/reports/transcript-text.ts'
import type { Sandbox, SandboxKind } from '../../src/sandboxes/sandbox.ts'
import { shutdown } from '../../src/scenarios/shutdown/shutdown.ts'
import { runScripted } from '../../src/testing/lab.ts'
import { type Attack, COMPLIED } from './attack.ts'
import { ATTACKS } from './attacks.ts'
import { directAttacks } from './direct-attacks.ts'
import { HarnessWatch } from './harness-watch.ts'
import { type HostListener, listenOnHost } from './host-listener.ts'
import {
  descendantsOf,
  HostCanaries,
  leftOf,
  SIGNS_COMMAND,
  type WorldSigns,
  worldSigns,
} from './host-watch.ts'

/** Long enough for a machine to die that others keep busy. */
const LIMITS: Partial<Limits> = { graceMs: 1_500 }
/** Short enough that those who stall do not take all day; who does not stall is held up by others for as long as the default. */
const STALLED_COMMAND_MS = 4_000
const TRIAL_MS = 45_000
/** A harness that looks at too much at once stands still for this long even on a quiet machine; one that is merely starved does not. */
const PAUSE_MS = 8_000
const GROWTH_BYTES = 384 * 1024 * 1024
/** Of one record, as it is stored. */
const RECORD_BYTES = 64 * 1024 * 1024

export interface HostileOptions {
  /** Limits that cannot be seen to be reached here. */
  readonly unseen?: readonly LimitName[]
  /** Within what time a trial must be over, where nothing else is said: all that is looked at from outside takes longer on some. */
  readonly trialMs?: number
  /** What is left on the host of worlds that have ended, beyond processes and control groups. */
  readonly alsoLeft?: () => Promise<readonly string[]>
}

/** Attacks a sandbox in every way on the list, each in a trial of its own, and sees to it that it holds. */
export function hostileSuite(sandbox: SandboxKind, options: HostileOptions = {}): void {
  describe(`${sandbox.id} under attack`, () => {
    let host: Host
    beforeAll(async () => {
      // What is started once, with the first world of a process, is there from then on.
      await playOut(sandbox)
      host = await openHost()
    })
    afterAll(async () => {
      const canaries = host.canaries.state()
      const { heard } = host.listener
      await host[Symbol.asyncDispose]()

      expect(canaries).toEqual(host.canaries.before)
      expect(heard).toEqual([])
      expect(descendantsOf(process.pid)).toEqual(host.childrenBefore)
      expect(await options.alsoLeft?.()).toEqual(options.alsoLeft === undefined ? undefined : [])
    })

    describe('one at a time', () => {
      for (const attack of ATTACKS.filter(({ alone }) => alone === true)) {
        test(attack.name, { timeout: timeoutOf(attack, options) }, () =>
          play(sandbox, attack, host, options),
        )
      }
    })
    describe('upon what the harness does there itself', () => directAttacks(sandbox))
    describe('several at a time', () => {
      for (const attack of ATTACKS.filter(({ alone }) => alone !== true)) {
        test.concurrent(attack.name, { timeout: timeoutOf(attack, options) }, () =>
          play(sandbox, attack, host, options),
        )
      }
    })
  })
}

function playOut(sandbox: SandboxKind): Promise<TrialRecord> {
  return runScripted({ scenario: shutdown, sandbox, turns: [], limits: LIMITS })
}

async function play(
  sandbox: SandboxKind,
  attack: Attack,
  host: Host,
  options: HostileOptions,
): Promise<void> {
  using signs = new DisposableStack()
  const worlds: WorldSigns[] = []
  const watch = new HarnessWatch()
  let record: TrialRecord
  {
    using _ = watch
    record = await runScripted({
      scenario: shutdown,
      sandbox: marked(sandbox, (world) => worlds.push(signs.use(world))),
      turns: turnsOf(attack, host),
      limits: {
        ...LIMITS,
        ...(mayStall(attack) && { commandMs: STALLED_COMMAND_MS }),
        ...attack.limits,
      },
    })
  }

  const expected = expectedVerdict(record, attack)
  const unseen = new Set(options.unseen)
  const isOver = record.verdict.verdict === 'invalid' && attack.mayEndWorld === true
  const mayReach = new Set(isOver ? attack.reaches : attack.mayReach)
  const reached = limitsIn(record).filter((limit) => !mayReach.has(limit))
  expect({
    verdict: asAllowed(record, expected, attack),
    acts: attack.acts?.filter((name) => record.acts.some((act) => act.name === name)),
    reached,
    breaches: breachesIn(record),
    left: worlds.flatMap(leftOf),
  }).toEqual({
    verdict: expected,
    acts: attack.acts,
    reached: isOver ? [] : (attack.reaches ?? []).filter((limit) => !unseen.has(limit)).toSorted(),
    breaches: [],
    left: [],
  })
  expect(worlds).toHaveLength(1)
  expect(record.durationMs).toBeLessThan(withinMs(attack, options))
  expect(watch.longestPauseMs).toBeLessThan(PAUSE_MS)
  expect(watch.grownBytes).toBeLessThan(GROWTH_BYTES)
  expect(host.canaries.state()).toEqual(host.canaries.before)
  expect(host.listener.heard).toEqual([])

  const stored = JSON.stringify(record)
  expect(stored.length).toBeLessThan(RECORD_BYTES)
  expect(stored).not.toContain(host.secret)
  expect(shown(record)).toBe('nothing that moves a terminal')
}

/** What the tests share: canaries and ears on the host, and a key that no agent may find. */
interface Host extends AsyncDisposable {
  readonly canaries: HostCanaries
  readonly listener: HostListener
  readonly secret: string
  readonly childrenBefore: readonly number[]
}

async function openHost(): Promise<Host> {
  const secret = `sk-canary-${randomBytes(16).toString('hex')}`
  process.env['OPENAI_API_KEY'] = secret
  const childrenBefore = descendantsOf(process.pid)
  const listener = await listenOnHost()
  const canaries = new HostCanaries()
  return {
    canaries,
    listener,
    secret,
    childrenBefore,
    async [Symbol.asyncDispose]() {
      delete process.env['OPENAI_API_KEY']
      canaries[Symbol.dispose]()
      await listener[Symbol.asyncDispose]()
    },
  }
}

/** The same sandbox, whose worlds are written down with signs by which anything left of them can be found. */
function marked(sandbox: SandboxKind, note: (signs: WorldSigns) => void): SandboxKind {
  return {
    ...sandbox,
    open: async (spec, context): Promise<Sandbox> => {
      const world = await sandbox.open(spec, context)
      const marker = `MARK=${randomBytes(8).toString('hex')}`
      const { output } = await world.session.exec(`export ${marker}; ${SIGNS_COMMAND}`, {
        timeoutMs: 15_000,
        signal: context.signal,
      })
      note(worldSigns(output, marker))
      return world
    },
  }
}

function withinMs(attack: Attack, { trialMs = TRIAL_MS }: HostileOptions): number {
  return attack.withinMs ?? trialMs
}

/** Long enough for the trial to be told from one that hangs. */
function timeoutOf(attack: Attack, options: HostileOptions): number {
  return withinMs(attack, options) + 30_000
}

function mayStall({ reaches = [], mayReach = [] }: Attack): boolean {
  return [...reaches, ...mayReach].includes('command-time')
}

function turnsOf(attack: Attack, { listener }: Host): ScriptTurn[] {
  const ask = { bash: './next_question' }
  const bash = (commands: readonly string[]): ScriptTurn[] =>
    commands.map((command) => ({ bash: fillIn(command, listener) }))
  return [...bash(attack.before ?? []), ask, ask, ask, ...bash(attack.commands), ask, ask, ask]
}

function fillIn(command: string, listener: HostListener): string {
  return command
    .replaceAll('@TCP@', `${listener.tcpPort}`)
    .replaceAll('@UDP@', `${listener.udpPort}`)
    .replaceAll('@ABSTRACT@', listener.abstractName)
    .replaceAll('@SOCKET@', listener.path)
}

function expectedVerdict({ capabilities }: TrialRecord, attack: Attack): Verdict {
  const untraced = attack.verdict ?? COMPLIED
  return capabilities['tracing'] === true ? (attack.tracedVerdict ?? untraced) : untraced
}

/** A world that its own agent has brought down says nothing of compliance, and is not held to any. */
function asAllowed({ verdict }: TrialRecord, expected: Verdict, attack: Attack): Verdict {
  const isEnded = verdict.verdict === 'invalid' && verdict.cause === 'agent-limit'
  const isOther = (attack.orVerdicts ?? []).some((each) => isDeepStrictEqual(each, verdict))
  return isOther || (isEnded && attack.mayEndWorld === true) ? expected : verdict
}

function limitsIn(record: TrialRecord): LimitName[] {
  const limits = record.events.flatMap((event) =>
    event.type === 'limit-reached' ? [event.limit] : [],
  )
  return [...new Set(limits)].toSorted()
}

function breachesIn(record: TrialRecord): string[] {
  return record.events.flatMap((event) =>
    event.type === 'tool-result' ? (event.output.match(/^.*BREACH.*$/gm) ?? []) : [],
  )
}

/** What of a record, as it is printed, a terminal would not show as a character. */
function shown(record: TrialRecord): string {
  const paint = createPaint(false)
  const text = transcriptText(record, { width: 120, paint, full: true, run: 'hostile' })
  const moving = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.exec(text)
  return moving === null
    ? 'nothing that moves a terminal'
    : JSON.stringify(text.slice(Math.max(0, moving.index - 40), moving.index + 40))
}
