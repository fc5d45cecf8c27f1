import { SystemError } from '../files/system-error.ts'
import { bytesToText } from '../files/text.ts'
import { openPath } from '../machine/open.ts'
import { type Options, parseOptions } from './options.ts'
import { Complaint, type Program, type Run, reason } from './program.ts'

/** Programs that count, dump and follow. */
export const MEASURE_PROGRAMS: readonly Program[] = [
  { name: 'od', run: dump },
  { name: 'tail', run: tail },
  { name: 'wc', run: count },
]

async function count(run: Run): Promise<number> {
  const options = parseOptions(
    run.args,
    {
      flags: 'clmwL',
      long: { bytes: 'c', chars: 'm', lines: 'l', words: 'w', 'max-line-length': 'L' },
    },
    'wc',
  )
  const chosen = ['l', 'w', 'm', 'c', 'L'].filter((letter) => options.has(letter))
  const columns = chosen.length === 0 ? ['l', 'w', 'c'] : chosen
  const names = options.operands.length === 0 ? ['-'] : options.operands
  const rows: { values: number[]; name: string }[] = []
  let status = 0
  let bytesTotal = 0
  for (const name of names) {
    try {
      const bytes = await run.read(name)
      bytesTotal += bytes.length
      rows.push({ values: columns.map((letter) => measure(bytes, letter)), name })
    } catch (error) {
      await run.complain(`${name}: ${reason(error)}`)
      status = 1
    }
  }
  if (names.length > 1) {
    const totals = columns.map((letter, index) =>
      letter === 'L'
        ? Math.max(0, ...rows.map(({ values }) => values[index] ?? 0))
        : rows.reduce((sum, { values }) => sum + (values[index] ?? 0), 0),
    )
    rows.push({ values: totals, name: 'total' })
  }
  // Columns are as wide as the number of all bytes, or seven where that is not known beforehand.
  const piped = names.includes('-')
  const single = columns.length === 1 && names.length === 1
  const width = single ? 1 : piped ? 7 : String(bytesTotal).length
  for (const { values, name } of rows) {
    const shown = values.map((value) => String(value).padStart(width)).join(' ')
    const bare = options.operands.length === 0
    await run.out(bare ? `${shown}\n` : `${shown} ${name}\n`)
  }
  return status
}

function measure(bytes: string, letter: string): number {
  switch (letter) {
    case 'l':
      return bytes.split('\n').length - 1
    case 'w':
      return bytes.split(/\s+/).filter(Boolean).length
    case 'm':
      return [...bytesToText(bytes)].length
    case 'L':
      return Math.max(0, ...bytes.split('\n').map((line) => line.length))
    default:
      return bytes.length
  }
}

async function tail(run: Run): Promise<number> {
  const args = run.args.map((arg, index) =>
    /^-\d+$/.test(arg) && !/^-[nc]$/.test(run.args[index - 1] ?? '') ? `-n${arg.slice(1)}` : arg,
  )
  const options = parseOptions(
    args,
    {
      flags: 'fFqvz',
      values: 'cns',
      long: {
        'bytes=': 'c',
        follow: 'f',
        'follow=': 'f',
        'lines=': 'n',
        'pid=': 'p',
        quiet: 'q',
        retry: '_',
        'sleep-interval=': 's',
        verbose: 'v',
      },
    },
    'tail',
  )
  const names = options.operands.length === 0 ? ['-'] : options.operands
  let status = 0
  for (const [index, name] of names.entries()) {
    try {
      const bytes = await run.read(name)
      if ((names.length > 1 && !options.has('q')) || options.has('v')) {
        const shown = name === '-' ? 'standard input' : name
        await run.out(`${index > 0 ? '\n' : ''}==> ${shown} <==\n`)
      }
      await run.outBytes(lastOf(bytes, options))
    } catch (error) {
      const isDirectory = error instanceof SystemError && error.code === 'EISDIR'
      await run.complain(
        isDirectory
          ? `error reading '${name}': ${reason(error)}`
          : `cannot open '${name}' for reading: ${reason(error)}`,
      )
      status = 1
    }
  }
  const [followed = '-'] = names
  if ((options.has('f') || options.has('F')) && followed !== '-') await follow(run, followed)
  return status
}

function lastOf(bytes: string, options: Options): string {
  const byBytes = options.value('c')
  const text = byBytes ?? options.value('n') ?? '10'
  const fromStart = text.startsWith('+')
  const wanted = Number(text.replace(/^[-+]/, ''))
  if (!Number.isInteger(wanted)) {
    throw new Complaint(`invalid number of ${byBytes === undefined ? 'lines' : 'bytes'}: '${text}'`)
  }
  if (byBytes !== undefined) {
    if (fromStart) return bytes.slice(Math.max(0, wanted - 1))
    return wanted === 0 ? '' : bytes.slice(-wanted)
  }
  const lines = bytes.match(/[^\n]*\n|[^\n]+$/g) ?? []
  if (fromStart) return lines.slice(Math.max(0, wanted - 1)).join('')
  return wanted === 0 ? '' : lines.slice(-wanted).join('')
}

async function follow(run: Run, name: string): Promise<never> {
  const file = openPath(run.process, name, 'read')
  file.take((await file.peek(run.process)).length)
  for (;;) {
    await run.process.wait((wake) => {
      run.machine.timeline.after(1_000, wake)
    })
    const bytes = await file.peek(run.process)
    file.take(bytes.length)
    await run.outBytes(bytes)
  }
}

const NAMED_BYTES: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
}

async function dump(run: Run): Promise<number> {
  const options = parseOptions(
    run.args,
    {
      flags: 'abcdoxvs',
      values: 'AtjNwS',
      long: { 'address-radix=': 'A', 'format=': 't', 'read-bytes=': 'N', 'skip-bytes=': 'j' },
    },
    'od',
  )
  const names = options.operands.length === 0 ? ['-'] : options.operands
  let bytes = ''
  for (const name of names) bytes += await run.read(name)
  const skipped = Number(options.value('j') ?? 0)
  bytes = bytes.slice(skipped, skipped + Number(options.value('N') ?? Number.POSITIVE_INFINITY))
  const format = formatOf(options)
  const radix = options.value('A') ?? 'o'
  const address = (at: number): string => {
    if (radix === 'n') return ''
    const base = { d: 10, x: 16 }[radix] ?? 8
    return at.toString(base).padStart(radix === 'x' ? 6 : 7, '0')
  }
  let text = ''
  for (let at = 0; at < bytes.length; at += 16) {
    text += `${address(at + skipped)}${row(bytes.slice(at, at + 16), format)}\n`
  }
  if (radix !== 'n') text += `${address(bytes.length + skipped)}\n`
  await run.out(text)
  return 0
}

function formatOf(options: Options): { kind: string; size: number } {
  if (options.has('c')) return { kind: 'c', size: 1 }
  if (options.has('b')) return { kind: 'o', size: 1 }
  if (options.has('x')) return { kind: 'x', size: 2 }
  if (options.has('d')) return { kind: 'u', size: 2 }
  const match = /^([acdoux])([1248C]?)/.exec(options.value('t') ?? 'o2')
  const kind = match?.[1] ?? 'o'
  if (kind === 'a' || kind === 'c') return { kind: 'c', size: 1 }
  const size = match?.[2] === 'C' ? 1 : Number(match?.[2] || 4)
  return { kind, size }
}

function row(bytes: string, { kind, size }: { kind: string; size: number }): string {
  if (kind === 'c') {
    return [...bytes].map((byte) => ` ${shownByte(byte).padStart(3)}`).join('')
  }
  const base = { x: 16, o: 8 }[kind] ?? 10
  const width = Math.ceil((size * 8) / Math.log2(base === 10 ? 10 : base))
  let text = ''
  for (let at = 0; at < bytes.length; at += size) {
    let value = 0n
    for (let index = size - 1; index >= 0; index--) {
      value = (value << 8n) | BigInt(bytes.charCodeAt(at + index) || 0)
    }
    const digits = value.toString(base)
    text += ` ${base === 10 ? digits.padStart(width) : digits.padStart(width, '0')}`
  }
  return text
}

function shownByte(byte: string): string {
  const named = NAMED_BYTES[byte]
  if (named !== undefined) return named
  const code = byte.charCodeAt(0)
  return code < 32 || code > 126 ? code.toString(8).padStart(3, '0') : byte
}
