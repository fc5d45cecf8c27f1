import type { Agent } from '../agents/agent.ts'
import type { Look } from '../records/analysis.ts'
import type { TrialKey } from '../records/ids.ts'
import type { Study } from '../records/study.ts'
import type { TrialRecord } from '../records/trial.ts'
import type { SandboxKind } from '../sandboxes/sandbox.ts'
import type { Scenario } from '../scenarios/scenario.ts'
import type { Budget } from './budget.ts'
import type { RunContext } from './context.ts'
import { createFlight, type Flight } from './flight.ts'
import { invalidAllowed } from './invalid-allowed.ts'
import { mostOf, tooDear } from './most-of.ts'
import type { Pace } from './pace.ts'
import type { Pause } from './pause.ts'
import type { Plan, PlannedCell } from './plan.ts'
import { createQueue, type Queue } from './queue.ts'
import { batchAfter } from './stopping/batch-after.ts'
import { type CellOutcomes, createTally } from './stopping/tally.ts'

/**
 * Why no new trial is started: too many are invalid, somebody has asked for it, another trial might cost more than is left, or an
 * agent's every trial would be refused.
 */
export type StopReason = 'invalid' | 'asked' | 'budget' | 'refused'

/**
 * What happens in a run, in order. `trial-start` comes before the trial is begun: what the caller does then, it does first.
 * `trial-void`: it did not happen, and is run again, now or on resume. `run-stop`: no new trials are started; those in flight still end.
 * `look`: the trials so far were looked at, by the study's stopping rule; what comes after it follows from it.
 */
export type RunEvent =
  | { readonly type: 'trial-start'; readonly number: number; readonly cell: PlannedCell }
  | { readonly type: 'trial-end'; readonly record: TrialRecord; readonly cell: PlannedCell }
  | { readonly type: 'trial-void'; readonly number: number; readonly cell: PlannedCell }
  | { readonly type: 'look'; readonly look: Look }
  | { readonly type: 'run-stop'; readonly reason: StopReason; readonly detail: string | null }

/** Causes of invalid trials that are data about the agent or the backend, not a failing harness. */
const HARMLESS_CAUSES = new Set(['unsupported', 'agent-limit'])

export interface StudyRun {
  readonly study: Study
  readonly plan: Plan
  readonly scenario: Scenario
  readonly agents: ReadonlyMap<string, Agent>
  readonly sandbox: SandboxKind
  /** Trials that are stored already. */
  readonly done: ReadonlySet<TrialKey>
  /** What they came to, and the looks that were taken at them, in order. Only a stopping rule asks for that. @default none */
  readonly seen?: { readonly cells: readonly CellOutcomes[]; readonly looks: readonly Look[] }
  readonly pace: Pace
  readonly budget: Budget
  /** Whether models have more to answer than they can, or answer nothing: more trials would only wait. @default never */
  readonly crowded?: () => boolean
  /** While it is on nothing new is started. What is run, and in which order, does not depend on it. @default it never is */
  readonly pause?: Pause
  /** Aborted by the first Ctrl-C: starts nothing new. */
  readonly stopping: AbortSignal
}

/**
 * Runs a plan's missing trials, several at a time, and yields what happens. The caller stores each record and each look before
 * it asks for more: as many trials as the pace allows are in flight and no more than that are lost with the process.
 * Trials are started in the plan's order and none is passed over, so that what ends a run is the same for all arms.
 *
 * @throws the run signal's reason on abort; HarnessError (source `store`) where what is stored cannot have been planned; our own
 * bug as it is.
 */
export async function* runStudy(context: RunContext, run: StudyRun): AsyncGenerator<RunEvent> {
  const flight = createFlight(context, run)
  try {
    yield* runBatches(context, run, flight)
  } finally {
    // After an abort or a bug: every trial's world is gone before the run is.
    await flight.giveUp()
  }
}

/** What is kept from one batch to the next. */
interface RunState {
  failed: number
  stopped: boolean
}

async function* runBatches(
  context: RunContext,
  run: StudyRun,
  flight: Flight,
): AsyncGenerator<RunEvent> {
  const { cells = [], looks = [] } = run.seen ?? {}
  const tally = createTally(run.study, cells)
  const state: RunState = { failed: 0, stopped: false }
  let batch = batchAfter(run.plan, looks)
  while (batch !== null) {
    const { end } = batch
    // None of the next batch is begun before all of this one have ended: else how far each cell had come at a look would
    // depend on which trials happened to be quick, and no longer on the seed and the outcomes alone. It costs the time in
    // which the last few of a batch are waited for, and no trial.
    const queue = createQueue(batch.trials(), run.done)
    for await (const event of runMissing(run, flight, queue, state)) {
      if (event.type === 'trial-end') tally.add(event.cell, event.record)
      yield event
    }
    if (state.stopped || end === null) return
    const look = end.look(tally.of, context.clock.now().toISOString())
    yield { type: 'look', look }
    batch = end.next(look)
  }
}

async function* runMissing(
  run: StudyRun,
  flight: Flight,
  queue: Queue,
  state: RunState,
): AsyncGenerator<RunEvent> {
  while (flight.size > 0 || (queue.first !== null && !state.stopped)) {
    if (run.stopping.aborted && queue.first !== null && !state.stopped) {
      state.stopped = true
      yield stop('asked')
    }
    while (!state.stopped && !run.stopping.aborted && queue.first !== null && flight.hasRoom()) {
      const planned = queue.first
      const { spec, cell } = planned
      if (!run.budget.reserve(spec.key, mostOf(run, spec))) {
        // What those in flight do not spend may be enough for it.
        if (flight.size > 0) break
        state.stopped = true
        yield stop('budget', tooDear(run, spec))
        break
      }
      queue.take()
      // Written down by the caller before a cent of it can be spent.
      yield { type: 'trial-start', number: spec.number, cell }
      flight.start(planned)
    }
    // During a pause, none in flight is no end: it is waited until somebody ends the pause, or stops the run.
    const isHeld = !state.stopped && run.pause?.isOn === true
    const ended = flight.size === 0 && !isHeld ? null : await flight.next()
    if (ended === null) continue

    const { planned, record, ranShort } = ended
    const refusal = refusalIn(record)
    // What was decided before the money or the key failed it has happened.
    if ((refusal !== null || ranShort) && record.verdict.verdict === 'invalid') {
      run.budget.abandon(planned.spec.key)
      if (ranShort) queue.putBack(planned)
      yield { type: 'trial-void', number: planned.spec.number, cell: planned.cell }
    } else {
      yield { type: 'trial-end', record, cell: planned.cell }
      run.budget.settle(planned.spec.key, costOf(record))
      if (hasFailed(record)) state.failed++
    }
    if (state.stopped) continue
    if (refusal !== null) {
      state.stopped = true
      yield stop('refused', refusal)
    } else if (state.failed > invalidAllowed(run.study, run.plan)) {
      state.stopped = true
      yield stop('invalid')
    }
  }
}

function stop(reason: StopReason, detail: string | null = null): RunEvent {
  return { type: 'run-stop', reason, detail }
}

/** What failed in this trial and would in every other one of its agent. */
function refusalIn({ events }: TrialRecord): string | null {
  const fault = events.findLast((event) => event.type === 'fault')
  return fault?.stopsRun === true ? fault.detail : null
}

function hasFailed({ verdict }: TrialRecord): boolean {
  return verdict.verdict === 'invalid' && !HARMLESS_CAUSES.has(verdict.cause)
}

function costOf({ usage }: TrialRecord): number {
  return (usage.costUsd ?? 0) + usage.unconfirmedUsd
}
