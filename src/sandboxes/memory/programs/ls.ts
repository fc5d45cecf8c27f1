import type { Inode } from '../files/inode.ts'
import { SystemError } from '../files/system-error.ts'
import { humanSize, linksOf, listTime, modeText, sizeOf, userName } from './display.ts'
import { type Options, parseOptions } from './options.ts'
import type { Program, Run } from './program.ts'

export const LS_PROGRAMS: readonly Program[] = [
  { name: 'ls', run: list },
  { name: 'dir', run: list },
  { name: 'vdir', run: (run) => list(run, ['l']) },
]

interface Entry {
  readonly name: string
  readonly path: string
  readonly inode: Inode
}

const LONG = {
  all: 'a',
  'almost-all': 'A',
  directory: 'd',
  'human-readable': 'h',
  inode: 'i',
  'numeric-uid-gid': 'n',
  recursive: 'R',
  reverse: 'r',
  size: 's',
  classify: 'F',
  dereference: 'L',
  'color=': '_',
  'time-style=': '_',
  'full-time': 'l',
}

async function list(run: Run, extra: readonly string[] = []): Promise<number> {
  const parsed = parseOptions(
    run.args,
    { flags: 'aAbBcCdfFgGhHiklLmnNopqQrRsStuUvxXZ1', values: 'wTI', long: LONG },
    'ls',
  )
  const options: Options = {
    ...parsed,
    has: (letter) => extra.includes(letter) || parsed.has(letter),
  }
  const names = options.operands.length === 0 ? ['.'] : options.operands
  const files: Entry[] = []
  const directories: Entry[] = []
  let status = 0
  for (const name of names) {
    try {
      const follow = !(options.has('l') || options.has('d') || options.has('F'))
      const path = run.resolve(name)
      const inode =
        (follow ? run.tree.find(path, run.who) : null) ?? run.tree.at(path, run.who, false)
      const listed = inode.isDirectory && !options.has('d') ? directories : files
      listed.push({ name, path, inode })
    } catch (error) {
      if (!(error instanceof SystemError)) throw error
      await run.complain(`cannot access '${name}': ${error.text}`)
      status = 2
    }
  }
  await printEntries(run, options, sorted(files, options))
  let first = files.length === 0
  for (const directory of sorted(directories, options)) {
    const headed = names.length > 1 || options.has('R')
    if (!first) await run.out('\n')
    first = false
    status = Math.max(status, await listDirectory(run, options, directory, headed))
  }
  return status
}

async function listDirectory(
  run: Run,
  options: Options,
  directory: Entry,
  headed: boolean,
): Promise<number> {
  const { name, path } = directory
  let children: [string, Inode][]
  try {
    children = run.tree.readdir(path, run.who)
  } catch (error) {
    if (!(error instanceof SystemError)) throw error
    await run.complain(`cannot open directory '${name}': ${error.text}`)
    return 2
  }
  const hidden = options.has('a') || options.has('A') || options.has('f')
  const entries: Entry[] = children
    .filter(([child]) => hidden || !child.startsWith('.'))
    .map(([child, inode]) => ({ name: child, path: `${path}/${child}`, inode }))
  if (options.has('a') || options.has('f')) {
    entries.push({ name: '.', path, inode: directory.inode })
    const above = run.tree.find(`${path}/..`, run.who) ?? directory.inode
    entries.push({ name: '..', path: `${path}/..`, inode: above })
  }
  if (headed) await run.out(`${name}:\n`)
  if (options.has('l') || options.has('s') || options.has('n') || options.has('g')) {
    const blocks = entries.reduce((sum, { inode }) => sum + blocksOf(inode), 0)
    await run.out(`total ${options.has('h') ? humanSize(blocks * 1_024) : blocks}\n`)
  }
  await printEntries(run, options, sorted(entries, options))
  if (!options.has('R')) return 0
  let status = 0
  for (const entry of sorted(entries, options)) {
    if (!entry.inode.isDirectory || entry.name === '.' || entry.name === '..') continue
    await run.out('\n')
    const inner = { ...entry, name: `${name.replace(/\/$/, '')}/${entry.name}` }
    status = Math.max(status, await listDirectory(run, options, inner, true))
  }
  return status
}

async function printEntries(run: Run, options: Options, entries: readonly Entry[]): Promise<void> {
  const long = ['l', 'n', 'g', 'o'].some((letter) => options.has(letter))
  const rows = entries.map((entry) => {
    const columns: string[] = []
    if (options.has('i')) columns.push(String(entry.inode.number))
    if (options.has('s')) columns.push(String(blocksOf(entry.inode)))
    if (long) columns.push(...longColumns(run, options, entry))
    return columns
  })
  const widths: number[] = []
  for (const row of rows) {
    for (const [index, text] of row.entries()) {
      widths[index] = Math.max(widths[index] ?? 0, text.length)
    }
  }
  let text = ''
  for (const [index, entry] of entries.entries()) {
    const columns = (rows[index] ?? []).map((value, column) =>
      /^[\d.]+[KMGT]?$/.test(value)
        ? value.padStart(widths[column] ?? 0)
        : value.padEnd(widths[column] ?? 0),
    )
    text += `${[...columns, shownName(options, entry, long)].join(' ')}\n`
  }
  if (options.has('m')) text = `${entries.map(({ name }) => name).join(', ')}\n`
  await run.out(text)
}

function longColumns(run: Run, options: Options, { inode }: Entry): string[] {
  const numeric = options.has('n')
  const owner = numeric ? String(inode.uid) : userName(run, inode.uid)
  const group = numeric ? String(inode.gid) : userName(run, inode.gid)
  const size = sizeOf(inode)
  return [
    modeText(inode),
    String(linksOf(inode)),
    ...(options.has('g') ? [] : [owner]),
    ...(options.has('o') || options.has('G') ? [] : [group]),
    options.has('h') ? humanSize(size) : String(size),
    listTime(inode.modifiedMs, run.machine.nowMs),
  ]
}

function shownName(options: Options, { name, inode }: Entry, long: boolean): string {
  const marked = options.has('F')
    ? inode.isDirectory
      ? '/'
      : inode.kind === 'file' && (inode.mode & 0o111) !== 0
        ? '*'
        : ''
    : options.has('p') && inode.isDirectory
      ? '/'
      : ''
  return long && inode.kind === 'symlink' ? `${name} -> ${inode.content}` : name + marked
}

function blocksOf(inode: Inode): number {
  return inode.kind === 'symlink' ? 0 : Math.ceil(sizeOf(inode) / 4_096) * 4
}

function sorted(entries: readonly Entry[], options: Options): Entry[] {
  if (options.has('f') || options.has('U')) return [...entries]
  const byName = [...entries].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  if (options.has('S')) byName.sort((a, b) => sizeOf(b.inode) - sizeOf(a.inode))
  if (options.has('t')) byName.sort((a, b) => b.inode.modifiedMs - a.inode.modifiedMs)
  return options.has('r') ? byName.reverse() : byName
}
