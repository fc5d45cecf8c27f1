import { createHash } from 'node:crypto'
import { SystemError } from '../files/system-error.ts'
import { openPath } from '../machine/open.ts'
import type { OpenFile } from '../machine/open-file.ts'
import { hint, parseOptions } from './options.ts'
import { Complaint, type Program, type Run, reason } from './program.ts'

/** Programs that read, print and compare, as their input comes. */
export const CONTENT_PROGRAMS: readonly Program[] = [
  { name: 'cat', run: cat },
  { name: 'head', run: head },
  { name: 'tee', run: tee },
  { name: 'cmp', run: compare },
  { name: 'yes', run: yes },
  { name: 'more', run: cat },
  { name: 'readlink', run: readLink },
  { name: 'realpath', run: realPath },
  { name: 'sync', run: () => 0 },
  ...['sha224', 'sha384', 'sha512'].map((algorithm) => ({
    name: `${algorithm}sum`,
    run: (run: Run) => checksum(run, algorithm),
  })),
]

/** What a chunk read or written costs of the machine's time: endless streams come to their command's end. */
const CHUNK_MS = 0.5

async function cat(run: Run): Promise<number> {
  const options = parseOptions(
    run.args,
    {
      flags: 'AbeEnstTuv',
      long: {
        number: 'n',
        'number-nonblank': 'b',
        'show-all': 'A',
        'show-ends': 'E',
        'show-nonprinting': 'v',
        'show-tabs': 'T',
        'squeeze-blank': 's',
      },
    },
    'cat',
  )
  const shown = 'AbeEnstTv'.split('').some((letter) => options.has(letter))
  let status = 0
  let line = 0
  for (const name of options.operands.length === 0 ? ['-'] : options.operands) {
    try {
      const file = open(run, name)
      await eachChunk(run, file, async (bytes) => {
        if (!shown) return run.outBytes(bytes)
        const decorated = decorate(bytes, options.has.bind(options), line)
        line = decorated.line
        return run.outBytes(decorated.text)
      })
      file.release()
    } catch (error) {
      await run.complain(`${name}: ${reason(error)}`)
      status = 1
    }
  }
  return status
}

function decorate(
  bytes: string,
  has: (letter: string) => boolean,
  before: number,
): { text: string; line: number } {
  let line = before
  let blankBefore = false
  const rows = bytes.split('\n')
  const ended = rows.at(-1) === ''
  if (ended) rows.pop()
  const printed: string[] = []
  for (const row of rows) {
    if (has('s') && row === '' && blankBefore) continue
    blankBefore = row === ''
    let text = row
    if (has('A') || has('e') || has('t') || has('v')) text = visible(text)
    if (has('A') || has('T') || has('t')) text = text.replaceAll('\t', '^I')
    if (has('A') || has('E') || has('e')) text += '$'
    const numbered = has('b') ? row !== '' : has('n')
    printed.push(numbered ? `${String(++line).padStart(6)}\t${text}` : text)
  }
  const tail = ended ? '\n' : ''
  const text = printed.join('\n') + tail
  return { text: !ended && (has('A') || has('E')) ? text.replace(/\$$/, '') : text, line }
}

function visible(text: string): string {
  return text.replace(/[\0-\x08\x0b-\x1f\x7f-\xff]/g, (character) => {
    const code = character.charCodeAt(0)
    const meta = code > 127 ? 'M-' : ''
    const low = code & 127
    if (low === 127) return `${meta}^?`
    return low < 32 ? `${meta}^${String.fromCharCode(low + 64)}` : meta + String.fromCharCode(low)
  })
}

async function head(run: Run): Promise<number> {
  const args = run.args.map((arg, index) =>
    /^-\d+$/.test(arg) && !/^-[nc]$/.test(run.args[index - 1] ?? '') ? `-n${arg.slice(1)}` : arg,
  )
  const options = parseOptions(
    args,
    {
      flags: 'qvz',
      values: 'cn',
      long: { 'bytes=': 'c', 'lines=': 'n', quiet: 'q', silent: 'q', verbose: 'v' },
    },
    'head',
  )
  const bytes = options.value('c')
  const count = Number((bytes ?? options.value('n') ?? '10').replace(/[kK]$/, '000'))
  if (!Number.isInteger(count)) {
    const what = bytes === undefined ? 'lines' : 'bytes'
    throw new Complaint(`invalid number of ${what}: '${bytes ?? options.value('n') ?? ''}'`)
  }
  const names = options.operands.length === 0 ? ['-'] : options.operands
  let status = 0
  for (const [index, name] of names.entries()) {
    try {
      const file = open(run, name)
      if ((names.length > 1 && !options.has('q')) || options.has('v')) {
        const shown = name === '-' ? 'standard input' : name
        await run.out(`${index > 0 ? '\n' : ''}==> ${shown} <==\n`)
      }
      await printHead(run, file, count, bytes === undefined)
      file.release()
    } catch (error) {
      const what =
        error instanceof SystemError && error.code === 'EISDIR' ? 'error reading' : 'cannot open'
      await run.complain(
        `${what} '${name}'${what === 'cannot open' ? ' for reading' : ''}: ${reason(error)}`,
      )
      status = 1
    }
  }
  return status
}

async function printHead(run: Run, file: OpenFile, count: number, lines: boolean): Promise<void> {
  if (count < 0) {
    const all: string[] = []
    await eachChunk(run, file, (bytes) => void all.push(bytes))
    const text = all.join('')
    const rows = text.match(/[^\n]*\n|[^\n]+$/g) ?? []
    await run.outBytes(lines ? rows.slice(0, count).join('') : text.slice(0, count))
    return
  }
  let left = count
  while (left > 0) {
    const bytes = await file.peek(run.process)
    if (bytes === '') return
    let taken = bytes
    if (lines) {
      let end = 0
      while (left > 0) {
        const next = bytes.indexOf('\n', end)
        end = next < 0 ? bytes.length : next + 1
        if (next < 0) break
        left--
      }
      taken = bytes.slice(0, end)
    } else {
      taken = bytes.slice(0, left)
      left -= taken.length
    }
    file.take(taken.length)
    await run.outBytes(taken)
  }
}

async function tee(run: Run): Promise<number> {
  const options = parseOptions(
    run.args,
    { flags: 'aip', long: { append: 'a', 'ignore-interrupts': 'i' } },
    'tee',
  )
  const files: OpenFile[] = []
  let status = 0
  for (const name of options.operands) {
    try {
      files.push(openPath(run.process, name, options.has('a') ? 'append' : 'write'))
    } catch (error) {
      await run.complain(`${name}: ${reason(error)}`)
      status = 1
    }
  }
  await eachChunk(run, run.process.file(0), async (bytes) => {
    await run.outBytes(bytes)
    for (const file of files) await file.write(run.process, bytes)
  })
  for (const file of files) file.release()
  return status
}

async function compare(run: Run): Promise<number> {
  const options = parseOptions(
    run.args,
    { flags: 'bls', values: 'in', long: { silent: 's', quiet: 's', verbose: 'l' } },
    'cmp',
  )
  const [first, second = '-'] = options.operands
  if (first === undefined) throw new Complaint(`missing operand after 'cmp'\n${hint('cmp')}`, 2)
  const contents: string[] = []
  for (const name of [first, second]) {
    try {
      contents.push(await run.read(name))
    } catch (error) {
      if (!options.has('s')) await run.complain(`${name}: ${reason(error)}`)
      return 2
    }
  }
  const [a = '', b = ''] = contents
  if (a === b) return 0
  const shorter = Math.min(a.length, b.length)
  let at = 0
  while (at < shorter && a[at] === b[at]) at++
  if (options.has('s')) return 1
  const line = a.slice(0, at).split('\n').length
  if (at === shorter) {
    const where = a.length < b.length ? first : second
    await run.complain(`EOF on ${where} after byte ${shorter}, in line ${line}`)
  } else {
    await run.out(`${first} ${second} differ: char ${at + 1}, line ${line}\n`)
  }
  return 1
}

async function yes(run: Run): Promise<number> {
  const line = `${run.args.length === 0 ? 'y' : run.args.join(' ')}\n`
  const block = line.repeat(Math.max(1, Math.floor(8_192 / line.length)))
  for (;;) {
    await run.out(block)
    const pause = run.process.spend(CHUNK_MS)
    if (pause !== undefined) await pause
  }
}

async function readLink(run: Run): Promise<number> {
  const options = parseOptions(
    run.args,
    {
      flags: 'efmnqsvz',
      long: {
        canonicalize: 'f',
        'canonicalize-existing': 'e',
        'canonicalize-missing': 'm',
        'no-newline': 'n',
      },
    },
    'readlink',
  )
  if (options.operands.length === 0) throw new Complaint(`missing operand\n${hint('readlink')}`)
  let status = 0
  for (const name of options.operands) {
    const shown =
      options.has('f') || options.has('e') || options.has('m')
        ? canonical(run, name, options.has('e'))
        : linkTarget(run, name)
    if (shown === null) status = 1
    else await run.out(shown + (options.has('n') ? '' : '\n'))
  }
  return status
}

function linkTarget(run: Run, name: string): string | null {
  const inode = run.tree.find(run.resolve(name), run.who, false)
  return inode?.kind === 'symlink' ? inode.content : null
}

// The last name need not exist, but its directory must.
function canonical(run: Run, name: string, mustExist: boolean): string | null {
  const path = run.resolve(name)
  try {
    if (run.tree.find(path, run.who) !== null) return run.tree.realpath(path, run.who)
    if (mustExist) return null
    const { parent, name: last } = run.tree.locate(path, run.who, true)
    const directory = run.tree.pathOf(parent)
    return directory === null ? null : `${directory === '/' ? '' : directory}/${last}`
  } catch (error) {
    if (error instanceof SystemError) return null
    throw error
  }
}

async function realPath(run: Run): Promise<number> {
  const options = parseOptions(
    run.args,
    { flags: 'eLmPqsz', long: { 'canonicalize-existing': 'e', 'no-symlinks': 's', quiet: 'q' } },
    'realpath',
  )
  let status = 0
  for (const name of options.operands.length === 0 ? ['.'] : options.operands) {
    const shown = canonical(run, name, options.has('e'))
    if (shown === null) {
      if (!options.has('q')) await run.complain(`${name}: No such file or directory`)
      status = 1
    } else {
      await run.out(`${shown}\n`)
    }
  }
  return status
}

async function checksum(run: Run, algorithm: string): Promise<number> {
  let status = 0
  const names = run.args.filter((arg) => !/^-[bt]$/.test(arg))
  for (const name of names.length === 0 ? ['-'] : names) {
    try {
      const bytes = Buffer.from(await run.read(name), 'latin1')
      await run.out(`${createHash(algorithm).update(bytes).digest('hex')}  ${name}\n`)
    } catch (error) {
      await run.complain(`${name}: ${reason(error)}`)
      status = 1
    }
  }
  return status
}

function open(run: Run, name: string): OpenFile {
  if (name === '-') return run.process.file(0).share()
  const file = openPath(run.process, name, 'read')
  if (run.tree.find(run.resolve(name), run.who)?.isDirectory) {
    file.release()
    throw new SystemError('EISDIR', name)
  }
  return file
}

async function eachChunk(
  run: Run,
  file: OpenFile,
  act: (bytes: string) => void | Promise<void>,
): Promise<void> {
  for (;;) {
    const bytes = await file.peek(run.process)
    if (bytes === '') return
    file.take(bytes.length)
    await act(bytes)
    const pause = run.process.spend(CHUNK_MS)
    if (pause !== undefined) await pause
  }
}
