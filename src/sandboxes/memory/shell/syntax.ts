import { parse, serialize } from 'just-bash'
import type {
  FunctionDefinition,
  Redirection,
  ScriptNode,
  StatementNode,
  WordNode,
} from './language.ts'

/** What of a text can be run, and what is wrong after that. bash reads and runs line by line: so what is right runs first. */
export interface Parsed {
  readonly script: ScriptNode
  readonly fault: SyntaxFault | null
}

export interface SyntaxFault {
  readonly line: number
  /** As bash words it, one or two lines without their prefix. */
  readonly messages: readonly string[]
  /** A construct that bash has and this parser has not. */
  readonly unsupported: string | null
}

/** How many shorter texts are tried for one that ends before a fault. */
const ATTEMPTS_MAX = 100

const EMPTY: ScriptNode = { type: 'Script', statements: [] }

/** Agents repeat themselves over trials; the same text is parsed once. Bounded: oldest out first. */
const CACHE_ENTRIES = 512
const CACHED_LENGTH = 4_096
const cache = new Map<string, Parsed>()

export function parseScript(text: string): Parsed {
  if (text.length > CACHED_LENGTH) return parseLines(text)
  const known = cache.get(text)
  if (known !== undefined) return known
  const parsed = parseLines(text)
  const oldest = cache.size >= CACHE_ENTRIES ? cache.keys().next().value : undefined
  if (oldest !== undefined) cache.delete(oldest)
  cache.set(text, parsed)
  return parsed
}

/** The text of a function as it stands in the environment of a child: `() { …; }`. */
export function functionText(definition: FunctionDefinition): string {
  const statement: StatementNode = {
    type: 'Statement',
    pipelines: [{ type: 'Pipeline', commands: [definition], negated: false }],
    operators: [],
    background: false,
  }
  const text = serialize({ type: 'Script', statements: [statement] })
  return text.slice(text.indexOf('()'))
}

/** A function from its text in the environment; null when the text is none. */
export function parseFunction(name: string, text: string): FunctionDefinition | null {
  const command = parseScript(`${name} ${text}`).script.statements[0]?.pipelines[0]?.commands[0]
  return command?.type === 'FunctionDef' ? command : null
}

/** The text that a word stands for when nothing in it has to be expanded; null otherwise. */
export function literalText(word: WordNode): string | null {
  let text = ''
  for (const part of word.parts) {
    if (part.type === 'Literal' || part.type === 'SingleQuoted' || part.type === 'Escaped') {
      text += part.value
    } else if (part.type === 'DoubleQuoted') {
      for (const inner of part.parts) {
        if (inner.type !== 'Literal' && inner.type !== 'Escaped') return null
        text += inner.value
      }
    } else {
      return null
    }
  }
  return text
}

export function isHereDocument(
  target: Redirection['target'],
): target is Exclude<Redirection['target'], WordNode> {
  return target.type === 'HereDoc'
}

function parseLines(text: string): Parsed {
  const whole = attempt(text)
  if (whole.fault === null) return whole
  const lines = text.split('\n')
  const faulty = Math.min(whole.fault.line, lines.length)
  const first = Math.max(1, faulty - ATTEMPTS_MAX)
  for (let count = faulty - 1; count >= first; count--) {
    const before = attempt(lines.slice(0, count).join('\n'))
    if (before.fault === null) return { script: before.script, fault: whole.fault }
  }
  return whole
}

function attempt(text: string): Parsed {
  try {
    const script = parse(text)
    const deferred = script.statements.find((statement) => statement.deferredError)
    if (deferred?.deferredError === undefined) return { script, fault: null }
    const line = faultLine(script, deferred)
    return { script: EMPTY, fault: unexpected(deferred.deferredError.token, line, text) }
  } catch (error) {
    if (!isSyntaxError(error)) throw error
    return { script: EMPTY, fault: faultOf(error, text) }
  }
}

interface SyntaxErrorLike extends Error {
  readonly line?: number
  readonly token?: { readonly type: string; readonly value: string }
}

function isSyntaxError(error: unknown): error is SyntaxErrorLike {
  return error instanceof Error && (error.name === 'ParseException' || error.name === 'LexerError')
}

function faultOf(error: SyntaxErrorLike, text: string): SyntaxFault {
  const lastLine = text.replace(/\n$/, '').split('\n').length
  const unmatched = /looking for matching [`'](.)'/.exec(error.message)
  if (unmatched !== null) {
    const line = error.line === undefined || error.line === 0 ? lastLine : error.line
    return {
      line,
      messages: [`unexpected EOF while looking for matching \`${unmatched[1]}'`],
      unsupported: null,
    }
  }
  const { token } = error
  if (token === undefined || token.type === 'EOF') {
    return {
      line: lastLine + 1,
      messages: ['syntax error: unexpected end of file'],
      unsupported: null,
    }
  }
  const line = error.line ?? lastLine
  const fault = unexpected(token.value, line, text)
  if (token.type === 'COPROC' || token.type === 'SELECT') {
    return { ...fault, unsupported: token.value }
  }
  return fault
}

function unexpected(token: string, line: number, text: string): SyntaxFault {
  const shown = token === '\n' || token === '' ? 'newline' : token
  return {
    line,
    messages: [
      `syntax error near unexpected token \`${shown}'`,
      `\`${text.split('\n')[line - 1] ?? ''}'`,
    ],
    unsupported: null,
  }
}

// A statement that could not be read carries no line; that of the statement before it is near enough.
function faultLine(script: ScriptNode, faulty: StatementNode): number {
  let line = 1
  for (const statement of script.statements) {
    line = statement.line ?? statement.pipelines[0]?.commands[0]?.line ?? line
    if (statement === faulty) break
  }
  return line
}
