import { posix } from 'node:path'
import { sha256 } from '../../support/hash.ts'
import type { StagedProgram } from '../sandbox.ts'
import type { CallerSeen } from './process-reader.ts'
import type { Caller } from './served-programs.ts'
import { clientScript } from './world-scripts.ts'
import type { WorldTree } from './world-tree.ts'

/**
 * Judges the process that the kernel names as a caller: whether it is the world's perl that runs a file with a client's own
 * text, wherever that has been copied or linked to. Its arguments are its own word, so this is a sign, not a proof.
 */
export async function identifyCaller(
  caller: CallerSeen | null,
  tree: WorldTree,
  programs: readonly StagedProgram[],
): Promise<Caller> {
  if (caller === null) return { genuine: null, cwd: null }
  const { cwd, runsPerl, argv } = caller
  const [, script] = argv
  if (script === undefined || !runsPerl) return { genuine: false, cwd }

  const hash = await hashAt(tree, posix.resolve(cwd ?? '/', script))
  return { genuine: programs.some((program) => sha256(clientScript(program.path)) === hash), cwd }
}

/** @returns null when the path is none of the world's own files. */
async function hashAt(tree: WorldTree, path: string): Promise<string | null> {
  let at = path
  // Links are followed one by one, each inside the world; a kernel gives up after as many.
  for (let links = 0; links < 40; links++) {
    const state = (await tree.look(at))?.state
    if (state?.target === undefined) return state?.sha256 ?? null
    at = posix.resolve(posix.dirname(at), state.target)
  }
  return null
}
