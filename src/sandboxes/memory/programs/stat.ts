import type { Inode } from '../files/inode.ts'
import { SystemError } from '../files/system-error.ts'
import { bytesToText } from '../files/text.ts'
import { fullTime, linksOf, modeText, sizeOf, userName } from './display.ts'
import { decodeEscapes } from './escapes.ts'
import { hint, parseOptions } from './options.ts'
import { Complaint, type Program, type Run } from './program.ts'

export const STAT_PROGRAMS: readonly Program[] = [{ name: 'stat', run: stat }]

const KINDS = {
  file: 'regular file',
  directory: 'directory',
  symlink: 'symbolic link',
  device: 'character special file',
} as const

async function stat(run: Run): Promise<number> {
  const options = parseOptions(
    run.args,
    {
      flags: 'Lft',
      values: 'c',
      long: { 'format=': 'c', 'printf=': 'P', dereference: 'L', terse: 't' },
    },
    'stat',
  )
  if (options.operands.length === 0) throw new Complaint(`missing operand\n${hint('stat')}`)
  let status = 0
  for (const name of options.operands) {
    try {
      const inode = run.tree.at(run.resolve(name), run.who, options.has('L'))
      await run.out(shown(run, name, inode, options.value('c'), options.value('P')))
    } catch (error) {
      if (!(error instanceof SystemError)) throw error
      await run.complain(`cannot statx '${name}': ${error.text}`)
      status = 1
    }
  }
  return status
}

function shown(
  run: Run,
  name: string,
  inode: Inode,
  format: string | undefined,
  printf: string | undefined,
): string {
  if (printf !== undefined)
    return bytesToText(decodeEscapes(formatted(run, name, inode, printf)).bytes)
  if (format !== undefined) return `${formatted(run, name, inode, format)}\n`
  const octal = (inode.mode & 0o7777).toString(8).padStart(4, '0')
  const time = fullTime(inode.modifiedMs)
  const owner = `(${String(inode.uid).padStart(5)}/${userName(run, inode.uid).padStart(8)})`
  const group = `(${String(inode.gid).padStart(5)}/${userName(run, inode.gid).padStart(8)})`
  const size = sizeOf(inode)
  const blocks = Math.ceil(size / 4_096) * 8
  const arrow = inode.kind === 'symlink' ? ` -> ${inode.content}` : ''
  return [
    `  File: ${name}${arrow}`,
    `  Size: ${String(size).padEnd(10)}\tBlocks: ${String(blocks).padEnd(10)} IO Block: 4096   ${kindOf(inode)}`,
    `Device: 0,38\tInode: ${String(inode.number).padEnd(10)}  Links: ${linksOf(inode)}`,
    `Access: (${octal}/${modeText(inode)})  Uid: ${owner}   Gid: ${group}`,
    `Access: ${time}`,
    `Modify: ${time}`,
    `Change: ${time}`,
    ' Birth: -',
    '',
  ].join('\n')
}

function kindOf(inode: Inode): string {
  if (inode.kind === 'file' && inode.read() === '') return 'regular empty file'
  return KINDS[inode.kind]
}

function formatted(run: Run, name: string, inode: Inode, format: string): string {
  const arrow = inode.kind === 'symlink' ? ` -> '${inode.content}'` : ''
  const seconds = Math.floor(inode.modifiedMs / 1_000)
  const values: Readonly<Record<string, string | number>> = {
    '%': '%',
    A: modeText(inode),
    a: (inode.mode & 0o7777).toString(8),
    b: Math.ceil(sizeOf(inode) / 4_096) * 8,
    B: 512,
    d: 38,
    F: kindOf(inode),
    f: inode.mode.toString(16),
    G: userName(run, inode.gid),
    g: inode.gid,
    h: linksOf(inode),
    i: inode.number,
    m: '/',
    N: `'${name}'${arrow}`,
    n: name,
    o: 4_096,
    s: sizeOf(inode),
    U: userName(run, inode.uid),
    u: inode.uid,
    w: '-',
    W: 0,
    x: fullTime(inode.modifiedMs),
    X: seconds,
    y: fullTime(inode.modifiedMs),
    Y: seconds,
    z: fullTime(inode.modifiedMs),
    Z: seconds,
  }
  return format.replace(/%[-0]?\d*([%A-Za-z])/g, (whole, letter: string) =>
    String(values[letter] ?? whole),
  )
}
