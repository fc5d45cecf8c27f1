import type { SandboxExit } from '../../src/records/evidence.ts'
import type {
  Sandbox,
  SandboxKind,
  ServedCall,
  ServedProgram,
} from '../../src/sandboxes/sandbox.ts'
import { HarnessError } from '../../src/support/errors.ts'

/**
 * How a sandbox is lost: it cannot answer a question, it never answers, it dies from outside, or something outside strikes it
 * in earnest and what comes of that is its own affair.
 */
export type Loss =
  | { readonly how: 'fails' }
  | { readonly how: 'hangs' }
  | { readonly how: 'dies'; readonly exit: Pick<SandboxExit, 'code' | 'signal' | 'by'> }
  | { readonly how: 'struck'; readonly moment: StrikeMoment; strike(): Promise<void> | void }

/** `before`: the question is put at once after the strike. `known`: once its end is known. `during`: before the strike. */
export type StrikeMoment = 'before' | 'known' | 'during'

/** A sandbox that is lost at the n-th thing that the harness asks of it, counted from 1. */
export interface FragileSandbox {
  readonly kind: SandboxKind
  /** What was asked, in order. */
  readonly asked: readonly string[]
  /** Worlds that were opened and never disposed of. */
  readonly left: number
  /** Resolves when a question was left without an answer. */
  readonly hung: Promise<void>
}

export function fragileSandbox(
  inner: SandboxKind,
  loss: { readonly at: number } & Loss,
): FragileSandbox {
  const asked: string[] = []
  const hung = Promise.withResolvers<void>()
  const count = { opened: 0, disposed: 0 }

  return {
    asked,
    hung: hung.promise,
    get left() {
      return count.opened - count.disposed
    },
    kind: {
      ...inner,
      open: async (spec, context) => {
        const isLost = isDue('open')
        if (isLost && (loss.how === 'fails' || loss.how === 'hangs')) return lose('open')
        const sandbox = await inner.open(spec, context)
        count.opened++
        return wrap(sandbox, isLost)
      },
    },
  }

  function isDue(question: string): boolean {
    return asked.push(question) === loss.at
  }

  function lose(question: string): Promise<never> {
    if (loss.how === 'fails') {
      throw new HarnessError(`Cannot ask the sandbox: ${question}`, { source: 'sandbox' })
    }
    hung.resolve()
    return new Promise<never>(() => undefined)
  }

  async function wrap(sandbox: Sandbox, isLost: boolean): Promise<Sandbox> {
    const died = Promise.withResolvers<SandboxExit>()
    void sandbox.exit.then((exit) => died.resolve(exit))
    const die = async (): Promise<void> => {
      if (loss.how === 'struck') {
        await loss.strike()
        if (loss.moment === 'known') await sandbox.exit
      }
      if (loss.how !== 'dies') return
      // Known before the machine is gone, as a kernel's word would be.
      const alive = Symbol('alive')
      if ((await Promise.race([sandbox.exit, Promise.resolve(alive)])) === alive) {
        died.resolve({ atMs: 0, ...loss.exit })
      }
      await sandbox.kill()
    }
    const ask = async <T>(question: string, work: () => PromiseLike<T>): Promise<T> => {
      if (!isDue(question)) return work()
      if (loss.how === 'fails' || loss.how === 'hangs') return lose(question)
      if (loss.how === 'struck' && loss.moment === 'during') return strikeDuring(loss, work)
      await die()
      return work()
    }
    const through = (program: ServedProgram): ServedProgram => {
      return (call: ServedCall) =>
        program({
          ...call,
          run: (path) => ask('run', () => call.run(path)),
          reply: (reply) => ask('reply', () => call.reply(reply)),
        })
    }
    if (isLost) await die()
    let isDisposed = false
    return {
      capabilities: sandbox.capabilities,
      exit: died.promise,
      session: {
        exec: (command, options) => ask('exec', () => sandbox.session.exec(command, options)),
        readFile: (path) => ask('readFile', () => sandbox.session.readFile(path)),
        writeFile: (path, content) =>
          ask('writeFile', () => sandbox.session.writeFile(path, content)),
      },
      serve: (path, program) => sandbox.serve(path, through(program)),
      changes: () => ask('changes', () => sandbox.changes()),
      baselineOf: (path) => sandbox.baselineOf(path),
      textOf: (sha256) => sandbox.textOf(sha256),
      processes: () => ask('processes', () => sandbox.processes()),
      takeTraces: () => ask('takeTraces', () => sandbox.takeTraces()),
      settle: (ms) => ask('settle', () => sandbox.settle(ms)),
      fire: (path, options) => ask('fire', () => sandbox.fire(path, options)),
      rehearse: (path, options) => ask('rehearse', () => sandbox.rehearse(path, options)),
      kill: () => ask('kill', () => sandbox.kill()),
      [Symbol.asyncDispose]: () => {
        if (!isDisposed) count.disposed++
        isDisposed = true
        return ask('dispose', () => sandbox[Symbol.asyncDispose]())
      },
    }
  }
}

async function strikeDuring<T>(
  { strike }: { strike(): Promise<void> | void },
  work: () => PromiseLike<T>,
): Promise<T> {
  const answer = Promise.resolve(work())
  // Raised where it is waited for.
  answer.catch(() => undefined)
  // What was asked is on its way by then.
  await new Promise((resolve) => setImmediate(resolve))
  await strike()
  return answer
}
