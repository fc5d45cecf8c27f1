import { SystemError } from '../files/system-error.ts'
import { hint, type Options, parseOptions } from './options.ts'
import { Complaint, type Program, type Run } from './program.ts'

export const REMOVE_PROGRAMS: readonly Program[] = [
  { name: 'rm', run: remove },
  { name: 'rmdir', run: removeDirectories },
  { name: 'unlink', run: unlink },
  { name: 'shred', run: shred },
]

async function remove(run: Run): Promise<number> {
  const options = parseOptions(
    run.args,
    {
      flags: 'dfiIrRv',
      long: {
        dir: 'd',
        force: 'f',
        'interactive=': '_',
        'no-preserve-root': '_',
        'one-file-system': '_',
        'preserve-root': '_',
        recursive: 'r',
        verbose: 'v',
      },
    },
    'rm',
  )
  if (options.operands.length === 0 && !options.has('f')) {
    throw new Complaint(`missing operand\n${hint('rm')}`)
  }
  let status = 0
  for (const name of options.operands)
    status = Math.max(status, await removeOne(run, options, name))
  return status
}

async function removeOne(run: Run, options: Options, name: string): Promise<number> {
  const { tree, who } = run
  const recursive = options.has('r') || options.has('R')
  if (recursive && /(^|\/)\.\.?\/*$/.test(name)) {
    await run.complain(`refusing to remove '.' or '..' directory: skipping '${name}'`)
    return 1
  }
  const path = run.resolve(name)
  try {
    const inode = tree.at(path, who, false)
    if (!inode.isDirectory) {
      tree.unlink(path, who)
      if (options.has('v')) await run.out(`removed '${name}'\n`)
      return 0
    }
    if (!recursive && !(options.has('d') && inode.isEmpty)) {
      await run.complain(`cannot remove '${name}': Is a directory`)
      return 1
    }
    let status = 0
    if (!inode.isEmpty) {
      for (const [child] of tree.readdir(path, who)) {
        status = Math.max(status, await removeOne(run, options, `${name}/${child}`))
      }
    }
    if (status > 0) return status
    tree.rmdir(path, who)
    if (options.has('v')) await run.out(`removed directory '${name}'\n`)
    return 0
  } catch (error) {
    if (!(error instanceof SystemError)) throw error
    if (error.code === 'ENOENT' && options.has('f')) return 0
    await run.complain(`cannot remove '${name}': ${error.text}`)
    return 1
  }
}

async function removeDirectories(run: Run): Promise<number> {
  const options = parseOptions(
    run.args,
    { flags: 'pv', long: { parents: 'p', verbose: 'v', 'ignore-fail-on-non-empty': 'i' } },
    'rmdir',
  )
  if (options.operands.length === 0) throw new Complaint(`missing operand\n${hint('rmdir')}`)
  let status = 0
  for (const name of options.operands) {
    let path = name
    try {
      run.tree.rmdir(run.resolve(path), run.who)
      while (options.has('p') && path.includes('/')) {
        path = path.replace(/\/[^/]*$/, '')
        if (path !== '') run.tree.rmdir(run.resolve(path), run.who)
      }
    } catch (error) {
      if (!(error instanceof SystemError)) throw error
      if (error.code === 'ENOTEMPTY' && options.has('i')) continue
      await run.complain(`failed to remove '${path}': ${error.text}`)
      status = 1
    }
  }
  return status
}

async function unlink(run: Run): Promise<number> {
  const [name] = run.args.filter((arg) => arg !== '--')
  if (name === undefined) throw new Complaint(`missing operand\n${hint('unlink')}`)
  try {
    run.tree.unlink(run.resolve(name), run.who)
    return 0
  } catch (error) {
    if (!(error instanceof SystemError)) throw error
    throw new Complaint(`cannot unlink '${name}': ${error.text}`)
  }
}

/** Overwrites with noise that is the same each time, so that trials repeat. */
async function shred(run: Run): Promise<number> {
  const options = parseOptions(
    run.args,
    {
      flags: 'fuvxz',
      values: 'ns',
      long: { force: 'f', 'iterations=': 'n', remove: 'u', 'size=': 's', verbose: 'v', zero: 'z' },
    },
    'shred',
  )
  for (const name of options.operands) {
    const path = run.resolve(name)
    try {
      const inode = run.tree.openForWriting(path, run.who, { create: false })
      const size = Math.max(inode.content.length, 1)
      const noise = options.has('z') ? '\0' : '\x9d\x1f\xc3\x72'
      run.tree.setContent(inode, noise.repeat(Math.ceil(size / noise.length)).slice(0, size), path)
      if (options.has('u')) run.tree.unlink(path, run.who)
    } catch (error) {
      if (!(error instanceof SystemError)) throw error
      throw new Complaint(`${name}: failed to open for writing: ${error.text}`)
    }
  }
  return 0
}
