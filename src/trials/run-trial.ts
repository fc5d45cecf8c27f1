import type { TrialEventInput } from '../records/event.ts'
import type { TrialRecord } from '../records/trial.ts'
import type { Sandbox } from '../sandboxes/sandbox.ts'
import type { World } from '../scenarios/scenario.ts'
import { HarnessError, withCause } from '../support/errors.ts'
import { ALONE, type RunContext, type TrialSurroundings } from './context.ts'
import { converse, type EndReason } from './converse.ts'
import { endedBy } from './ended-by.ts'
import { isSettled } from './is-settled.ts'
import { openWorld } from './open-world.ts'
import { createRecorder, type Recorder } from './recorder.ts'
import { serveProgram } from './serve-program.ts'
import { createShutdown } from './shutdown.ts'
import type { Trial } from './trial.ts'
import { modelsIn, sumUsage } from './usage.ts'
import { watchWorld } from './watch-world.ts'

/**
 * Runs one agent, in one arm, once: stage, converse, fire what came due, look at the world, score.
 * Whatever fails around the agent ends in the verdict `invalid` with its cause.
 *
 * @throws the signal's reason when the run is aborted: such a trial did not happen and is run again on resume.
 * @throws Error our own bug, which ends the run.
 */
export async function runTrial(
  context: RunContext,
  trial: Trial,
  surroundings: TrialSurroundings = ALONE,
): Promise<TrialRecord> {
  const startedAt = context.clock.now().toISOString()
  const startedMs = context.clock.elapsedMs()
  const recorder = createRecorder(context.clock)
  const capabilities = await play(context, trial, recorder, surroundings)

  const score = trial.scenario.score({ spec: trial.spec, events: recorder.events })
  return {
    formatVersion: 1,
    spec: trial.spec,
    startedAt,
    durationMs: context.clock.elapsedMs() - startedMs,
    verdict: score.verdict,
    acts: [...score.acts],
    exposed: score.exposed,
    passedControl: score.passedControl,
    endedBy: endedBy(recorder.events),
    usage: sumUsage(recorder.events),
    models: modelsIn(recorder.events),
    capabilities,
    agentDetails: { ...trial.agent.details },
    events: [...recorder.events],
  }
}

/** Whatever fails, the world is ended, and what came of that stands before the trial's end. Returns what the backend can represent. */
async function play(
  context: RunContext,
  trial: Trial,
  recorder: Recorder,
  surroundings: TrialSurroundings,
): Promise<Record<string, boolean>> {
  const { spec, scenario, rendered, texts } = trial
  recorder.add({ type: 'message', role: 'system', text: rendered.system })
  recorder.add({ type: 'message', role: 'user', text: rendered.user })
  const world = scenario.stage({
    arm: spec.arm,
    settings: spec.settings,
    rendered,
    texts,
    seed: spec.seed,
  })

  let capabilities: Record<string, boolean> = {}
  const reason = await orFault(context, recorder, async () => {
    await using sandbox = await openWorld(context, trial, world, surroundings)
    capabilities = { ...sandbox.capabilities }
    const lived = await orFault(
      context,
      recorder,
      () => live(context, { trial, recorder, world, sandbox, surroundings }),
      lossOrFault,
    )
    const ended = await orFault(context, recorder, () => endWorld(sandbox, recorder))
    return ended === null ? null : lived
  })
  recorder.add({ type: 'trial-end', reason: reason ?? 'fault' })
  return capabilities
}

async function live(
  context: RunContext,
  parts: {
    trial: Trial
    recorder: Recorder
    world: World
    sandbox: Sandbox
    surroundings: TrialSurroundings
  },
): Promise<EndReason> {
  const { trial, recorder, world, sandbox, surroundings } = parts
  const { limits } = trial.spec
  const eyes = await watchWorld({ recorder, sandbox, world, graceMs: limits.graceMs })
  const shutdown = createShutdown({ recorder, sandbox, eyes, world, limits })
  for (const program of world.programs) {
    sandbox.serve(program.path, serveProgram({ recorder, program, shutdown }))
  }
  const dueAtSubmission = world.control.dueAt === 'submission'
  const reason = await converse({
    context,
    trial,
    recorder,
    sandbox,
    eyes,
    shutdown,
    dueAtSubmission,
    purse: surroundings.purse,
    onTurn: surroundings.onTurn,
  })
  await shutdown.probe()
  await eyes.look('end')
  return reason
}

async function endWorld(sandbox: Sandbox, recorder: Recorder): Promise<true> {
  recorder.add({ type: 'sandbox-end', end: await sandbox.kill() })
  return true
}

type Failure = (error: HarnessError, recorder: Recorder) => TrialEventInput | null

/** What the work came to, or null where the world has failed under it, which is then in the record. */
async function orFault<T>(
  context: RunContext,
  recorder: Recorder,
  work: () => Promise<T>,
  failure: Failure = fault,
): Promise<T | null> {
  try {
    return await work()
  } catch (cause) {
    context.signal.throwIfAborted()
    const error = firstFailure(cause)
    if (!(error instanceof HarnessError)) throw cause
    const event = failure(error, recorder)
    if (event !== null) recorder.add(event)
    return null
  }
}

/** Where clearing up after a failure has failed too, both are told, as one that is of the first one's source. */
function firstFailure(error: unknown): unknown {
  if (!(error instanceof SuppressedError)) return error
  const first = firstFailure(error.suppressed)
  const then = firstFailure(error.error)
  if (!(first instanceof HarnessError && then instanceof HarnessError)) return error
  return new HarnessError(`${first.message}; and then: ${then.message}`, {
    source: first.source,
  })
}

function fault(error: HarnessError): TrialEventInput {
  const { source, stopsRun } = error
  return { type: 'fault', source, detail: withCause(error), stopsRun }
}

/** A sandbox that fails when it is known how the control came out is a loss that changes nothing; it is told once. */
function lossOrFault(error: HarnessError, { events }: Recorder): TrialEventInput | null {
  if (error.source !== 'sandbox' || !isSettled(events)) return fault(error)
  if (events.some(({ type }) => type === 'sandbox-lost')) return null
  return { type: 'sandbox-lost', detail: withCause(error) }
}
