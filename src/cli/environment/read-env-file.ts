import { readFileSync, type Stats, statSync } from 'node:fs'
import { parseEnv } from 'node:util'

/** What a file of variables holds, and what the user should know of it: sentences without a value in them. */
export interface EnvFile {
  readonly variables: Readonly<Record<string, string | undefined>>
  readonly notes: readonly string[]
}

const NOTHING: EnvFile = { variables: {}, notes: [] }

/** Keys and addresses need far less; something else stands under this name. */
const BYTES_MAX = 256 * 1024

/**
 * Reads `NAME=value` lines (`.env`). Whatever is wrong with the file is a note and not an error: many commands need none of
 * it, and whoever misses a key says so.
 */
export function readEnvFile(path: string): EnvFile {
  const state = stateOf(path)
  // Python keeps its virtual environments in folders of that name.
  if (state === undefined || state?.isDirectory()) return NOTHING
  const why = state === null ? null : whyUnread(state)
  const text = state === null || why !== null ? null : readText(path)
  if (state === null || text === null) {
    return { ...NOTHING, notes: [`No key is taken from ${path}: ${why ?? 'it cannot be read'}`] }
  }
  if (text === undefined) {
    return { ...NOTHING, notes: [`No key is taken from ${path}: it is not UTF-8 text`] }
  }
  const openness = process.platform === 'win32' ? 0 : state.mode & 0o077
  return {
    variables: parseEnv(text),
    notes: [
      ...(openness === 0 ? [] : [`Others on this machine can get at ${path}: chmod 600 ${path}`]),
      ...unreadLines(text).map((problem) => `${path}:${problem}`),
    ],
  }
}

/** Null: it cannot be looked at, as where a link leads round in a circle. Undefined: it is not there. */
function stateOf(path: string): Stats | null | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    // What keeps us from it (rights, links) keeps us from reading it as well.
    return null
  }
}

function whyUnread(state: Stats): string | null {
  // Opening a named pipe would wait for somebody to write.
  if (!state.isFile()) return 'it is not a regular file'
  if (state.size <= BYTES_MAX) return null
  return `it has ${state.size} bytes, and at most ${BYTES_MAX} are read`
}

/** Null: it cannot be read. Undefined: it is not text. */
function readText(path: string): string | null | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path))
  } catch (error) {
    return error instanceof TypeError ? undefined : null
  }
}

const ASSIGNMENT = /^\s*(?:export\s+)?[A-Za-z_][\w.-]*\s*=\s*(?<quote>["'`]?)(?<rest>.*)$/
const EMPTY = /^\s*(#|$)/

/** Node's own parser leaves out in silence what it cannot read. */
function unreadLines(text: string): string[] {
  const problems: string[] = []
  let open: { readonly quote: string; readonly line: number } | null = null
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (open !== null) {
      if (line.includes(open.quote)) open = null
      continue
    }
    if (EMPTY.test(line)) continue
    const { quote = '', rest = '' } = ASSIGNMENT.exec(line)?.groups ?? {}
    if (!ASSIGNMENT.test(line)) {
      problems.push(`${index + 1}: this line is left out: it is not of the form NAME=value`)
    } else if (quote !== '' && !rest.includes(quote)) open = { quote, line: index + 1 }
  }
  if (open !== null) problems.push(`${open.line}: the quotation mark of this line is never closed`)
  return problems
}
