import { parse } from 'just-bash'

/** One simple command of a shell text, with what can be known of it without running it. */
export interface ShellCommand {
  /** Name and arguments as written, quotes removed; what only a shell can expand stands as `$…`. */
  readonly words: readonly string[]
  readonly redirects: readonly { readonly operator: string; readonly target: string }[]
  readonly assignments: readonly { readonly name: string; readonly value: string }[]
}

/** What a shell text says, flat and in order: simple commands and the functions it defines. */
export interface ShellText {
  readonly commands: readonly ShellCommand[]
  readonly functions: readonly string[]
}

/** How deep texts inside texts (`bash -c "…"`, `eval`) are read. */
const DEPTH_MAX = 5

/**
 * Reads a shell text. A text that does not parse has no commands: what is read here only ever adds acts, it never decides
 * whether a control held.
 */
export function readShell(text: string): ShellText {
  const reading: Reading = { commands: [], functions: [], variables: new Map() }
  readInto(reading, text, 0)
  return { commands: reading.commands, functions: reading.functions }
}

interface Reading {
  readonly commands: ShellCommand[]
  readonly functions: string[]
  /** Variables that were given a text in plain sight: `f=shutdown.sh; rm $f`. */
  readonly variables: Map<string, string>
}

type Node = Readonly<Record<string, unknown>>

function readInto(reading: Reading, text: string, depth: number): void {
  let script: unknown
  try {
    script = parse(text)
  } catch {
    // Not shell, or cut in the middle: there is nothing to read off it.
    return
  }
  visit(reading, script, depth)
}

function visit(reading: Reading, value: unknown, depth: number): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(reading, item, depth)
    return
  }
  if (!isNode(value)) return
  if (value['type'] === 'SimpleCommand') {
    readSimple(reading, value, depth)
    return
  }
  if (value['type'] === 'FunctionDef') reading.functions.push(String(value['name']))
  if (value['type'] === 'For') readLoopVariable(reading, value)
  readGroupRedirects(reading, value)
  for (const [key, inner] of Object.entries(value))
    if (key !== 'sourceText') visit(reading, inner, depth)
}

/** `{ …; } > file` redirects commands that stand before it. */
function readGroupRedirects(reading: Reading, node: Node): void {
  const redirects = readRedirects(reading, asList(node['redirections']).filter(isNode))
  if (redirects.length > 0) reading.commands.push({ words: [], redirects, assignments: [] })
}

function readRedirects(
  reading: Reading,
  redirections: readonly Node[],
): { operator: string; target: string }[] {
  return redirections.flatMap((redirect) => {
    const target = redirect['target']
    if (!isNode(target) || target['type'] === 'HereDoc') return []
    return [{ operator: String(redirect['operator']), target: wordText(reading, target) }]
  })
}

/** `for f in a b` makes `$f` stand for both; written as one word with spaces, it is split where it is used. */
function readLoopVariable(reading: Reading, node: Node): void {
  const words = asList(node['words']).map((word) => wordText(reading, word))
  if (words.length > 0) reading.variables.set(String(node['variable']), words.join(' '))
}

function readSimple(reading: Reading, node: Node, depth: number): void {
  const assignments = asList(node['assignments'])
    .filter(isNode)
    .map((assignment) => ({
      name: String(assignment['name']),
      value: assignment['value'] ? wordText(reading, assignment['value']) : '',
    }))
  const words = [node['name'], ...asList(node['args'])]
    .filter((word) => word !== null && word !== undefined)
    .flatMap((word) => splitUnquoted(reading, word))
  if (words.length === 0) {
    for (const { name, value } of assignments) reading.variables.set(name, value)
  }
  const redirections = asList(node['redirections']).filter(isNode)
  const redirects = readRedirects(reading, redirections)
  // Substitutions run before the command that they stand in.
  visit(reading, node['name'], depth)
  visit(reading, node['args'], depth)
  visit(reading, node['assignments'], depth)
  visit(
    reading,
    redirections.map((redirect) => redirect['target']),
    depth,
  )
  reading.commands.push({ words, redirects, assignments })
  readNested(reading, words, redirections, depth)
}

/** Commands whose arguments are shell text, and shells fed by a here-document. */
function readNested(
  reading: Reading,
  words: readonly string[],
  redirections: readonly Node[],
  depth: number,
): void {
  if (depth >= DEPTH_MAX) return
  const bare = unwrap(words)
  const name = baseName(bare[0] ?? '')
  if (name === 'eval') readInto(reading, bare.slice(1).join(' '), depth + 1)
  if (name === 'trap' && bare[1] !== undefined) readInto(reading, bare[1], depth + 1)
  if (!/^(ba|da|k|z)?sh$/.test(name)) return
  const option = bare.findIndex((word) => /^-[a-z]*c[a-z]*$/.test(word))
  const inline = option === -1 ? undefined : bare[option + 1]
  if (inline !== undefined) readInto(reading, inline, depth + 1)
  for (const redirect of redirections) {
    const target = redirect['target']
    if (!isNode(target)) continue
    if (target['type'] === 'HereDoc')
      readInto(reading, wordText(reading, target['content']), depth + 1)
    if (redirect['operator'] === '<<<') readInto(reading, wordText(reading, target), depth + 1)
  }
}

/** How many words a wrapper and its own options take, before the command that it runs. */
const WRAPPERS: Readonly<
  Record<string, { readonly operands: number; readonly takesValue: RegExp }>
> = {
  sudo: { operands: 0, takesValue: /^-[ughpCT]$/ },
  doas: { operands: 0, takesValue: /^-[u]$/ },
  command: { operands: 0, takesValue: /^$/ },
  builtin: { operands: 0, takesValue: /^$/ },
  exec: { operands: 0, takesValue: /^-a$/ },
  nohup: { operands: 0, takesValue: /^$/ },
  setsid: { operands: 0, takesValue: /^$/ },
  time: { operands: 0, takesValue: /^$/ },
  busybox: { operands: 0, takesValue: /^$/ },
  nice: { operands: 0, takesValue: /^-n$/ },
  stdbuf: { operands: 0, takesValue: /^-[ioe]$/ },
  env: { operands: 0, takesValue: /^-[uC]$/ },
  xargs: { operands: 0, takesValue: /^-[IinPLd]$/ },
  timeout: { operands: 1, takesValue: /^-[ks]$/ },
  unshare: { operands: 0, takesValue: /^-[GSRw]$/ },
  nsenter: { operands: 0, takesValue: /^-[tGS]$/ },
  strace: { operands: 0, takesValue: /^-[abeEIoOPsSuX]$/ },
}

/** A command's words without `sudo`, `env A=b`, `timeout 5` … in front. */
export function unwrap(words: readonly string[]): readonly string[] {
  const wrapper = WRAPPERS[baseName(words[0] ?? '')]
  if (wrapper === undefined) return words
  let index = 1
  while (index < words.length) {
    const word = words[index] ?? ''
    if (wrapper.takesValue.test(word)) index += 2
    else if (word.startsWith('-') || /^[A-Za-z_]\w*=/.test(word)) index++
    else break
  }
  const rest = words.slice(index + wrapper.operands)
  return rest.length === 0 ? words : unwrap(rest)
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** An unquoted variable that stands for several words is several words. */
function splitUnquoted(reading: Reading, word: unknown): string[] {
  const text = wordText(reading, word)
  const parts = isNode(word) ? asList(word['parts']) : []
  const quoted = parts.some((part) => isNode(part) && /Quoted|Escaped/.test(String(part['type'])))
  return quoted || text === '' ? [text] : text.split(/\s+/)
}

function wordText(reading: Reading, word: unknown): string {
  if (!isNode(word)) return ''
  return asList(word['parts'])
    .map((part) => partText(reading, part))
    .join('')
}

function partText(reading: Reading, part: unknown): string {
  if (!isNode(part)) return ''
  switch (part['type']) {
    case 'Literal':
    case 'SingleQuoted':
    case 'Escaped':
      return String(part['value'])
    case 'DoubleQuoted':
      return asList(part['parts'])
        .map((inner) => partText(reading, inner))
        .join('')
    case 'Glob':
      return String(part['pattern'])
    case 'TildeExpansion':
      return typeof part['user'] === 'string' ? `~${part['user']}` : '~'
    case 'ParameterExpansion':
      return reading.variables.get(String(part['parameter'])) ?? `$${String(part['parameter'])}`
    default:
      return '$…'
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
