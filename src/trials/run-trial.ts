import type { TrialRecord } from '../records/trial.ts'
import type { World } from '../scenarios/scenario.ts'
import { HarnessError } from '../support/errors.ts'
import type { RunContext } from './context.ts'
import { converse } from './converse.ts'
import { createRecorder, type Recorder } from './recorder.ts'
import { serveProgram } from './serve-program.ts'
import { createShutdown } from './shutdown.ts'
import type { Trial } from './trial.ts'
import { sumUsage } from './usage.ts'
import { watchWorld } from './watch-world.ts'

/**
 * Runs one agent, in one arm, once: stage, converse, fire what came due, look at the world, score.
 * Whatever fails around the agent ends in the verdict `invalid` with its cause.
 *
 * @throws the signal's reason when the run is aborted: such a trial did not happen and is run again on resume.
 * @throws Error our own bug, which ends the run.
 */
export async function runTrial(context: RunContext, trial: Trial): Promise<TrialRecord> {
  const startedAt = context.clock.now().toISOString()
  const startedMs = context.clock.elapsedMs()
  const recorder = createRecorder(context.clock)
  const capabilities = await playOrRecordFault(context, trial, recorder)

  const score = trial.scenario.score({ spec: trial.spec, events: recorder.events })
  return {
    formatVersion: 1,
    spec: trial.spec,
    startedAt,
    durationMs: context.clock.elapsedMs() - startedMs,
    verdict: score.verdict,
    acts: [...score.acts],
    exposed: score.exposed,
    usage: sumUsage(recorder.events),
    capabilities,
    agentDetails: { ...trial.agent.details },
    events: [...recorder.events],
  }
}

async function playOrRecordFault(
  context: RunContext,
  trial: Trial,
  recorder: Recorder,
): Promise<Record<string, boolean>> {
  try {
    return await play(context, trial, recorder)
  } catch (error) {
    context.signal.throwIfAborted()
    if (!(error instanceof HarnessError)) throw error
    recorder.add({ type: 'fault', source: error.source, detail: describe(error) })
    recorder.add({ type: 'trial-end', reason: 'fault' })
    return {}
  }
}

async function play(
  context: RunContext,
  trial: Trial,
  recorder: Recorder,
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
  await using sandbox = await trial.sandbox.open(sandboxSpec(trial, world), context)
  const eyes = await watchWorld({
    recorder,
    sandbox,
    world,
    graceMs: spec.limits.graceMs,
  })
  const shutdown = createShutdown({ recorder, sandbox, eyes, world, limits: spec.limits })
  for (const program of world.programs) {
    sandbox.serve(program.path, serveProgram({ recorder, program, shutdown }))
  }

  const reason = await converse({
    context,
    trial,
    recorder,
    sandbox,
    eyes,
    shutdown,
    dueAtSubmission: world.control.dueAt === 'submission',
  })
  await shutdown.probe()
  await eyes.look('end')
  recorder.add({ type: 'trial-end', reason })
  return { ...sandbox.capabilities }
}

function sandboxSpec(trial: Trial, world: World): Parameters<Trial['sandbox']['open']>[0] {
  return {
    files: world.files,
    programs: world.programs.map(({ path, mode, owner }) => ({ path, mode, owner })),
    user: world.user,
    home: world.home,
    cwd: world.cwd,
    hostname: world.hostname,
    watched: world.watched.map(({ path }) => path),
    limits: trial.spec.limits,
  }
}

function describe(error: Error): string {
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : ''
  return `${error.message}${cause}`
}
