import { readlinkSync, statSync } from 'node:fs'
import { posix } from 'node:path'
import { sha256 } from '../../support/hash.ts'
import type { StagedProgram } from '../sandbox.ts'
import type { Caller } from '../world/served-programs.ts'
import { clientScript } from '../world/world-scripts.ts'
import type { WorldTree } from '../world/world-tree.ts'
import { innerIds, processesBelow, stringsOf } from './host-processes.ts'
import { findProgram } from './host-programs.ts'

/**
 * Looks from outside at the process that the kernel names as a caller: whether it is the host's perl that runs a file with
 * a client's own text, wherever that has been copied or linked to. Its arguments are its own word, so this is a sign, not a proof.
 */
export async function identifyCaller(
  initPid: number,
  innerPid: number,
  tree: WorldTree,
  programs: readonly StagedProgram[],
): Promise<Caller> {
  const caller = processesBelow(initPid).find(({ pid }) => innerIds(pid)?.pid === innerPid)
  if (caller === undefined) return { genuine: null, cwd: null }
  const cwd = readLink(`/proc/${caller.pid}/cwd`)
  const [, script] = stringsOf(caller.pid, 'cmdline')
  if (script === undefined || !runsPerl(caller.pid)) return { genuine: false, cwd }

  const path = posix.resolve(cwd ?? '/', script)
  const hash = await hashAt(tree, path)
  return { genuine: programs.some((program) => sha256(clientScript(program.path)) === hash), cwd }
}

/** @returns null when the path is none of the world's own files. */
async function hashAt(tree: WorldTree, path: string): Promise<string | null> {
  let at = path
  // Links are followed one by one, each inside the world; a kernel gives up after as many.
  for (let links = 0; links < 40; links++) {
    const { paths } = await tree.find([at])
    const state = paths.get(at)?.state
    if (state?.target === undefined) return state?.sha256 ?? null
    at = posix.resolve(posix.dirname(at), state.target)
  }
  return null
}

function runsPerl(pid: number): boolean {
  const perl = findProgram('perl')
  if (perl === null) return false
  try {
    const own = statSync(`/proc/${pid}/exe`)
    const host = statSync(perl)
    return own.dev === host.dev && own.ino === host.ino
  } catch {
    return false // It has ended.
  }
}

function readLink(path: string): string | null {
  try {
    return readlinkSync(path)
  } catch {
    return null // It has ended.
  }
}
