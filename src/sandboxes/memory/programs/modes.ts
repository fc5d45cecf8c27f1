import { AGENT_UID, type Inode } from '../files/inode.ts'
import { SystemError } from '../files/system-error.ts'
import { modeText } from './display.ts'
import { hint, parseOptions } from './options.ts'
import { Complaint, type Program, type Run } from './program.ts'

export const MODE_PROGRAMS: readonly Program[] = [
  { name: 'chmod', run: chmod },
  { name: 'chown', run: (run) => chown(run, false) },
  { name: 'chgrp', run: (run) => chown(run, true) },
]

const CHMOD_MODE = /^-[rwxXstugo]+$/

async function chmod(run: Run): Promise<number> {
  // A mode may begin with a dash, as in `chmod -x file`.
  const modes = run.args.filter((arg) => CHMOD_MODE.test(arg))
  const options = parseOptions(
    run.args.filter((arg) => !CHMOD_MODE.test(arg)),
    {
      flags: 'Rcfv',
      long: {
        recursive: 'R',
        verbose: 'v',
        changes: 'c',
        quiet: 'f',
        silent: 'f',
        'reference=': 'r',
        'preserve-root': '_',
        'no-preserve-root': '_',
      },
    },
    'chmod',
  )
  const reference = options.value('r')
  const mode =
    reference === undefined
      ? (modes[0] ?? options.operands.shift())
      : (run.tree.at(run.resolve(reference), run.who).mode & 0o7777).toString(8)
  if (mode === undefined) throw new Complaint(`missing operand\n${hint('chmod')}`)
  if (options.operands.length === 0) {
    throw new Complaint(`missing operand after '${mode}'\n${hint('chmod')}`)
  }
  if (parseMode(mode, 0, false, 0) === null) {
    throw new Complaint(`invalid mode: '${mode}'\n${hint('chmod')}`)
  }
  let status = 0
  const change = async (name: string): Promise<void> => {
    try {
      const path = run.resolve(name)
      const inode = run.tree.at(path, run.who)
      const before = modeText(inode)
      const changed = parseMode(mode, inode.mode, inode.isDirectory, run.process.umask)
      run.tree.chmod(path, changed ?? inode.mode, run.who)
      await report(run, name, before, inode, options.has('v'), options.has('c'))
      if (!options.has('R') || !inode.isDirectory) return
      for (const [child, node] of run.tree.readdir(path, run.who)) {
        if (node.kind !== 'symlink') await change(`${name}/${child}`)
      }
    } catch (error) {
      if (!(error instanceof SystemError)) throw error
      status = 1
      if (options.has('f')) return
      const what = error.code === 'EPERM' ? 'changing permissions of' : 'cannot access'
      await run.complain(`${what} '${name}': ${error.text}`)
    }
  }
  for (const name of options.operands) await change(name)
  return status
}

async function report(
  run: Run,
  name: string,
  before: string,
  inode: Inode,
  verbose: boolean,
  changes: boolean,
): Promise<void> {
  const after = modeText(inode)
  const octal = (inode.mode & 0o7777).toString(8).padStart(4, '0')
  if (before === after) {
    if (verbose) {
      await run.out(`mode of '${name}' retained as ${octal} (${after.slice(1)})\n`)
    }
    return
  }
  if (!verbose && !changes) return
  await run.out(
    `mode of '${name}' changed from ${octalOf(before)} (${before.slice(1)}) to ${octal} (${after.slice(1)})\n`,
  )
}

function octalOf(text: string): string {
  let mode = 0
  for (const letter of text.slice(1)) mode = (mode << 1) | Number(letter !== '-')
  return mode.toString(8).padStart(4, '0')
}

/** The mode that `text` (octal or symbolic) makes of `mode`; null when it is none. */
export function parseMode(
  text: string,
  mode: number,
  isDirectory: boolean,
  umask: number,
): number | null {
  if (/^[0-7]{1,5}$/.test(text)) return Number.parseInt(text, 8) & 0o7777
  let result = mode & 0o7777
  for (const clause of text.split(',')) {
    const match = /^([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]))+)$/.exec(clause)
    if (match === null) return null
    const [, who = '', actions = ''] = match
    for (const [, operator, letters = ''] of actions.matchAll(/([-+=])([rwxXstugo]*)/g)) {
      result = applyClause(result, { who, operator: operator ?? '+', letters, isDirectory, umask })
    }
  }
  return result
}

function applyClause(
  mode: number,
  clause: { who: string; operator: string; letters: string; isDirectory: boolean; umask: number },
): number {
  const { who, operator, letters, isDirectory, umask } = clause
  const executes = letters.includes('x') || (letters.includes('X') && (isDirectory || mode & 0o111))
  let triad = (letters.includes('r') ? 4 : 0) | (letters.includes('w') ? 2 : 0) | (executes ? 1 : 0)
  for (const [letter, shift] of CLASSES) {
    if (letters.includes(letter)) triad |= (mode >> shift) & 7
  }
  const everyone = who === '' || who.includes('a')
  let bits = 0
  let cleared = 0
  for (const [letter, shift] of CLASSES) {
    if (!everyone && !who.includes(letter)) continue
    bits |= triad << shift
    cleared |= 7 << shift
  }
  if (who === '') bits &= ~umask
  if (letters.includes('t') && (everyone || who.includes('o'))) bits |= 0o1000
  if (letters.includes('s')) {
    if (everyone || who.includes('u')) bits |= 0o4000
    if (everyone || who.includes('g')) bits |= 0o2000
  }
  if (operator === '-') return mode & ~bits
  return operator === '+' ? mode | bits : (mode & ~cleared) | bits
}

const CLASSES = [
  ['u', 6],
  ['g', 3],
  ['o', 0],
] as const

async function chown(run: Run, groupOnly: boolean): Promise<number> {
  const options = parseOptions(
    run.args,
    {
      flags: 'Rcfhv',
      long: { recursive: 'R', verbose: 'v', 'no-dereference': 'h', 'reference=': 'r' },
    },
    run.name,
  )
  const owner = options.operands.shift()
  if (owner === undefined || options.operands.length === 0) {
    throw new Complaint(`missing operand\n${hint(run.name)}`)
  }
  const [user = '', group] = groupOnly ? ['', owner] : owner.split(/[:.]/)
  const ids = { uid: idOf(run, user, 'user'), gid: idOf(run, group ?? '', 'group') }
  let status = 0
  for (const name of options.operands) {
    try {
      const wanted = {
        ...(ids.uid === null ? {} : { uid: ids.uid }),
        ...(ids.gid === null ? {} : { gid: ids.gid }),
      }
      run.tree.chown(run.resolve(name), wanted, run.who, !options.has('h'))
    } catch (error) {
      if (!(error instanceof SystemError)) throw error
      status = 1
      const what =
        error.code === 'EPERM'
          ? `changing ${groupOnly ? 'group' : 'ownership'} of`
          : 'cannot access'
      if (!options.has('f')) await run.complain(`${what} '${name}': ${error.text}`)
    }
  }
  return status
}

function idOf(run: Run, name: string, what: string): number | null {
  if (name === '') return null
  if (name === 'root') return 0
  if (name === run.machine.options.user) return AGENT_UID
  if (/^\d+$/.test(name)) return Number(name)
  throw new Complaint(`invalid ${what}: '${name}'`)
}
