import { EXECUTE, type Inode, permits, READ, WRITE } from '../files/inode.ts'
import { SystemError } from '../files/system-error.ts'
import { formatDate, parseDate } from './date.ts'
import { fullTime, linksOf, modeText, sizeOf, userName } from './display.ts'
import { decodeEscapes } from './escapes.ts'
import { globExpression } from './glob.ts'
import { parseMode } from './modes.ts'
import { Complaint, type Program, type Run } from './program.ts'
import { start } from './spawn.ts'

export const FIND_PROGRAMS: readonly Program[] = [{ name: 'find', run: find }]

interface Found {
  readonly path: string
  readonly inode: Inode
  readonly depth: number
  /** The starting point that led here. */
  readonly root: string
}

interface Walk {
  readonly run: Run
  status: number
  pruned: boolean
  stopped: boolean
  /** Paths that `-exec … +` collects. */
  readonly batches: Map<readonly string[], string[]>
}

type Test = (found: Found, walk: Walk) => boolean | Promise<boolean>

interface Expression {
  readonly test: Test
  readonly acts: boolean
}

interface Bounds {
  minDepth: number
  maxDepth: number
  depthFirst: boolean
  follow: boolean
}

async function find(run: Run): Promise<number> {
  const args = [...run.args]
  const bounds: Bounds = {
    minDepth: 0,
    maxDepth: Number.POSITIVE_INFINITY,
    depthFirst: false,
    follow: false,
  }
  while (/^-[HLP]$/.test(args[0] ?? '')) bounds.follow = args.shift() === '-L'
  const starts: string[] = []
  while (args.length > 0 && !/^(-.|[()!])/.test(args[0] ?? '')) starts.push(args.shift() ?? '')
  const parser = new Parser(run, args, bounds)
  const expression = parser.parse()
  const walk: Walk = { run, status: 0, pruned: false, stopped: false, batches: new Map() }
  for (const root of starts.length === 0 ? ['.'] : starts) {
    await visitStart(walk, root, expression, bounds)
  }
  for (const [command, paths] of walk.batches) {
    if (paths.length > 0) await execute(walk, [...command, ...paths])
  }
  return walk.status
}

async function visitStart(
  walk: Walk,
  root: string,
  expression: Expression,
  bounds: Bounds,
): Promise<void> {
  const { run } = walk
  try {
    const inode = run.tree.at(run.resolve(root), run.who, bounds.follow)
    await visit(walk, { path: root, inode, depth: 0, root }, expression, bounds)
  } catch (error) {
    if (!(error instanceof SystemError)) throw error
    await complain(walk, `'${root}': ${error.text}`)
  }
}

async function visit(
  walk: Walk,
  found: Found,
  expression: Expression,
  bounds: Bounds,
): Promise<void> {
  if (walk.stopped) return
  const pause = walk.run.process.spend(0.01)
  if (pause !== undefined) await pause
  walk.pruned = false
  if (!bounds.depthFirst) await judge(walk, found, expression, bounds)
  if (!walk.pruned && found.inode.isDirectory && found.depth < bounds.maxDepth) {
    await visitChildren(walk, found, expression, bounds)
  }
  if (bounds.depthFirst) await judge(walk, found, expression, bounds)
}

async function visitChildren(
  walk: Walk,
  found: Found,
  expression: Expression,
  bounds: Bounds,
): Promise<void> {
  const { run } = walk
  let children: [string, Inode][]
  try {
    children = run.tree.readdir(run.resolve(found.path), run.who)
  } catch (error) {
    if (!(error instanceof SystemError)) throw error
    await complain(walk, `'${found.path}': ${error.text}`)
    return
  }
  for (const [name, inode] of children) {
    const path = `${found.path.replace(/\/$/, '')}/${name}`
    const target = bounds.follow ? (run.tree.find(run.resolve(path), run.who) ?? inode) : inode
    await visit(walk, { ...found, path, inode: target, depth: found.depth + 1 }, expression, bounds)
  }
}

async function judge(
  walk: Walk,
  found: Found,
  expression: Expression,
  bounds: Bounds,
): Promise<void> {
  if (found.depth < bounds.minDepth || walk.stopped) return
  const holds = await expression.test(found, walk)
  if (holds && !expression.acts) await walk.run.out(`${found.path}\n`)
}

/** Reads the expression: `or` of `and`s of tests, with `!` and parentheses. */
class Parser {
  readonly #run: Run
  readonly #rest: string[]
  readonly #bounds: Bounds
  #acts = false

  constructor(run: Run, args: string[], bounds: Bounds) {
    this.#run = run
    this.#rest = args
    this.#bounds = bounds
  }

  parse(): Expression {
    const test = this.#rest.length === 0 ? always : this.#or()
    const [extra] = this.#rest
    if (extra !== undefined) throw new Complaint(`paths must precede expression: '${extra}'`)
    return { test, acts: this.#acts }
  }

  #or(): Test {
    const tests = [this.#and()]
    while (this.#rest[0] === '-o' || this.#rest[0] === '-or') {
      this.#rest.shift()
      tests.push(this.#and())
    }
    if (tests.length === 1) return tests[0] ?? always
    return async (found, walk) => {
      for (const test of tests) if (await test(found, walk)) return true
      return false
    }
  }

  #and(): Test {
    const tests: Test[] = []
    for (;;) {
      const [next] = this.#rest
      if (next === undefined || next === '-o' || next === '-or' || next === ')') break
      if (next === '-a' || next === '-and') this.#rest.shift()
      else tests.push(this.#one())
    }
    if (tests.length === 1) return tests[0] ?? always
    return async (found, walk) => {
      for (const test of tests) if (!(await test(found, walk))) return false
      return true
    }
  }

  #one(): Test {
    const name = this.#rest.shift() ?? ''
    if (name === '!' || name === '-not') {
      const test = this.#one()
      return async (found, walk) => !(await test(found, walk))
    }
    if (name === '(') {
      const test = this.#or()
      if (this.#rest.shift() !== ')') throw new Complaint("expected ')'")
      return test
    }
    return this.#bound(name) ?? this.#plain(name) ?? this.#valued(name)
  }

  #bound(name: string): Test | null {
    if (name === '-maxdepth') this.#bounds.maxDepth = this.#number(name)
    else if (name === '-mindepth') this.#bounds.minDepth = this.#number(name)
    else if (name === '-depth' || name === '-d') this.#bounds.depthFirst = true
    else if (name === '-follow') this.#bounds.follow = true
    else if (!/^-(xdev|mount|noleaf|warn|nowarn|ignore_readdir_race|daystart)$/.test(name))
      return null
    return always
  }

  #plain(name: string): Test | null {
    const test = PLAIN_TESTS[name]
    if (test !== undefined) return test
    if (name === '-delete') this.#bounds.depthFirst = true
    const action = PLAIN_ACTIONS[name]
    if (action !== undefined) this.#acts = true
    return action ?? null
  }

  #valued(name: string): Test {
    if (/^-(exec|execdir|ok|okdir)$/.test(name)) return this.#execute(name)
    if (!(name in VALUED_TESTS) && name !== '-printf') {
      throw new Complaint(`unknown predicate '${name}'`)
    }
    const value = this.#rest.shift()
    if (value === undefined) throw new Complaint(`missing argument to '${name}'`)
    if (name === '-printf') {
      this.#acts = true
      return async (found, walk) => {
        await walk.run.outBytes(printed(walk.run, found, value))
        return true
      }
    }
    const make = VALUED_TESTS[name]
    return make === undefined ? always : make(value, this.#run, name)
  }

  #execute(name: string): Test {
    this.#acts = true
    const end = this.#rest.findIndex(
      (arg, index) => arg === ';' || (arg === '+' && this.#rest[index - 1] === '{}'),
    )
    if (end < 0) throw new Complaint(`missing argument to '${name}'`)
    const command = this.#rest.splice(0, end)
    if (this.#rest.shift() === '+') {
      command.pop()
      return (found, walk) => {
        const batch = walk.batches.get(command) ?? []
        batch.push(found.path)
        walk.batches.set(command, batch)
        return true
      }
    }
    return async (found, walk) => {
      const argv = command.map((arg) => arg.replaceAll('{}', found.path))
      return (await execute(walk, argv)) === 0
    }
  }

  #number(name: string): number {
    const value = Number(this.#rest.shift())
    if (!Number.isInteger(value))
      throw new Complaint(`Expected a positive decimal integer argument to ${name}`)
    return value
  }
}

const always: Test = () => true

const PLAIN_TESTS: Readonly<Record<string, Test>> = {
  '-true': always,
  '-false': () => false,
  '-empty': ({ inode }) => (inode.isDirectory ? inode.isEmpty : sizeOf(inode) === 0),
  '-executable': ({ inode }, { run }) => permits(inode, run.who, EXECUTE),
  '-readable': ({ inode }, { run }) => permits(inode, run.who, READ),
  '-writable': ({ inode }, { run }) => permits(inode, run.who, WRITE),
  '-nouser': () => false,
  '-nogroup': () => false,
  '-prune': (_, walk) => {
    walk.pruned = true
    return true
  },
}

const PLAIN_ACTIONS: Readonly<Record<string, Test>> = {
  '-print': async ({ path }, { run }) => {
    await run.out(`${path}\n`)
    return true
  },
  '-print0': async ({ path }, { run }) => {
    await run.out(`${path}\0`)
    return true
  },
  '-ls': async (found, { run }) => {
    const { inode, path } = found
    const blocks = Math.ceil(sizeOf(inode) / 4_096) * 4
    const arrow = inode.kind === 'symlink' ? ` -> ${inode.content}` : ''
    await run.out(
      `${String(inode.number).padStart(9)} ${String(blocks).padStart(6)} ${modeText(inode)} ${String(linksOf(inode)).padStart(3)} ` +
        `${userName(run, inode.uid).padEnd(8)} ${userName(run, inode.gid).padEnd(8)} ${String(sizeOf(inode)).padStart(8)} ` +
        `${formatDate('%b %e %H:%M', inode.modifiedMs)} ${path}${arrow}\n`,
    )
    return true
  },
  '-delete': async ({ path, inode }, walk) => {
    const { run } = walk
    if (path === '.') return true
    try {
      if (inode.isDirectory) run.tree.rmdir(run.resolve(path), run.who)
      else run.tree.unlink(run.resolve(path), run.who)
      return true
    } catch (error) {
      if (!(error instanceof SystemError)) throw error
      await complain(walk, `cannot delete '${path}': ${error.text}`)
      return false
    }
  },
  '-quit': (_, walk) => {
    walk.stopped = true
    return true
  },
}

type ValuedTest = (value: string, run: Run, name: string) => Test

const KIND_LETTERS: Readonly<Record<string, string>> = {
  file: 'f',
  directory: 'd',
  symlink: 'l',
  device: 'c',
}

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

const VALUED_TESTS: Readonly<Record<string, ValuedTest>> = {
  '-name': (value) => byExpression(globExpression(value), baseName),
  '-iname': (value) => byExpression(globExpression(value, 'i'), baseName),
  '-path': (value) => byExpression(globExpression(value, '', true), ({ path }) => path),
  '-wholename': (value) => byExpression(globExpression(value, '', true), ({ path }) => path),
  '-ipath': (value) => byExpression(globExpression(value, 'i', true), ({ path }) => path),
  '-regex': (value) => byExpression(expressionOf(value, ''), ({ path }) => path),
  '-iregex': (value) => byExpression(expressionOf(value, 'i'), ({ path }) => path),
  '-regextype': () => always,
  '-lname': (value) => {
    const expression = globExpression(value, '', true)
    return ({ inode }) => inode.kind === 'symlink' && expression.test(inode.content)
  },
  '-type': (value) => {
    const letters = value.split(',')
    return ({ inode }) => letters.includes(KIND_LETTERS[inode.kind] ?? '')
  },
  '-user':
    (value, run) =>
    ({ inode }) =>
      isOwner(run, inode.uid, value),
  '-uid':
    (value) =>
    ({ inode }) =>
      compares(value, inode.uid),
  '-group':
    (value, run) =>
    ({ inode }) =>
      isOwner(run, inode.gid, value),
  '-gid':
    (value) =>
    ({ inode }) =>
      compares(value, inode.gid),
  '-links':
    (value) =>
    ({ inode }) =>
      compares(value, linksOf(inode)),
  '-inum':
    (value) =>
    ({ inode }) =>
      compares(value, inode.number),
  '-size': (value) => {
    const unit = { c: 1, w: 2, b: 512, k: 1_024, M: 1_048_576, G: 1_073_741_824 }[value.slice(-1)]
    const count = unit === undefined ? value : value.slice(0, -1)
    return ({ inode }) => compares(count, Math.ceil(sizeOf(inode) / (unit ?? 512)))
  },
  '-perm': (value) => byMode(value),
  '-newer': (value, run) => {
    const { modifiedMs } = run.tree.at(run.resolve(value), run.who)
    return ({ inode }) => inode.modifiedMs > modifiedMs
  },
  '-newermt': (value, run) => {
    const time = parseDate(value, run.machine.nowMs)
    if (time === null)
      throw new Complaint(`I cannot figure out how to interpret '${value}' as a date or time`)
    return ({ inode }) => inode.modifiedMs > time
  },
  '-samefile': (value, run) => {
    const other = run.tree.at(run.resolve(value), run.who)
    return ({ inode }) => inode === other
  },
  '-mtime': (value, run) => byAge(value, run, DAY_MS),
  '-ctime': (value, run) => byAge(value, run, DAY_MS),
  '-atime': (value, run) => byAge(value, run, DAY_MS),
  '-mmin': (value, run) => byAge(value, run, MINUTE_MS),
  '-cmin': (value, run) => byAge(value, run, MINUTE_MS),
  '-amin': (value, run) => byAge(value, run, MINUTE_MS),
}

function byExpression(expression: RegExp, text: (found: Found) => string): Test {
  return (found) => expression.test(text(found))
}

function baseName({ path }: Found): string {
  return path === '/' ? '/' : path.replace(/\/+$/, '').replace(/^.*\//, '')
}

// Nested repetition could take for ever: such an expression is refused.
function expressionOf(source: string, flags: string): RegExp {
  if (source.length > 200 || /[*+}]\)[*+{]/.test(source))
    throw new Complaint('Regular expression too big')
  try {
    return new RegExp(`^(?:${source.replace(/\\([(|)])/g, '$1')})$`, flags)
  } catch (error) {
    if (error instanceof SyntaxError) throw new Complaint(`invalid expression '${source}'`)
    throw error
  }
}

function byAge(value: string, run: Run, unitMs: number): Test {
  return ({ inode }) => compares(value, Math.floor((run.machine.nowMs - inode.modifiedMs) / unitMs))
}

function byMode(value: string): Test {
  const [, prefix = '', text = ''] = /^([-/]?)(.*)$/.exec(value) ?? []
  const mode = parseMode(text, 0, false, 0)
  if (mode === null) throw new Complaint(`invalid mode '${value}'`)
  return ({ inode }) => {
    const bits = inode.mode & 0o7777
    if (prefix === '-') return (bits & mode) === mode
    return prefix === '/' ? mode === 0 || (bits & mode) !== 0 : bits === mode
  }
}

/** `+n` is more than, `-n` less than, `n` exactly. */
function compares(value: string, actual: number): boolean {
  const wanted = Number(value.replace(/^[-+]/, ''))
  if (value.startsWith('+')) return actual > wanted
  return value.startsWith('-') ? actual < wanted : actual === wanted
}

function isOwner(run: Run, id: number, name: string): boolean {
  return userName(run, id) === name || String(id) === name
}

function printed(run: Run, found: Found, format: string): string {
  const { inode, path, depth, root } = found
  const values: Readonly<Record<string, string | number>> = {
    '%': '%',
    d: depth,
    f: baseName(found),
    g: userName(run, inode.gid),
    h: path.includes('/') ? path.replace(/\/[^/]*$/, '') : '.',
    i: inode.number,
    l: inode.kind === 'symlink' ? inode.content : '',
    m: (inode.mode & 0o7777).toString(8),
    M: modeText(inode),
    n: linksOf(inode),
    p: path,
    P: path === root ? '' : path.slice(root.replace(/\/$/, '').length + 1),
    s: sizeOf(inode),
    t: fullTime(inode.modifiedMs),
    u: userName(run, inode.uid),
    U: inode.uid,
    y: KIND_LETTERS[inode.kind] ?? 'f',
  }
  const filled = format.replace(/%-?\d*(T[@+A-Za-z]|[%A-Za-z])/g, (whole, letter: string) => {
    if (letter === 'T@') return (inode.modifiedMs / 1_000).toFixed(10)
    if (letter.startsWith('T')) return formatDate(`%${letter.slice(1)}`, inode.modifiedMs)
    return String(values[letter] ?? whole)
  })
  return decodeEscapes(filled).bytes
}

async function execute(walk: Walk, argv: readonly string[]): Promise<number> {
  const { run } = walk
  const wording = (name: string, reason: string): string => `'${name}': ${reason}`
  const child = start(run.process, 'find', argv, run.environment, wording)
  const status = await run.process.waitFor(child)
  return status
}

async function complain(walk: Walk, message: string): Promise<void> {
  await walk.run.complain(message)
  walk.status = 1
}
