import type { RunStatus } from '../../records/run.ts'
import type { RunWriter } from '../../store/store.ts'
import { type Budget, createBudget } from '../../trials/budget.ts'
import type { Pace } from '../../trials/pace.ts'
import { createPause } from '../../trials/pause.ts'
import { type RunEvent, runStudy } from '../../trials/run-study.ts'
import { askToStop, GivenUp } from '../ask-to-stop.ts'
import type { CommandContext } from '../command-context.ts'
import type { ReadyStudy } from '../study/resolve-study.ts'
import { isCrowded } from './is-crowded.ts'
import { createOutsideBook } from './outside-book.ts'
import { createProgress } from './progress.ts'
import { runName } from './run-name.ts'
import { createPace, sandboxesAtOnce } from './sandboxes-at-once.ts'
import { spentSoFar } from './spent-so-far.ts'
import { watchWishes } from './watch-wishes.ts'
import { createWorkClock, type WorkClock } from './work-clock.ts'

/** The time that a sitting has taken is written down this often: a process that is killed loses no more than that. */
const WORKED_EVERY_MS = 5_000
const BREATH_EVERY_MS = 20

/** How a run has ended: what is also in its file, and why it did before its time. */
export interface RunEnd {
  readonly status: RunStatus
  readonly stop: RunStop | null
  readonly money: Pick<Budget, 'spentUsd' | 'overUsd'>
}
export type RunStop = Pick<RunEvent & { type: 'run-stop' }, 'reason' | 'detail'>

const STATUS_AFTER: Readonly<Record<RunStop['reason'], RunStatus>> = {
  invalid: 'stopped',
  refused: 'stopped',
  budget: 'capped',
  asked: 'interrupted',
}

/**
 * Runs the trials of a study that its file does not hold yet, storing each before more are asked for. The first Ctrl-C
 * lets those in flight end, the second gives them up. What somebody beside it wants is read from its file: to pause, to go on, and
 * to stop, which is the first Ctrl-C.
 *
 * @param options.maxSandboxes the most trials at once that the user wants
 * @param options.capUsd of all sittings of the run together
 * @throws HarnessError (source `store`) when a trial could not be stored; our own bug as it is
 */
export async function executeRun(
  context: CommandContext,
  ready: ReadyStudy,
  options: {
    readonly writer: RunWriter
    readonly maxSandboxes: number | undefined
    readonly capUsd: number | null
  },
): Promise<RunEnd> {
  const { writer, capUsd } = options
  const { connections } = ready
  const stopping = new AbortController()
  const ending = new AbortController()
  const before = await spentSoFar(writer)
  const budget: Budget = createBudget({
    capUsd,
    spentUsd: before.usd,
    onChange: () => {
      if (capUsd !== null) outside.changed()
    },
  })
  const outside = createOutsideBook(writer, {
    budget: () => budget,
    beforeUsd: before.outsideUsd,
  })
  const pace = paceOf(context, ready, options.maxSandboxes)
  const pause = createPause()
  const workClock = createWorkClock(context.clock)
  let inFlight = 0
  const restIfIdle = (): void => workClock.rest(pause.isOn && inFlight === 0)
  const goOn = `${context.program} signal ${runName(writer.header, writer.file)} go`
  using progress = createProgress(context, {
    study: ready.study,
    cells: ready.plan.cells,
    size: ready.plan.size,
    stored: await writer.cells(),
    looks: await writer.looks(),
    workedMs: workClock.elapsedMs,
    paused: () => (pause.isOn && !stopping.signal.aborted ? `paused; to go on: ${goOn}` : null),
    supplies: () => ({
      lanes: connections.lanes(),
      sandboxes: { inFlight, limit: pace.limit },
      money: budget,
    }),
  })
  const interrupt = (): void =>
    askToStop(progress, { stopping, ending }, { title: 'The run', pieces: 'the trials in flight' })
  using _interrupts = context.onInterrupt(interrupt)
  using _wishes = watchWishes(writer, {
    pause: () => {
      pause.begin()
      restIfIdle()
      progress.say(`Paused from outside: no trial is begun. To go on: ${goOn}`)
    },
    go: () => {
      progress.say('Going on, as asked from outside.')
      pause.end()
      restIfIdle()
    },
    stop: () => {
      if (stopping.signal.aborted) return
      progress.say('Asked from outside to stop.')
      interrupt()
    },
    // Where it cannot be read, no trial could be stored either.
    fail: (error) => ending.abort(error),
  })
  const worked = stopwatch(workClock, writer)
  const breath = breather(context)
  await writer.setStatus('running')

  try {
    const stop = await runAll()
    return await endAs(stop === null ? 'finished' : STATUS_AFTER[stop.reason], stop)
  } catch (error) {
    if (!(error instanceof GivenUp)) throw error
    return await endAs('interrupted', null)
  }

  async function endAs(status: RunStatus, stop: RunStop | null): Promise<RunEnd> {
    await worked.writeDown()
    await outside.written()
    await writer.setStatus(status)
    return { status, stop, money: budget }
  }

  async function runAll(): Promise<RunStop | null> {
    let stop: RunStop | null = null
    const events = runStudy(
      { clock: context.clock, signal: ending.signal },
      {
        study: ready.study,
        plan: ready.plan,
        scenario: ready.scenario,
        agents: ready.agents,
        sandbox: ready.sandbox.kind,
        done: await writer.keys(),
        seen: { cells: await writer.cells(), looks: await writer.looks() },
        pace,
        budget,
        pause,
        crowded: () => connections.lanes().some(isCrowded),
        stopping: stopping.signal,
      },
    )
    for await (const event of events) {
      switch (event.type) {
        case 'trial-start':
          if (capUsd !== null) await outside.written()
          inFlight++
          restIfIdle()
          progress.trialStarted()
          break
        case 'trial-end':
          await store(event.record)
          inFlight--
          restIfIdle()
          progress.trialEnded(event.record, event.cell)
          await worked.writeDownNowAndThen()
          await breath()
          break
        case 'trial-void':
          inFlight--
          restIfIdle()
          break
        case 'look':
          await writer.addLook(event.look)
          progress.looked(event.look)
          break
        case 'run-stop':
          stop = event
          break
        default:
          event satisfies never
      }
    }
    return stop
  }

  async function store(record: Parameters<RunWriter['append']>[0]): Promise<void> {
    try {
      await writer.append(context.redact(record))
    } catch (error) {
      // What can no longer be stored need not be waited for.
      ending.abort(error)
      throw error
    }
  }
}

function paceOf(
  context: CommandContext,
  { study, sandbox, remote }: ReadyStudy,
  asked: number | undefined,
): Pace {
  const { capabilities } = sandbox.availability
  const { memoryBytes } = study.limits
  return createPace(
    context,
    sandboxesAtOnce({ remote, capabilities, memoryBytes, asked }),
    capabilities,
  )
}

function stopwatch(
  clock: Pick<WorkClock, 'elapsedMs'>,
  writer: RunWriter,
): { writeDown(): Promise<void>; writeDownNowAndThen(): Promise<void> } {
  let sinceMs = clock.elapsedMs()
  const writeDown = async (): Promise<void> => {
    const nowMs = clock.elapsedMs()
    await writer.addWorkedMs(nowMs - sinceMs)
    sinceMs = nowMs
  }
  return {
    writeDown,
    writeDownNowAndThen: async () => {
      if (clock.elapsedMs() - sinceMs >= WORKED_EVERY_MS) await writeDown()
    },
  }
}

/**
 * Trials of a simulated machine never wait for anything outside this process: without a pause, neither Ctrl-C nor a
 * timer would get its turn before the last of them.
 */
function breather({ clock }: Pick<CommandContext, 'clock'>): () => Promise<void> {
  let sinceMs = clock.elapsedMs()
  return async () => {
    if (clock.elapsedMs() - sinceMs < BREATH_EVERY_MS) return
    await new Promise(setImmediate)
    sinceMs = clock.elapsedMs()
  }
}
