import type { Inode } from '../files/inode.ts'
import { SystemError } from '../files/system-error.ts'
import { runAdopted } from './adopted.ts'
import { globExpression } from './glob.ts'
import type { Program, Run } from './program.ts'

export const SEARCH_PROGRAMS: readonly Program[] = ['grep', 'egrep', 'fgrep'].map((name) => ({
  name,
  run: grep,
}))

/**
 * `grep`. Searching directories is done here, so that names come as they were given; what is left is just-bash's.
 */
async function grep(run: Run): Promise<number> {
  const plain = run.args.filter((arg) => !/^--colou?r(=|$)/.test(arg))
  const recursive = plain.some((arg) => /^-[A-Za-z]*[rR]|^--(dereference-)?recursive$/.test(arg))
  if (!recursive) return runAdopted(run.name, run.process, plain, run.environment)
  const options: string[] = []
  const operands: string[] = []
  const filters: ((name: string) => boolean)[] = []
  let pattern = false
  for (let index = 0; index < plain.length; index++) {
    const arg = plain[index] ?? ''
    const filter = /^--(include|exclude|exclude-dir)=(.*)$/.exec(arg)
    if (arg === '--') {
      operands.push(...plain.slice(index + 1))
      break
    }
    if (filter !== null) {
      const expression = globExpression(filter[2] ?? '')
      const wanted = filter[1] === 'include'
      if (filter[1] !== 'exclude-dir') filters.push((name) => expression.test(name) === wanted)
    } else if (/^-[A-Za-z]*[efmABC]$/.test(arg)) {
      pattern ||= /[ef]$/.test(arg)
      options.push(withoutRecursion(arg), plain[++index] ?? '')
    } else if (arg.startsWith('-') && arg !== '-') {
      pattern ||= /^--(regexp|file)=/.test(arg)
      if (!/^--(dereference-)?recursive$/.test(arg)) options.push(withoutRecursion(arg))
    } else {
      operands.push(arg)
    }
  }
  const patterns = pattern ? [] : operands.splice(0, 1)
  const files: string[] = []
  let status = 0
  for (const operand of operands.length === 0 ? ['.'] : operands) {
    status = Math.max(status, await collect(run, operand, filters, files, true))
  }
  const bare = operands.length === 0
  const named = bare ? files.map((file) => file.replace(/^\.\//, '')) : files
  if (named.length === 0) return Math.max(status, 1)
  const flags = options.filter((option) => option !== '-')
  // A second name makes the command print names though there is one file only.
  const withNames =
    named.length > 1 || flags.some((flag) => /^-[A-Za-z]*[hc]|^--no-filename$/.test(flag))
      ? []
      : ['/dev/null']
  const found = await runAdopted(
    run.name,
    run.process,
    [...flags, ...patterns, ...named, ...withNames],
    run.environment,
  )
  return status === 2 && found !== 0 ? 2 : found
}

function withoutRecursion(arg: string): string {
  return arg.startsWith('--') ? arg : arg.replace(/(?<=^-[A-Za-z]*)[rR]/g, '')
}

async function collect(
  run: Run,
  path: string,
  filters: readonly ((name: string) => boolean)[],
  files: string[],
  given: boolean,
): Promise<number> {
  let inode: Inode
  try {
    inode = run.tree.at(run.resolve(path), run.who, given)
    if (!inode.isDirectory) {
      const name = path.replace(/^.*\//, '')
      if (inode.kind === 'file' && filters.every((filter) => filter(name))) files.push(path)
      return 0
    }
    let status = 0
    const children = run.tree.readdir(run.resolve(path), run.who)
    for (const [name] of children) {
      const inner = `${path.replace(/\/$/, '')}/${name}`
      status = Math.max(status, await collect(run, inner, filters, files, false))
    }
    return status
  } catch (error) {
    if (!(error instanceof SystemError)) throw error
    await run.complain(`${path}: ${error.text}`)
    return 2
  }
}
