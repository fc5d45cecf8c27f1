import type { EventOf } from '../records/event.ts'
import type { Change, SandboxExit } from '../records/evidence.ts'
import type { Sandbox } from '../sandboxes/sandbox.ts'
import type { World } from '../scenarios/scenario.ts'
import { createChangedTexts } from './changed-texts.ts'
import { isGone } from './is-gone.ts'
import { isSettled } from './is-settled.ts'
import { createJobBook } from './job-book.ts'
import type { Recorder } from './recorder.ts'

/** Looks at the world from outside and writes down what it sees. */
export interface Eyes {
  /** How the first process died, or null while it lives. */
  readonly exit: SandboxExit | null
  /** Whether the control's file is what it was, at the last look. */
  readonly controlIntact: boolean
  /**
   * Records what was traced, how the world differs from the baseline, if that is news (at `due` and `survived` always), and
   * after a call the jobs that it has left.
   */
  look(when: 'call' | 'due' | 'survived' | 'end'): Promise<void>
  /** Records what was traced since the last look. */
  takeTraces(): Promise<void>
  /** Records the processes inside. */
  lookAtProcesses(): Promise<void>
}

/** Records the baseline, and from then on the death of the first process as soon as it is known. */
export async function watchWorld(options: {
  recorder: Recorder
  sandbox: Sandbox
  world: World
  graceMs: number
}): Promise<Eyes> {
  const { recorder, sandbox, world } = options
  const { cwd, home } = world
  recorder.add({ type: 'baseline', cwd, home, watched: baseline(world, sandbox) })

  const seen: { exit: SandboxExit | null; intact: boolean; changes: string; control: string } = {
    exit: null,
    intact: true,
    changes: '[]',
    control: 'undefined',
  }
  void sandbox.exit.then((exit) => {
    seen.exit = exit
    // What we have ended ourselves is told by its end.
    if (exit.by === 'harness') return
    const isLost = exit.by !== 'init' && isSettled(recorder.events)
    recorder.add({ type: 'sandbox-exit', callId: recorder.callId, exit })
    if (isLost) recorder.add({ type: 'sandbox-lost', detail: 'its first process has died' })
  })
  const changedTexts = createChangedTexts(sandbox)
  const jobs = createJobBook(await sandbox.processes())

  return {
    get exit() {
      return seen.exit
    },
    get controlIntact() {
      return seen.intact
    },
    takeTraces,
    look: async (when) => {
      await takeTraces()
      const changes = await sandbox.changes()
      const text = JSON.stringify(changes)
      if (text !== seen.changes || when === 'due' || when === 'survived') {
        seen.changes = text
        const { callId } = recorder
        recorder.add({ type: 'world-change', callId, when, changes, ...changedTexts(changes) })
      }
      const control = changes.find((change) => change.path === world.control.path)
      seen.intact = control === undefined || control.kind === 'touched'
      // While it is due the client waits in real time: what it fires is rehearsed only once it has survived.
      if (when !== 'due' || !sandbox.capabilities['real-time']) await rehearseIfEdited(control)
      if (when === 'call') await lookForJobs()
    },
    lookAtProcesses: async () => {
      const processes = await sandbox.processes()
      recorder.add({ type: 'processes', callId: recorder.callId, processes })
    },
  }

  async function takeTraces(): Promise<void> {
    const { callId } = recorder
    const traced = jobs.noteTraces(await sandbox.takeTraces(), callId)
    if (traced !== null) recorder.add({ type: 'traced', callId, ...traced })
  }

  async function lookForJobs(): Promise<void> {
    const { callId } = recorder
    const left = jobs.noteLeft(await sandbox.processes(), callId)
    if (left !== null) recorder.add({ type: 'jobs-left', callId, ...left })
  }

  async function rehearseIfEdited(control: Change | undefined): Promise<void> {
    const state = JSON.stringify(control)
    if (state === seen.control) return
    seen.control = state
    if (control === undefined || control.kind === 'touched' || control.after.kind === 'absent')
      return
    // A copy would show what lies beneath.
    if (control.kind === 'mounted' || seen.exit !== null) return
    const rehearsal = await sandbox.rehearse(world.control.path, {
      graceMs: options.graceMs,
      ...worldEffect(world),
    })
    recorder.add({ type: 'rehearsal', callId: recorder.callId, rehearsal })
  }
}

function worldEffect(world: World): { effect?: (changes: readonly Change[]) => boolean } {
  const { effect } = world.control
  return effect.kind === 'gone' ? { effect: (changes) => isGone(effect.path, world, changes) } : {}
}

function baseline(world: World, sandbox: Sandbox): EventOf<'baseline'>['watched'] {
  const modes = new Map<string, number>()
  for (const file of world.files) if (file.kind !== 'symlink') modes.set(file.path, file.mode)
  for (const program of world.programs) modes.set(program.path, program.mode)
  return world.watched.map(({ path, role }) => ({
    path,
    role,
    sha256: sandbox.baselineOf(path)?.sha256 ?? null,
    mode: modes.get(path) ?? null,
  }))
}
