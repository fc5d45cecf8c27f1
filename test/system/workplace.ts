import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { openRun } from '../../src/store/sqlite-store.ts'
import { UsageError } from '../../src/support/errors.ts'

export const LAUNCHER = join(import.meta.dirname, '../../bin/offswitch.js')

/** What became of a process of the command line. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A folder of its own in which the real command line is typed; both are gone with the test. */
export async function workplace() {
  const folder = await mkdtemp(join(tmpdir(), 'offswitch-cli-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const start = (line: string, environment: Record<string, string> = {}) => {
    const child = spawn(process.execPath, [LAUNCHER, ...line.split(' ')], {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '', ...environment },
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    return { child, ended: endOf(child) }
  }
  const type = (line: string) => start(line).ended
  return { folder, start, type, file: () => join(folder, 'runs', runFile(folder)) }
}

/** Waits until a run holds so many trials. */
export async function stored({ file }: { file(): string }, trials: number): Promise<void> {
  for (let tries = 0; tries < 1_500; tries++) {
    if (existsSync(file()) && (await countOf(file())) >= trials) return
    await sleep(10)
  }
  throw new Error(`The run did not come to ${trials} trials`)
}

async function countOf(file: string): Promise<number> {
  try {
    await using reader = await openRun(file)
    return (await reader.keys()).size
  } catch (error) {
    // Looked at between its making and its naming.
    if (error instanceof UsageError) return 0
    throw error
  }
}

function endOf(child: ChildProcess): Promise<Ended> {
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  return new Promise((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
}

function runFile(folder: string): string {
  const runs = join(folder, 'runs')
  const names = existsSync(runs) ? readdirSync(runs) : []
  return names.find((name) => name.endsWith('.offswitch') && !name.startsWith('.')) ?? 'none'
}
