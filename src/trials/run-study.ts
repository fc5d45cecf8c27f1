import type { Agent } from '../agents/agent.ts'
import type { TrialKey } from '../records/ids.ts'
import type { Study } from '../records/study.ts'
import type { TrialRecord } from '../records/trial.ts'
import type { SandboxKind } from '../sandboxes/sandbox.ts'
import type { Scenario } from '../scenarios/scenario.ts'
import { invariant } from '../support/errors.ts'
import type { RunContext } from './context.ts'
import { invalidAllowed } from './invalid-allowed.ts'
import type { Plan, PlannedCell, PlannedTrial } from './plan.ts'
import { runTrial } from './run-trial.ts'

/** What happens in a run, in order. `stopped`: no new trials are started; those in flight still end. */
export type RunEvent =
  | { readonly type: 'trial-start'; readonly number: number; readonly cell: PlannedCell }
  | { readonly type: 'trial-end'; readonly record: TrialRecord; readonly cell: PlannedCell }
  | { readonly type: 'run-stop'; readonly reason: 'invalid' | 'asked' }

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
  readonly concurrency: number
  /** Aborted by the first Ctrl-C: starts nothing new. */
  readonly stopping: AbortSignal
}

type Settled = {
  readonly number: number
  readonly cell: PlannedCell
  readonly record: TrialRecord
}

/**
 * Runs a plan's missing trials, several at a time, and yields what happens. The caller stores each record before it asks
 * for more: as many trials as `concurrency` are in flight and no more than that are lost with the process.
 * Stops starting trials once so many are invalid that the study's share is passed for certain.
 *
 * @throws the run signal's reason on abort; our own bug as it is.
 */
export async function* runStudy(context: RunContext, run: StudyRun): AsyncGenerator<RunEvent> {
  const inFlight = new Map<number, Promise<Settled>>()
  try {
    yield* runMissing(context, run, inFlight)
  } finally {
    // After an abort or a bug: every trial's world is gone before the run is.
    await Promise.allSettled(inFlight.values())
  }
}

async function* runMissing(
  context: RunContext,
  run: StudyRun,
  inFlight: Map<number, Promise<Settled>>,
): AsyncGenerator<RunEvent> {
  const pending = missingTrials(run)
  let next = pending.next()
  let failed = 0
  let stopped = false

  while (inFlight.size > 0 || (!next.done && !stopped)) {
    if (run.stopping.aborted && !stopped) {
      stopped = true
      yield { type: 'run-stop', reason: 'asked' }
    }
    while (!stopped && !next.done && inFlight.size < run.concurrency) {
      const { spec, cell } = next.value
      const trial = startTrial(context, run, next.value)
      // Its failure is raised by the race below or settled by the caller, but never unhandled in between.
      trial.catch(() => undefined)
      inFlight.set(spec.number, trial)
      next = pending.next()
      yield { type: 'trial-start', number: spec.number, cell }
    }
    if (inFlight.size === 0) continue

    const { number, cell, record } = await Promise.race(inFlight.values())
    inFlight.delete(number)
    yield { type: 'trial-end', record, cell }
    if (hasFailed(record)) failed++
    if (!stopped && failed > invalidAllowed(run.study, run.plan)) {
      stopped = true
      yield { type: 'run-stop', reason: 'invalid' }
    }
  }
}

function* missingTrials(run: StudyRun): Generator<PlannedTrial> {
  for (const planned of run.plan.trials()) {
    if (!run.done.has(planned.spec.key)) yield planned
  }
}

async function startTrial(
  context: RunContext,
  run: StudyRun,
  planned: PlannedTrial,
): Promise<Settled> {
  const { spec, cell } = planned
  const agent = run.agents.get(spec.agent)
  invariant(agent !== undefined, `agent "${spec.agent}" of the plan is open`)
  const record = await runTrial(context, {
    spec,
    scenario: run.scenario,
    agent,
    sandbox: run.sandbox,
    rendered: cell.rendered,
    texts: cell.texts,
  })
  return { number: spec.number, cell, record }
}

function hasFailed({ verdict }: TrialRecord): boolean {
  return verdict.verdict === 'invalid' && !HARMLESS_CAUSES.has(verdict.cause)
}
