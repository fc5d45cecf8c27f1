import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { Limits } from '../../src/records/limits.ts'
import type { SandboxSpec } from '../../src/sandboxes/sandbox.ts'
import { SAMPLE_SPEC } from '../../src/testing/sandbox-contract.ts'

/** A world whose processes can all be told from the host's others. */
export function markedSpec(marker: string): SandboxSpec {
  return {
    ...SAMPLE_SPEC,
    user: markOf(marker),
    files: [
      ...SAMPLE_SPEC.files,
      { kind: 'file', path: `/${markOf(marker)}`, content: '', mode: 0o644, owner: 'agent' },
    ],
    limits: Limits.parse({ processes: 200 }),
  }
}

/** Host's processes that live and belong to a world with this marker, also while it is being built. */
export function markedProcesses(marker: string): number[] {
  const mark = markOf(marker)
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid)
    .filter(
      (pid) =>
        // What is inside sees the file; the chain that becomes a world has the name among its arguments.
        (existsSync(`/proc/${pid}/root/${mark}`) || stringsOf(pid, 'cmdline').includes(mark)) &&
        isAlive(pid),
    )
}

/** The first process of the world with this marker. */
export function markedInit(marker: string): number {
  const [init] = markedProcesses(marker).filter((pid) =>
    /^NSpid:.*\s1$/m.test(textOf(pid, 'status')),
  )
  return init ?? 0
}

/** Text of a file in the host's /proc; empty when the process has ended or is not ours to look at. */
export function textOf(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}

function markOf(marker: string): string {
  return `user${marker}`
}

function isAlive(pid: number): boolean {
  return /^State:\s+[^ZX]/m.test(textOf(pid, 'status'))
}

function stringsOf(pid: number, file: string): string[] {
  return textOf(pid, file).split('\0')
}
