import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, openSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { RunId } from '../../records/ids.ts'
import { HarnessError, UsageError } from '../../support/errors.ts'
import { packageDirectory } from '../../support/package-directory.ts'
import type { CommandContext } from '../command-context.ts'
import { EXIT } from '../exit-code.ts'
import { VIEW_TOKEN } from './view-token.ts'

/** How often the words of a run that is being started are looked at. */
const LOOK_EVERY_MS = 50

/** A run that goes on by itself: it does not end with the process that has started it. */
export interface BegunRun {
  readonly id: RunId
  readonly pid: number
  /** Whether its process is still there. */
  isRunning(): boolean
  /** Gives the file of its words another name. */
  nameWords(file: string): void
}

/**
 * Starts `run` or `resume` as a process of its own, with this process's variables, and waits until its run has begun. Whatever it
 * prints goes into a file: pipes would end it together with whoever reads them.
 *
 * @param options.argv without the program's name; it is never handed to a shell
 * @throws UsageError with the words of a command that could not begin
 */
export async function beginRun(
  { clock, environment }: Pick<CommandContext, 'clock' | 'environment'>,
  options: { readonly argv: readonly string[]; readonly folder: string },
): Promise<BegunRun> {
  let words = join(options.folder, `.started-${randomBytes(6).toString('hex')}.log`)
  const { child, pid } = await spawnInto(words, options.argv, environment)
  try {
    for (;;) {
      const text = readFileSync(words, 'utf8')
      const id = /^Run ([a-z0-9]+): /m.exec(text)?.[1]
      if (id !== undefined) return begun(RunId.parse(id))
      if (hasEnded(child)) throw startProblem(child, readFileSync(words, 'utf8'))
      await clock.sleep(LOOK_EVERY_MS)
    }
  } catch (error) {
    rmSync(words, { force: true })
    throw error
  }

  function begun(id: RunId): BegunRun {
    return {
      id,
      pid,
      isRunning: () => !hasEnded(child),
      nameWords: (file) => {
        renameSync(words, file)
        words = file
      },
    }
  }
}

function spawnInto(
  words: string,
  argv: readonly string[],
  environment: CommandContext['environment'],
): Promise<{ child: ChildProcess; pid: number }> {
  const out = openWords(words)
  const { [VIEW_TOKEN]: _, ...inherited } = environment
  return new Promise((resolve, reject) => {
    const program = join(packageDirectory(), 'bin', 'offswitch.js')
    const child = spawn(process.execPath, [program, ...argv], {
      // A session of its own: neither Ctrl-C nor the end of the terminal reaches it.
      detached: true,
      stdio: ['ignore', out, out],
      env: inherited,
      windowsHide: true,
    })
    child.unref()
    closeSync(out)
    child.once('error', (cause) => {
      rmSync(words, { force: true })
      reject(
        new HarnessError(`Cannot start the run: ${cause.message}`, { source: 'sandbox', cause }),
      )
    })
    child.once('spawn', () => resolve({ child, pid: child.pid ?? 0 }))
  })
}

function openWords(words: string): number {
  try {
    return openSync(words, 'wx', 0o600)
  } catch (cause) {
    const { message } = cause as Error // Node's file functions throw nothing else.
    throw new UsageError(`Cannot start a run: its folder cannot be written (${message})`, { cause })
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}

/** A command that could not begin says why in one line behind the program's name. */
function startProblem({ exitCode, signalCode }: ChildProcess, text: string): Error {
  const lines = text.trimEnd().split('\n')
  const at = lines.findLastIndex((line) => line.startsWith('offswitch: '))
  const message = lines[at]?.slice('offswitch: '.length)
  if (exitCode === EXIT.usage && message !== undefined) {
    // What it advises is for whoever types commands.
    return new UsageError(message)
  }
  const how = exitCode === null ? `signal ${signalCode}` : `exit code ${exitCode}`
  return new HarnessError(
    `Cannot start the run: it ended with ${how} (${message ?? lines.at(-1) ?? ''})`,
    { source: 'sandbox' },
  )
}
