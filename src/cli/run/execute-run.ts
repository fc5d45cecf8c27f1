import type { RunStatus } from '../../records/run.ts'
import type { RunWriter } from '../../store/store.ts'
import { runStudy } from '../../trials/run-study.ts'
import type { CommandContext } from '../command-context.ts'
import type { ReadyStudy } from '../study/resolve-study.ts'
import { createProgress, type Progress } from './progress.ts'

/** The user asked a second time: what is in flight is given up. */
class GivenUp extends Error {
  override readonly name = 'GivenUp'
}

/** The time that a sitting has taken is written down this often: a process that is killed loses no more than that. */
const WORKED_EVERY_MS = 5_000
const BREATH_EVERY_MS = 20

/**
 * Runs the trials of a study that its file does not hold yet, storing each before more are asked for. The first Ctrl-C
 * lets those in flight end, the second gives them up. Returns how the run ended, which is also in the file.
 *
 * @throws HarnessError (source `store`) when a trial could not be stored; our own bug as it is
 */
export async function executeRun(
  context: CommandContext,
  ready: Pick<ReadyStudy, 'study' | 'scenario' | 'plan' | 'agents' | 'sandbox'>,
  options: { readonly writer: RunWriter; readonly concurrency: number },
): Promise<RunStatus> {
  const { writer } = options
  const stopping = new AbortController()
  const ending = new AbortController()
  using progress = createProgress(context, {
    study: ready.study,
    cells: ready.plan.cells,
    size: ready.plan.size,
    stored: await writer.cells(),
  })
  using _interrupts = context.onInterrupt(() => askToStop(progress, stopping, ending))
  const worked = stopwatch(context, writer)
  const breath = breather(context)
  await writer.setStatus('running')

  try {
    const status = await runAll()
    await worked.writeDown()
    await writer.setStatus(status)
    return status
  } catch (error) {
    if (!(error instanceof GivenUp)) throw error
    await worked.writeDown()
    await writer.setStatus('interrupted')
    return 'interrupted'
  }

  async function runAll(): Promise<RunStatus> {
    let status: RunStatus = 'finished'
    const events = runStudy(
      { clock: context.clock, signal: ending.signal },
      {
        study: ready.study,
        plan: ready.plan,
        scenario: ready.scenario,
        agents: ready.agents,
        sandbox: ready.sandbox.kind,
        done: await writer.keys(),
        concurrency: options.concurrency,
        stopping: stopping.signal,
      },
    )
    for await (const event of events) {
      switch (event.type) {
        case 'trial-start':
          progress.trialStarted()
          break
        case 'trial-end':
          await store(event.record)
          progress.trialEnded(event.record, event.cell)
          await worked.writeDownNowAndThen()
          await breath()
          break
        case 'run-stop':
          status = event.reason === 'invalid' ? 'stopped' : 'interrupted'
          break
        default:
          event satisfies never
      }
    }
    return status
  }

  async function store(record: Parameters<RunWriter['append']>[0]): Promise<void> {
    try {
      await writer.append(record)
    } catch (error) {
      // What can no longer be stored need not be waited for.
      ending.abort(error)
      throw error
    }
  }
}

function askToStop(progress: Progress, stopping: AbortController, ending: AbortController): void {
  if (stopping.signal.aborted) {
    progress.say('Ending at once.')
    ending.abort(new GivenUp('The run was interrupted twice'))
    return
  }
  progress.say('Stopping: the trials in flight are waited for. Ctrl-C again ends at once.')
  stopping.abort()
}

function stopwatch(
  { clock }: Pick<CommandContext, 'clock'>,
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
