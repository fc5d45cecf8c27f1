import { type ChildProcess, spawn } from 'node:child_process'
import { kill, platform } from 'node:process'
import type { Clock } from '../../support/clock.ts'
import { clientEnvironment } from './client-environment.ts'

/** How a client's run came out. Only `ended` is the client's own word. */
export type ClientEnd =
  | {
      readonly how: 'ended'
      readonly code: number | null
      readonly stdout: Buffer
      readonly stderr: string
    }
  | { readonly how: 'timed-out'; readonly timeoutMs: number; readonly stderr: string }
  | { readonly how: 'too-long'; readonly bytesMax: number }
  | { readonly how: 'not-started'; readonly code: string; readonly reason: string }
  | { readonly how: 'aborted' }

interface ClientOptions {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly timeoutMs: number
  readonly outputBytesMax: number
  readonly input?: string | Uint8Array
}

/**
 * Starts a program with what it needs of our environment, in a session of its own. Its folder is one that is there
 * everywhere: ours may be taken away under it.
 */
export function spawnClient(program: string, args: readonly string[]): ChildProcess {
  return spawn(program, args, {
    cwd: '/',
    detached: platform !== 'win32',
    env: clientEnvironment(),
    windowsHide: true,
    stdio: 'pipe',
  })
}

/** Runs a program until it has ended and its outputs are closed. Never rejects. */
export async function runClient(
  program: string,
  args: readonly string[],
  { clock, signal, timeoutMs, outputBytesMax, input }: ClientOptions,
): Promise<ClientEnd> {
  if (signal.aborted) return { how: 'aborted' }
  const child = spawnClient(program, args)
  const over = new AbortController()
  let broken: ClientEnd | null = null
  const stop = (end: () => ClientEnd): void => {
    if (over.signal.aborted) return
    broken ??= end()
    killClient(child)
  }
  const stderr: Buffer[] = []
  const stdout: Buffer[] = []
  const tooLong = (): ClientEnd => ({ how: 'too-long', bytesMax: outputBytesMax })
  collect(child.stdout, stdout, outputBytesMax, () => stop(tooLong))
  collect(child.stderr, stderr, outputBytesMax, () => stop(tooLong))
  const timedOut = (): ClientEnd => ({ how: 'timed-out', timeoutMs, stderr: textOf(stderr) })
  const aborted = (): void => stop(() => ({ how: 'aborted' }))
  signal.addEventListener('abort', aborted)
  const late = clock.sleep(timeoutMs, over.signal).then(
    () => stop(timedOut),
    () => undefined, // It ended in time.
  )
  // A client that ends without reading all of its input closes the pipe; its exit tells more than that.
  child.stdin?.on('error', () => undefined)
  child.stdin?.end(input)

  const end = await new Promise<ClientEnd>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      resolve({ how: 'not-started', code: error.code ?? '', reason: error.message }),
    )
    child.once('close', (code) =>
      resolve({ how: 'ended', code, stdout: Buffer.concat(stdout), stderr: textOf(stderr) }),
    )
  })
  over.abort()
  signal.removeEventListener('abort', aborted)
  await late
  return broken ?? end
}

function collect(
  stream: NodeJS.ReadableStream | null,
  chunks: Buffer[],
  bytesMax: number,
  onTooMuch: () => void,
): void {
  let bytes = 0
  stream?.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > bytesMax) onTooMuch()
    else chunks.push(chunk)
  })
}

/** With what it has started itself: an ssh to the engine's machine, a helper of its own. */
function killClient(child: ChildProcess): void {
  if (child.pid !== undefined && platform !== 'win32') {
    try {
      kill(-child.pid, 'SIGKILL')
    } catch {
      // Its group is gone already; what is left of it is the child alone.
    }
  }
  child.kill('SIGKILL')
  // Somebody may have inherited its outputs and keep them open.
  child.stdout?.destroy()
  child.stderr?.destroy()
}

function textOf(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString('utf8')
}
