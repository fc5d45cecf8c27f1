import type { Inode } from '../files/inode.ts'
import { SystemError } from '../files/system-error.ts'
import { parseMode } from './modes.ts'
import { hint, type Options, parseOptions } from './options.ts'
import { Complaint, type Program, type Run } from './program.ts'

export const COPY_PROGRAMS: readonly Program[] = [
  { name: 'cp', run: copy },
  { name: 'mv', run: move },
  { name: 'install', run: install },
]

async function copy(run: Run): Promise<number> {
  const options = parseOptions(
    run.args,
    {
      flags: 'abdfHilLnpPrRsTuvxZ',
      values: 'tS',
      long: {
        archive: 'a',
        'backup=': '_',
        force: 'f',
        interactive: 'i',
        link: 'l',
        'no-clobber': 'n',
        'no-dereference': 'P',
        'no-target-directory': 'T',
        preserve: 'p',
        'preserve=': 'p',
        'no-preserve=': '_',
        recursive: 'r',
        'remove-destination': 'D',
        'reflink=': '_',
        'symbolic-link': 's',
        'target-directory=': 't',
        update: 'u',
        verbose: 'v',
      },
    },
    'cp',
  )
  return eachInto(run, options, (from, to) => copyOne(run, options, from, to))
}

async function copyOne(run: Run, options: Options, from: string, to: string): Promise<void> {
  const { tree, who } = run
  const recursive = options.has('r') || options.has('R') || options.has('a')
  const keepLinks = (recursive && !options.has('L')) || options.has('P') || options.has('d')
  const source = located(run, from, `cannot stat '${from}'`, !keepLinks)
  if (source.isDirectory) {
    if (!recursive) throw new Complaint(`-r not specified; omitting directory '${from}'`)
    await copyDirectory(run, options, from, to, source)
    return
  }
  const target = tree.find(run.resolve(to), who)
  if (target?.isDirectory) {
    throw new Complaint(`cannot overwrite directory '${to}' with non-directory '${from}'`)
  }
  if (target === source) throw new Complaint(`'${from}' and '${to}' are the same file`)
  if (target !== null && options.has('n')) return
  if (target !== null && options.has('u') && target.modifiedMs >= source.modifiedMs) return
  if (target !== null && options.has('b')) {
    attempt(`cannot backup '${to}'`, () => tree.rename(run.resolve(to), `${run.resolve(to)}~`, who))
  }
  if (options.has('s') || options.has('l')) {
    attempt(`cannot create link '${to}'`, () => {
      if (options.has('s')) tree.symlink(from, run.resolve(to), who)
      else tree.link(run.resolve(from), run.resolve(to), who)
    })
  } else if (source.kind === 'symlink') {
    if (tree.find(run.resolve(to), who, false) !== null) tree.unlink(run.resolve(to), who)
    attempt(`cannot create symbolic link '${to}'`, () =>
      tree.symlink(source.content, run.resolve(to), who),
    )
  } else {
    copyContent(run, options, from, to, source)
  }
  if (options.has('v')) await run.out(`'${from}' -> '${to}'\n`)
}

function copyContent(run: Run, options: Options, from: string, to: string, source: Inode): void {
  const { tree, who } = run
  const path = run.resolve(to)
  const content = attempt(`cannot open '${from}' for reading`, () =>
    tree.read(run.resolve(from), who),
  )
  const existed = tree.find(path, who) !== null
  if (options.has('D') && existed) removeFirst(run, to)
  try {
    tree.write(path, content, who, source.mode & 0o777)
  } catch (error) {
    if (!(error instanceof SystemError)) throw error
    const what = existed ? 'open' : 'create'
    if (!existed || !options.has('f') || error.code === 'ENOSPC') {
      const failure =
        what === 'open' ? `cannot open '${to}' for writing` : `cannot create regular file '${to}'`
      throw new Complaint(
        existed && error.code === 'EACCES'
          ? `cannot create regular file '${to}': ${error.text}`
          : `${failure}: ${error.text}`,
      )
    }
    // `cp -f` replaces what it may not write to.
    removeFirst(run, to)
    tree.write(path, content, who, source.mode & 0o777)
  }
  if (options.has('p') || options.has('a')) preserve(run, path, source)
}

function removeFirst(run: Run, to: string): void {
  attempt(`cannot remove '${to}'`, () => run.tree.unlink(run.resolve(to), run.who))
}

function preserve(run: Run, path: string, source: Inode): void {
  run.tree.chmod(path, source.mode, run.who)
  run.tree.utimes(path, source.modifiedMs, run.who)
}

async function copyDirectory(
  run: Run,
  options: Options,
  from: string,
  to: string,
  source: Inode,
): Promise<void> {
  const { tree, who } = run
  const path = run.resolve(to)
  const existing = tree.find(path, who)
  if (existing !== null && !existing.isDirectory) {
    throw new Complaint(`cannot overwrite non-directory '${to}' with directory '${from}'`)
  }
  const children = attempt(`cannot access '${from}'`, () => tree.readdir(run.resolve(from), who))
  if (existing === null) {
    attempt(`cannot create directory '${to}'`, () =>
      tree.mkdir(path, who, (source.mode & 0o777) | 0o700),
    )
    if (options.has('v')) await run.out(`'${from}' -> '${to}'\n`)
  }
  for (const [name] of children) {
    await copyOne(run, options, `${from.replace(/\/$/, '')}/${name}`, `${to}/${name}`)
  }
  if (existing === null && (options.has('p') || options.has('a'))) preserve(run, path, source)
}

async function move(run: Run): Promise<number> {
  const options = parseOptions(
    run.args,
    {
      flags: 'bfinTuvZ',
      values: 'tS',
      long: {
        'backup=': '_',
        force: 'f',
        interactive: 'i',
        'no-clobber': 'n',
        'no-target-directory': 'T',
        'target-directory=': 't',
        update: 'u',
        verbose: 'v',
      },
    },
    'mv',
  )
  return eachInto(run, options, async (from, to) => {
    const { tree, who } = run
    const source = located(run, from, `cannot stat '${from}'`, false)
    const target = tree.find(run.resolve(to), who, false)
    if (target === source) throw new Complaint(`'${from}' and '${to}' are the same file`)
    if (target !== null && options.has('n')) return
    if (target !== null && options.has('b'))
      tree.rename(run.resolve(to), `${run.resolve(to)}~`, who)
    if (target?.isDirectory && !source.isDirectory) {
      throw new Complaint(`cannot overwrite directory '${to}' with non-directory`)
    }
    try {
      tree.rename(run.resolve(from), run.resolve(to), who)
    } catch (error) {
      if (!(error instanceof SystemError)) throw error
      if (error.code === 'EINVAL') {
        throw new Complaint(`cannot move '${from}' to a subdirectory of itself, '${to}'`)
      }
      throw new Complaint(`cannot move '${from}' to '${to}': ${error.text}`)
    }
    if (options.has('v')) await run.out(`renamed '${from}' -> '${to}'\n`)
  })
}

/** `install`: copies with a mode of its own, in place of what was there. */
async function install(run: Run): Promise<number> {
  const options = parseOptions(
    run.args,
    {
      flags: 'bcCdDpsTv',
      values: 'gmotS',
      long: { directory: 'd', 'mode=': 'm', 'owner=': 'o', 'group=': 'g', verbose: 'v' },
    },
    'install',
  )
  const mode = parseMode(options.value('m') ?? '755', 0, false, 0) ?? 0o755
  const { tree, who } = run
  if (options.has('d')) {
    for (const name of options.operands) {
      if (tree.find(run.resolve(name), who) === null)
        await run.process.view().mkdir(run.resolve(name), { recursive: true })
      tree.chmod(run.resolve(name), mode, who)
    }
    return 0
  }
  return eachInto(run, options, async (from, to) => {
    const content = attempt(`cannot open '${from}' for reading`, () =>
      tree.read(run.resolve(from), who),
    )
    const path = run.resolve(to)
    if (tree.find(path, who, false) !== null) removeFirst(run, to)
    attempt(`cannot create regular file '${to}'`, () => tree.write(path, content, who, 0o600))
    tree.chmod(path, mode, who)
    if (options.has('v')) await run.out(`'${from}' -> '${to}'\n`)
  })
}

/** Applies `act` to each source with its place in the target. Complaints are printed, the rest goes on. */
async function eachInto(
  run: Run,
  options: Options,
  act: (from: string, to: string) => Promise<void>,
): Promise<number> {
  const { tree, who } = run
  const operands = [...options.operands]
  if (operands.length === 0) throw new Complaint(`missing file operand\n${hint(run.name)}`)
  const directory = options.value('t')
  const target = directory ?? operands.pop() ?? ''
  if (operands.length === 0) {
    throw new Complaint(`missing destination file operand after '${target}'\n${hint(run.name)}`)
  }
  const into =
    directory !== undefined ||
    (!options.has('T') && (tree.find(run.resolve(target), who)?.isDirectory ?? false))
  if (!into && operands.length > 1)
    throw new Complaint(`target '${target}': No such file or directory`)
  let status = 0
  for (const from of operands) {
    const name = from.replace(/\/+$/, '').replace(/^.*\//, '')
    try {
      await act(from, into ? `${target.replace(/\/$/, '')}/${name}` : target)
    } catch (error) {
      if (!(error instanceof Complaint)) throw error
      await run.complain(error.message)
      status = 1
    }
  }
  return status
}

function located(run: Run, path: string, what: string, follow: boolean): Inode {
  return attempt(what, () => run.tree.at(run.resolve(path), run.who, follow))
}

/** Turns a failure of `act` into a complaint that begins with `what`. */
export function attempt<T>(what: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    if (error instanceof SystemError) throw new Complaint(`${what}: ${error.text}`)
    throw error
  }
}
