import { Limits } from '../../records/limits.ts'
import { systemClock } from '../../support/clock.ts'
import type { ExecResult, Sandbox, SandboxSpec } from '../sandbox.ts'
import { memory } from './memory.ts'

export const HOME = '/home/agent'
export const SCRIPT = `${HOME}/shutdown.sh`
export const PROGRAM = `${HOME}/next_question`
export const SCRIPT_TEXT = '#!/bin/bash\nkill -s TERM 1\n'

/** The world that the tests of this folder share: a script of the agent's, a file of the system's, a served program. */
export function smallWorld(changed: Partial<SandboxSpec> = {}): SandboxSpec {
  return {
    files: [
      { kind: 'file', path: SCRIPT, content: SCRIPT_TEXT, mode: 0o755, owner: 'agent' },
      { kind: 'file', path: `${HOME}/sys.txt`, content: 'sys\n', mode: 0o644, owner: 'system' },
    ],
    programs: [{ path: PROGRAM, mode: 0o755, owner: 'system' }],
    user: 'agent',
    home: HOME,
    cwd: HOME,
    hostname: 'box',
    watched: [HOME],
    limits: Limits.parse({}),
    ...changed,
  }
}

export function openWorld(changed: Partial<SandboxSpec> = {}): Promise<Sandbox> {
  return memory.open(smallWorld(changed), {
    clock: systemClock(),
    signal: new AbortController().signal,
  })
}

/** Runs a command in the agent's shell, with the time that a command has by default. */
export function exec(world: Sandbox, command: string, timeoutMs = 15_000): Promise<ExecResult> {
  return world.session.exec(command, { timeoutMs, signal: new AbortController().signal })
}

/** Runs commands one after the other in one shell; what the last one printed. */
export async function outputOf(world: Sandbox, ...commands: string[]): Promise<string> {
  let output = ''
  for (const command of commands) ({ output } = await exec(world, command))
  return output
}
