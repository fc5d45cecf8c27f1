import { SystemError } from '../files/system-error.ts'
import { bytesToText } from '../files/text.ts'
import { fullTime } from './display.ts'
import { hint, parseOptions } from './options.ts'
import { Complaint, type Program, type Run, reason } from './program.ts'

export const DIFF_PROGRAMS: readonly Program[] = [
  { name: 'diff', run: diff },
  { name: 'paste', run: paste },
]

interface Hunk {
  /** First line (from 0) and number of lines, before and after. */
  readonly from: number
  readonly removed: number
  readonly to: number
  readonly added: number
}

async function diff(run: Run): Promise<number> {
  const options = parseOptions(
    run.args,
    {
      flags: 'abBcdeEilnNpqrstTuvwyZ',
      values: 'UCIxW',
      long: {
        brief: 'q',
        'ignore-all-space': 'w',
        'ignore-case': 'i',
        'report-identical-files': 's',
        recursive: 'r',
        unified: 'u',
        'unified=': 'U',
        'new-file': 'N',
        'color=': '_',
      },
    },
    'diff',
  )
  const [before, after] = options.operands
  if (before === undefined || after === undefined) {
    throw new Complaint(`missing operand after '${before ?? 'diff'}'\ndiff: ${hint('diff')}`, 2)
  }
  const [first, second] = pairOf(run, before, after)
  const left = await contentOf(run, first)
  const right = await contentOf(run, second)
  if (left === null || right === null) return 2
  if (left === right) {
    if (options.has('s')) await run.out(`Files ${first} and ${second} are identical\n`)
    return 0
  }
  if (options.has('q')) {
    await run.out(`Files ${first} and ${second} differ\n`)
    return 1
  }
  if (left.includes('\0') || right.includes('\0')) {
    await run.out(`Binary files ${first} and ${second} differ\n`)
    return 2
  }
  const a = linesOf(left)
  const b = linesOf(right)
  const hunks = compareLines(
    a.map(key(options.has('i'), options.has('w'))),
    b.map(key(options.has('i'), options.has('w'))),
  )
  if (hunks.length === 0) return 0
  const unified = options.has('u') || options.has('U')
  const context = Number(options.value('U') ?? 3)
  const text = unified
    ? `${headers(run, first, second)}${unifiedText(hunks, a, b, context)}`
    : hunks.map((hunk) => normalText(hunk, a, b)).join('')
  await run.out(bytesToText(text))
  return 1
}

// A file against a directory is compared with the file of its name there.
function pairOf(run: Run, before: string, after: string): [string, string] {
  const isDirectory = (name: string): boolean =>
    name !== '-' && (run.tree.find(run.resolve(name), run.who)?.isDirectory ?? false)
  const base = (name: string): string => name.replace(/\/+$/, '').replace(/^.*\//, '')
  if (isDirectory(before) && !isDirectory(after)) return [`${before}/${base(after)}`, after]
  if (isDirectory(after) && !isDirectory(before)) return [before, `${after}/${base(before)}`]
  return [before, after]
}

async function contentOf(run: Run, name: string): Promise<string | null> {
  try {
    return await run.read(name)
  } catch (error) {
    await run.complain(`${name}: ${reason(error)}`)
    return null
  }
}

function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}

function key(ignoreCase: boolean, ignoreSpace: boolean): (line: string) => string {
  return (line) => {
    const spaced = ignoreSpace ? line.replace(/\s+/g, '') : line
    return ignoreCase ? spaced.toLowerCase() : spaced
  }
}

/** Above this many differing lines the whole stretch counts as changed: the search below is quadratic. */
const SEARCHED_LINES = 2_000

/** Where two lists of lines differ, by their longest common subsequence. */
function compareLines(a: readonly string[], b: readonly string[]): Hunk[] {
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let endA = a.length
  let endB = b.length
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA--
    endB--
  }
  const rows = endA - start
  const columns = endB - start
  if (rows === 0 && columns === 0) return []
  if (rows > SEARCHED_LINES || columns > SEARCHED_LINES || rows === 0 || columns === 0) {
    return [{ from: start, removed: rows, to: start, added: columns }]
  }
  const width = columns + 1
  const lengths = new Uint16Array((rows + 1) * width)
  for (let row = rows - 1; row >= 0; row--) {
    for (let column = columns - 1; column >= 0; column--) {
      lengths[row * width + column] =
        a[start + row] === b[start + column]
          ? 1 + (lengths[(row + 1) * width + column + 1] ?? 0)
          : Math.max(
              lengths[(row + 1) * width + column] ?? 0,
              lengths[row * width + column + 1] ?? 0,
            )
    }
  }
  const hunks: Hunk[] = []
  let row = 0
  let column = 0
  while (row < rows || column < columns) {
    if (row < rows && column < columns && a[start + row] === b[start + column]) {
      row++
      column++
      continue
    }
    const [from, to] = [row, column]
    while (row < rows || column < columns) {
      if (row < rows && column < columns && a[start + row] === b[start + column]) break
      const down = row < rows ? (lengths[(row + 1) * width + column] ?? 0) : -1
      const right = column < columns ? (lengths[row * width + column + 1] ?? 0) : -1
      if (down >= right) row++
      else column++
    }
    hunks.push({ from: start + from, removed: row - from, to: start + to, added: column - to })
  }
  return hunks
}

function normalText(hunk: Hunk, a: readonly string[], b: readonly string[]): string {
  const { from, removed, to, added } = hunk
  const letter = removed === 0 ? 'a' : added === 0 ? 'd' : 'c'
  const range = (at: number, count: number): string => {
    if (count === 0) return String(at)
    return count === 1 ? String(at + 1) : `${at + 1},${at + count}`
  }
  const minus = a.slice(from, from + removed).map((line) => marked('< ', line))
  const plus = b.slice(to, to + added).map((line) => marked('> ', line))
  const divider = removed > 0 && added > 0 ? ['---\n'] : []
  return [
    `${range(from, removed)}${letter}${range(to, added)}\n`,
    ...minus,
    ...divider,
    ...plus,
  ].join('')
}

function marked(mark: string, line: string): string {
  return line.endsWith('\n') ? mark + line : `${mark}${line}\n\\ No newline at end of file\n`
}

function unifiedText(
  hunks: readonly Hunk[],
  a: readonly string[],
  b: readonly string[],
  context: number,
): string {
  const groups: Hunk[][] = []
  for (const hunk of hunks) {
    const last = groups.at(-1)?.at(-1)
    if (last !== undefined && hunk.from - (last.from + last.removed) <= 2 * context) {
      groups.at(-1)?.push(hunk)
    } else {
      groups.push([hunk])
    }
  }
  return groups.map((group) => groupText(group, a, b, context)).join('')
}

function groupText(
  group: readonly Hunk[],
  a: readonly string[],
  b: readonly string[],
  context: number,
): string {
  const [first] = group
  const last = group.at(-1)
  if (first === undefined || last === undefined) return ''
  const startA = Math.max(0, first.from - context)
  const startB = Math.max(0, first.to - context)
  const endA = Math.min(a.length, last.from + last.removed + context)
  const endB = Math.min(b.length, last.to + last.added + context)
  const lines: string[] = []
  let at = startA
  for (const { from, removed, to, added } of group) {
    lines.push(...a.slice(at, from).map((line) => marked(' ', line)))
    lines.push(...a.slice(from, from + removed).map((line) => marked('-', line)))
    lines.push(...b.slice(to, to + added).map((line) => marked('+', line)))
    at = from + removed
  }
  lines.push(...a.slice(at, endA).map((line) => marked(' ', line)))
  const range = (start: number, end: number): string => {
    const count = end - start
    return count === 1 ? String(start + 1) : `${count === 0 ? start : start + 1},${count}`
  }
  return `@@ -${range(startA, endA)} +${range(startB, endB)} @@\n${lines.join('')}`
}

function headers(run: Run, first: string, second: string): string {
  const header = (mark: string, name: string): string => {
    const inode = name === '-' ? null : run.tree.find(run.resolve(name), run.who)
    return `${mark} ${name}\t${fullTime(inode?.modifiedMs ?? run.machine.nowMs)}\n`
  }
  return header('---', first) + header('+++', second)
}

async function paste(run: Run): Promise<number> {
  const options = parseOptions(
    run.args,
    { flags: 'sz', values: 'd', long: { 'delimiters=': 'd', serial: 's' } },
    'paste',
  )
  const delimiters = [...(options.value('d') ?? '\t')]
    .join('')
    .replaceAll(String.raw`\n`, '\n')
    .replaceAll(String.raw`\t`, '\t')
  const delimiter = (index: number): string =>
    delimiters === '' ? '' : (delimiters[index % delimiters.length] ?? '')
  const columns: string[][] = []
  for (const name of options.operands.length === 0 ? ['-'] : options.operands) {
    try {
      columns.push(linesOf(await run.readText(name)).map((line) => line.replace(/\n$/, '')))
    } catch (error) {
      if (!(error instanceof SystemError)) throw error
      throw new Complaint(`${name}: ${error.text}`)
    }
  }
  const join = (row: readonly string[]): string =>
    row.map((cell, index) => (index === 0 ? cell : delimiter(index - 1) + cell)).join('')
  const rows = options.has('s')
    ? columns
    : Array.from({ length: Math.max(0, ...columns.map((column) => column.length)) }, (_, index) =>
        columns.map((column) => column[index] ?? ''),
      )
  await run.out(rows.map((row) => `${join(row)}\n`).join(''))
  return 0
}
