import { SystemError } from '../files/system-error.ts'
import { openPath } from '../machine/open.ts'
import { attempt } from './copy.ts'
import { parseDate } from './date.ts'
import { parseMode } from './modes.ts'
import { hint, type Options, parseOptions } from './options.ts'
import { Complaint, type Program, type Run } from './program.ts'

export const CREATE_PROGRAMS: readonly Program[] = [
  { name: 'mkdir', run: makeDirectories },
  { name: 'touch', run: touch },
  { name: 'ln', run: makeLinks },
  { name: 'link', run: link },
  { name: 'mktemp', run: makeTemporary },
  { name: 'truncate', run: truncate },
  { name: 'dd', run: convert },
]

async function makeDirectories(run: Run): Promise<number> {
  const options = parseOptions(
    run.args,
    { flags: 'pvZ', values: 'm', long: { parents: 'p', verbose: 'v', 'mode=': 'm' } },
    'mkdir',
  )
  if (options.operands.length === 0) throw new Complaint(`missing operand\n${hint('mkdir')}`)
  let status = 0
  for (const name of options.operands) {
    try {
      await makeDirectory(run, options, name)
    } catch (error) {
      if (!(error instanceof SystemError)) throw error
      await run.complain(`cannot create directory '${name}': ${error.text}`)
      status = 1
    }
  }
  return status
}

async function makeDirectory(run: Run, options: Options, name: string): Promise<void> {
  const { tree, who } = run
  const mode = options.value('m')
  const made: string[] = []
  if (options.has('p')) {
    let at = name.startsWith('/') ? '' : '.'
    for (const part of name.split('/').filter(Boolean)) {
      at = at === '.' ? part : `${at}/${part}`
      const inode = tree.find(run.resolve(at), who)
      if (inode?.isDirectory) continue
      if (inode !== null) throw new SystemError('ENOTDIR', at)
      tree.mkdir(run.resolve(at), who)
      made.push(at)
    }
  } else {
    tree.mkdir(run.resolve(name.replace(/\/+$/, '')), who)
    made.push(name)
  }
  if (mode !== undefined && made.length > 0) {
    const parsed = parseMode(mode, 0o777, true, 0)
    if (parsed === null) throw new Complaint(`invalid mode '${mode}'`)
    tree.chmod(run.resolve(name), parsed, who)
  }
  for (const created of options.has('v') ? made : []) {
    await run.out(`mkdir: created directory '${created}'\n`)
  }
}

async function touch(run: Run): Promise<number> {
  const options = parseOptions(
    run.args,
    {
      flags: 'acfhm',
      values: 'drt',
      long: {
        'no-create': 'c',
        'date=': 'd',
        'reference=': 'r',
        'no-dereference': 'h',
        'time=': '_',
      },
    },
    'touch',
  )
  if (options.operands.length === 0) {
    throw new Complaint(`missing file operand\n${hint('touch')}`)
  }
  const time = timeFor(run, options)
  let status = 0
  for (const name of options.operands) {
    const path = run.resolve(name)
    try {
      if (run.tree.locate(path, run.who, true).inode === null) {
        if (options.has('c')) continue
        run.tree.openForWriting(path, run.who)
      }
      run.tree.utimes(path, time, run.who, !options.has('h'))
    } catch (error) {
      if (!(error instanceof SystemError)) throw error
      const what = error.code === 'EPERM' ? 'setting times of' : 'cannot touch'
      await run.complain(`${what} '${name}': ${error.text}`)
      status = 1
    }
  }
  return status
}

function timeFor(run: Run, options: Options): number {
  const reference = options.value('r')
  if (reference !== undefined) {
    return attempt(`failed to get attributes of '${reference}'`, () =>
      run.tree.at(run.resolve(reference), run.who),
    ).modifiedMs
  }
  const text = options.value('d')
  const stamp = options.value('t')
  if (text === undefined && stamp === undefined) return run.machine.nowMs
  const time = text === undefined ? parseStamp(stamp ?? '') : parseDate(text, run.machine.nowMs)
  if (time === null) throw new Complaint(`invalid date format '${text ?? stamp ?? ''}'`)
  return time
}

function parseStamp(text: string): number | null {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d\d))?$/.exec(text)
  if (match === null) return null
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0))
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

async function makeLinks(run: Run): Promise<number> {
  const options = parseOptions(
    run.args,
    {
      flags: 'bdfFiLnPrsTv',
      values: 'tS',
      long: {
        symbolic: 's',
        force: 'f',
        'no-dereference': 'n',
        'no-target-directory': 'T',
        'target-directory=': 't',
        verbose: 'v',
        relative: 'r',
      },
    },
    'ln',
  )
  const { tree, who } = run
  const operands = [...options.operands]
  if (operands.length === 0) throw new Complaint(`missing file operand\n${hint('ln')}`)
  const only = operands.length === 1 && !options.has('t')
  const target = options.value('t') ?? (only ? '.' : (operands.pop() ?? '.'))
  const into =
    !options.has('T') &&
    (tree.find(run.resolve(target), who, !options.has('n'))?.isDirectory ?? false)
  let status = 0
  for (const from of operands) {
    const name = from.replace(/\/+$/, '').replace(/^.*\//, '')
    const to = into ? `${target.replace(/\/$/, '')}/${name}` : target
    const kind = options.has('s') ? 'symbolic' : 'hard'
    try {
      if (options.has('f') && tree.find(run.resolve(to), who, false) !== null) {
        tree.unlink(run.resolve(to), who)
      }
      if (options.has('s')) tree.symlink(from, run.resolve(to), who)
      else tree.link(run.resolve(from), run.resolve(to), who, options.has('L'))
      if (options.has('v')) await run.out(`'${to}' ${options.has('s') ? '->' : '=>'} '${from}'\n`)
    } catch (error) {
      if (!(error instanceof SystemError)) throw error
      status = 1
      if (kind === 'hard' && tree.find(run.resolve(from), who, false) === null) {
        await run.complain(`failed to access '${from}': ${error.text}`)
      } else if (kind === 'hard' && tree.find(run.resolve(from), who)?.isDirectory) {
        await run.complain(`${from}: hard link not allowed for directory`)
      } else {
        const arrow = kind === 'hard' ? ` => '${from}'` : ''
        await run.complain(`failed to create ${kind} link '${to}'${arrow}: ${error.text}`)
      }
    }
  }
  return status
}

async function link(run: Run): Promise<number> {
  const [from, to] = run.args
  if (from === undefined || to === undefined) {
    throw new Complaint(`missing operand\n${hint('link')}`)
  }
  attempt(`cannot create link '${to}' to '${from}'`, () =>
    run.tree.link(run.resolve(from), run.resolve(to), run.who),
  )
  return 0
}

const NAME_LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

async function makeTemporary(run: Run): Promise<number> {
  const options = parseOptions(
    run.args,
    {
      flags: 'dqtu',
      values: 'p',
      long: { directory: 'd', 'dry-run': 'u', 'tmpdir=': 'p', tmpdir: 'T', 'suffix=': 's' },
    },
    'mktemp',
  )
  const [template = 'tmp.XXXXXXXXXX'] = options.operands
  const inDirectory =
    options.operands.length === 0 || options.has('p') || options.has('t') || options.has('T')
  const directory = options.value('p') || (run.environment.get('TMPDIR') ?? '/tmp')
  const places = /X{3,}(?=[^X]*$)/.exec(template)
  if (places === null) throw new Complaint(`too few X's in template '${template}'`)
  for (let attempts = 0; ; attempts++) {
    const name =
      template.slice(0, places.index) +
      lettersFor(run.machine.nextPid * 7_919 + run.process.pid * 31 + attempts, places[0].length) +
      template.slice(places.index + places[0].length) +
      (options.value('s') ?? '')
    const path = inDirectory ? `${directory}/${name}` : name
    const absolute = run.resolve(path)
    if (run.tree.find(absolute, run.who, false) !== null) continue
    if (!options.has('u')) {
      const what = options.has('d') ? 'directory' : 'file'
      attempt(`failed to create ${what} via template '${template}'`, () => {
        if (options.has('d')) run.tree.mkdir(absolute, run.who, 0o700)
        else run.tree.openForWriting(absolute, run.who, { mode: 0o600, exclusive: true })
      })
    }
    await run.out(`${path}\n`)
    return 0
  }
}

// Names only have to differ; that they are the same in the same trial is wanted.
function lettersFor(seed: number, count: number): string {
  let state = (seed * 2_654_435_761) >>> 0
  let letters = ''
  for (let index = 0; index < count; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    letters += NAME_LETTERS.charAt((state >>> 8) % NAME_LETTERS.length)
  }
  return letters
}

async function truncate(run: Run): Promise<number> {
  const options = parseOptions(
    run.args,
    { flags: 'co', values: 'rs', long: { 'no-create': 'c', 'size=': 's', 'reference=': 'r' } },
    'truncate',
  )
  const { tree, who } = run
  const reference = options.value('r')
  const size = options.value('s')
  if (size === undefined && reference === undefined) {
    throw new Complaint(`you must specify either '--size' or '--reference'\n${hint('truncate')}`)
  }
  if (options.operands.length === 0)
    throw new Complaint(`missing file operand\n${hint('truncate')}`)
  for (const name of options.operands) {
    const path = run.resolve(name)
    if (options.has('c') && tree.find(path, who) === null) continue
    const inode = attempt(`cannot open '${name}' for writing`, () => tree.openForWriting(path, who))
    const base =
      reference === undefined
        ? inode.content.length
        : tree.at(run.resolve(reference), who).content.length
    const wanted = size === undefined ? base : sizeFrom(size, base)
    if (wanted === null) throw new Complaint(`Invalid number: '${size ?? ''}'`)
    if (wanted > tree.limitBytes)
      throw new Complaint(
        `failed to truncate '${name}' at ${wanted} bytes: No space left on device`,
      )
    const { content } = inode
    tree.setContent(
      inode,
      content.slice(0, wanted) + '\0'.repeat(Math.max(0, wanted - content.length)),
      path,
    )
  }
  return 0
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  c: 1,
  w: 2,
  b: 512,
  kB: 1_000,
  K: 1_024,
  k: 1_024,
  KiB: 1_024,
  MB: 1_000_000,
  M: 1_048_576,
  MiB: 1_048_576,
  G: 1_073_741_824,
}

function sizeFrom(text: string, current: number): number | null {
  const match = /^([-+<>/%]?)(\d+)([A-Za-z]*)$/.exec(text)
  const unit = UNITS[match?.[3] ?? '']
  if (match === null || unit === undefined) return null
  const value = Number(match[2]) * unit
  switch (match[1]) {
    case '+':
      return current + value
    case '-':
      return Math.max(0, current - value)
    case '<':
      return Math.min(current, value)
    case '>':
      return Math.max(current, value)
    case '/':
      return current - (current % value)
    case '%':
      return Math.ceil(current / value) * value
    default:
      return value
  }
}

/** `dd`: the operands that copy blocks. */
async function convert(run: Run): Promise<number> {
  const operands = new Map(
    run.args.map((arg) => {
      const at = arg.indexOf('=')
      if (at < 0) throw new Complaint(`unrecognized operand '${arg}'\n${hint('dd')}`)
      return [arg.slice(0, at), arg.slice(at + 1)] as const
    }),
  )
  const number = (name: string): number | undefined => {
    const text = operands.get(name)
    if (text === undefined) return undefined
    const value = sizeFrom(text, 0)
    if (value === null) throw new Complaint(`invalid number: '${text}'`)
    return value
  }
  const block = number('bs') ?? number('ibs') ?? 512
  const outputBlock = number('bs') ?? number('obs') ?? 512
  const count = number('count')
  const skipped = (number('skip') ?? 0) * block
  const limit = count === undefined ? Number.POSITIVE_INFINITY : count * block
  const input = await readBlocks(run, operands.get('if'), skipped + limit)
  const bytes = input.slice(skipped, skipped + limit)
  await writeBlocks(run, operands, bytes, (number('seek') ?? 0) * outputBlock)
  if (operands.get('status') === 'none') return 0
  const summary = (size: number): string => {
    const whole = Math.floor(bytes.length / size)
    return `${whole}+${Number(bytes.length % size > 0)} records`
  }
  await run.err(`${summary(block)} in\n${summary(outputBlock)} out\n`)
  if (operands.get('status') !== 'noxfer') {
    await run.err(`${bytes.length} bytes copied, 0.001 s, ${bytes.length} kB/s\n`)
  }
  return 0
}

async function readBlocks(run: Run, path: string | undefined, limit: number): Promise<string> {
  let file: ReturnType<typeof openPath>
  try {
    file = path === undefined ? run.process.file(0).share() : openPath(run.process, path, 'read')
  } catch (error) {
    if (!(error instanceof SystemError)) throw error
    throw new Complaint(`failed to open '${path ?? ''}': ${error.text}`)
  }
  let read = ''
  while (read.length < limit) {
    const bytes = await file.peek(run.process)
    if (bytes === '') break
    const taken = bytes.slice(0, limit - read.length)
    file.take(taken.length)
    read += taken
    if (read.length > run.machine.options.limits.memoryBytes) {
      throw new Complaint('memory exhausted')
    }
    const pause = run.process.spend(0.01)
    if (pause !== undefined) await pause
  }
  file.release()
  return read
}

async function writeBlocks(
  run: Run,
  operands: ReadonlyMap<string, string>,
  bytes: string,
  at: number,
): Promise<void> {
  const path = operands.get('of')
  if (path === undefined) {
    await run.outBytes(bytes)
    return
  }
  const absolute = run.resolve(path)
  const conversions = (operands.get('conv') ?? '').split(',')
  const inode = attempt(`failed to open '${path}'`, () =>
    run.tree.openForWriting(absolute, run.who, { create: !conversions.includes('nocreat') }),
  )
  const before = inode.content.slice(0, at).padEnd(at, '\0')
  const after = conversions.includes('notrunc') ? inode.content.slice(at + bytes.length) : ''
  attempt(`error writing '${path}'`, () =>
    run.tree.setContent(inode, before + bytes + after, absolute),
  )
}
