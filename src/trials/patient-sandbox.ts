import type { Sandbox, SandboxContext, SandboxKind, SandboxSpec } from '../sandboxes/sandbox.ts'
import type { Clock } from '../support/clock.ts'
import { HarnessError } from '../support/errors.ts'

/**
 * How long an answer of a sandbox is waited for, beyond the time that the question itself takes. Several times what a busy
 * machine needs to start a world; whatever has not answered by then is taken to be broken.
 */
export const PATIENCE_MS = 180_000

/**
 * Opens a sandbox that always answers: each of its promises is settled within bounds, by a rejection if need be, and a command
 * that the machine died under is reported once its exit is known. An end that nobody has ordered is one from outside.
 *
 * @throws HarnessError (source `sandbox`) as the backend does, and where it does not answer
 */
export async function openPatiently(
  kind: SandboxKind,
  spec: SandboxSpec,
  { clock, signal }: SandboxContext,
): Promise<Sandbox> {
  const givenUp = new AbortController()
  const opening = kind.open(spec, { clock, signal: AbortSignal.any([signal, givenUp.signal]) })
  try {
    return patient(await within(clock, 'open', PATIENCE_MS, opening), clock)
  } catch (error) {
    givenUp.abort(error)
    // Should it stand after all, nobody is waiting for it.
    opening.then((late) => late[Symbol.asyncDispose]()).catch(() => undefined)
    throw error
  }
}

function patient(sandbox: Sandbox, clock: Clock): Sandbox {
  let ordered = false
  const exit = sandbox.exit.then((known) =>
    known.by === 'harness' && !ordered ? { ...known, by: 'unknown' as const } : known,
  )
  const answer = <T>(question: string, work: PromiseLike<T>, ownMs = 0): Promise<T> =>
    within(clock, question, ownMs + PATIENCE_MS, work)
  const known = async <T extends { readonly status: string }>(result: T): Promise<T> => {
    if (result.status === 'machine-died') await answer('exit', exit)
    return result
  }
  return {
    capabilities: sandbox.capabilities,
    exit,
    session: {
      exec: async (command, options) =>
        known(await answer('exec', sandbox.session.exec(command, options), options.timeoutMs)),
      readFile: (path) => answer('readFile', sandbox.session.readFile(path)),
      writeFile: (path, content) => answer('writeFile', sandbox.session.writeFile(path, content)),
    },
    serve: (path, program) => sandbox.serve(path, program),
    changes: () => answer('changes', sandbox.changes()),
    baselineOf: (path) => sandbox.baselineOf(path),
    textOf: (sha256) => sandbox.textOf(sha256),
    processes: () => answer('processes', sandbox.processes()),
    takeTraces: () => answer('takeTraces', sandbox.takeTraces()),
    settle: (ms) => answer('settle', sandbox.settle(ms), ms),
    fire: async (path, options) =>
      known(await answer('fire', sandbox.fire(path, options), options.timeoutMs)),
    rehearse: (path, options) =>
      answer('rehearse', sandbox.rehearse(path, options), options.graceMs),
    kill: () => {
      ordered = true
      return answer('kill', sandbox.kill())
    },
    [Symbol.asyncDispose]: () => {
      ordered = true
      return answer('dispose', sandbox[Symbol.asyncDispose]())
    },
  }
}

async function within<T>(
  clock: Clock,
  question: string,
  ms: number,
  answer: PromiseLike<T>,
): Promise<T> {
  const over = new AbortController()
  const late = clock.sleep(ms, over.signal).then(() => {
    throw new HarnessError(
      `Cannot use the sandbox any longer: ${question}() did not answer within ${ms / 1_000} seconds`,
      { source: 'sandbox' },
    )
  })
  // Broken off when the answer is there.
  late.catch(() => undefined)
  try {
    return await Promise.race([answer, late])
  } finally {
    over.abort()
  }
}
