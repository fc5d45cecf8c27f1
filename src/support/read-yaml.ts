import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml'
import type { z } from 'zod'
import { printable } from './choices.ts'
import { UsageError } from './errors.ts'
import { explainMismatch, type Mismatch } from './explain-mismatch.ts'
import { readTextFile } from './read-text-file.ts'
import type { Places, ValueFault } from './value-fault.ts'

/** A file written by hand is far smaller; reading this much takes about a second. */
const YAML_BYTES_MAX = 512 * 1024

/**
 * Reads a YAML file that a user wrote and checks it against a schema.
 *
 * @param options.what what the file is to the user, for messages: `script`, `study`
 * @throws UsageError in one line, with the place in the file where there is one
 */
export async function readYamlFile<S extends z.ZodType>(
  path: string,
  schema: S,
  options: { readonly what: string },
): Promise<ReadYaml<z.output<S>>> {
  const text = await readTextFile(path, { ...options, bytesMax: YAML_BYTES_MAX })
  return readYaml(text, path, schema)
}

/** What a YAML file holds, and where. */
export interface ReadYaml<T> extends Places {
  readonly text: string
  readonly value: T
  /** Checks what was written against another schema. @throws UsageError as {@link parseYaml} does */
  check<S extends z.ZodType>(schema: S): z.output<S>
  fault(fault: Pick<ValueFault, 'path' | 'at' | 'reason'>): UsageError
}

/**
 * Reads one YAML 1.2 document of plain data: no tags, keys that are text and stand once.
 *
 * @throws UsageError `file:line:column: what is wrong`, with the nearest valid key or the valid choices
 */
export function parseYaml<S extends z.ZodType>(
  text: string,
  fileName: string,
  schema: S,
): z.output<S> {
  return readYaml(text, fileName, schema).value
}

function readYaml<S extends z.ZodType>(
  text: string,
  fileName: string,
  schema: S,
): ReadYaml<z.output<S>> {
  const lines = new LineCounter()
  const fault = (offset: number, message: string): UsageError => {
    const { line, col } = lines.linePos(offset)
    return new UsageError(
      `${printable(fileName)}:${Math.max(1, line)}:${Math.max(1, col)}: ${message}`,
    )
  }
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    // Ours below: the library's compares each key with each other.
    uniqueKeys: false,
  })
  const problem = syntaxProblem(text, document)
  if (problem !== null) throw fault(problem.offset, problem.message)
  const value = valueOf(document, fault)
  const check = <C extends z.ZodType>(wanted: C): z.output<C> => {
    const parsed = wanted.safeParse(value)
    if (parsed.success) return parsed.data
    const mismatch = explainMismatch(wanted, value, parsed.error.issues)
    throw fault(offsetOf(document, mismatch), mismatch.message)
  }
  return {
    text,
    value: check(schema),
    check,
    fault: ({ path, at, reason }) => fault(offsetOf(document, { path, at }), reason),
  }
}

interface Problem {
  readonly offset: number
  readonly message: string
}

function syntaxProblem(text: string, document: Document.Parsed): Problem | null {
  const control = text.search(CONTROL)
  if (control >= 0) {
    const code = text.charCodeAt(control).toString(16).padStart(4, '0').toUpperCase()
    return { offset: control, message: `a control character (U+${code}) is not allowed here` }
  }
  const deep = document.errors.find((error) => error.code === 'RESOURCE_EXHAUSTION')
  if (deep !== undefined) return { offset: deep.pos[0], message: 'this is nested too deeply' }
  const first = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0])[0]
  if (first !== undefined) {
    const said = `${first.code} ${first.message}`
    const meant = SYNTAX.find(([pattern]) => pattern.test(said))?.[1]
    return { offset: first.pos[0], message: meant ?? printable(lowerFirst(first.message)) }
  }
  return structureProblem(document)
}

// YAML itself forbids them, but the library lets them pass.
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/

/** In the user's words, where the library's own speak of its interface or leave out what to do. */
const SYNTAX: readonly (readonly [said: RegExp, meant: string])[] = [
  [/^BAD_SCALAR_START/, 'text that starts with this character must be put in quotes'],
  [
    /^BLOCK_AS_IMPLICIT_KEY.*sequence/,
    'this line is indented otherwise than the list it belongs to',
  ],
  [/^BLOCK_AS_IMPLICIT_KEY/, 'a second key in one line: put text that contains ": " in quotes'],
  [/^MISSING_CHAR.*quote/, 'a quote is never closed'],
  [/^BAD_INDENT.*end with a \]/, 'a "[" is never closed'],
  [/^BAD_INDENT.*end with a \}/, 'a "{" is never closed'],
  [/^UNEXPECTED_TOKEN.*at node end/, 'unexpected text after a closing quote or bracket'],
  [/^MULTIPLE_DOCS/, 'a second document starts here ("---"): one file holds one'],
  [/^NON_STRING_KEY/, 'a key must be text'],
  [/^TAB_AS_INDENT/, 'a tab is used to indent: use spaces'],
  [/^TAG_RESOLVE_FAILED/, 'tags ("!…") are not allowed'],
]

/** What the library would let pass or find too slowly: a key twice or one that merges, an alias to nothing or to what it stands in. */
function structureProblem(document: Document.Parsed): Problem | null {
  let problem: Problem | null = null
  let aliases = 0
  visit(document, {
    Map: (_, map) => {
      problem ??= keyProblem(map)
      return problem === null ? undefined : visit.BREAK
    },
    Alias: (_, alias) => {
      aliases++
      if (aliases > ALIASES_MAX) {
        problem ??= { offset: alias.range?.[0] ?? 0, message: TOO_MANY_ALIASES }
        return visit.BREAK
      }
      const target = alias.resolve(document)
      const offset = alias.range?.[0] ?? 0
      const name = printable(alias.source, 60)
      if (target === undefined) {
        problem ??= {
          offset,
          message: `"*${name}" refers to "&${name}", which is not defined before it`,
        }
      } else if (target.range && target.range[0] <= offset && offset < target.range[2]) {
        problem ??= { offset, message: `"*${name}" stands inside what it refers to` }
      }
      return problem === null ? undefined : visit.BREAK
    },
  })
  return problem
}

function keyProblem(map: YAMLMap): Problem | null {
  const seen = new Set<string>()
  for (const { key } of map.items) {
    if (!isScalar(key)) continue
    const name = String(key.value)
    if (name === '<<') {
      return { offset: key.range?.[0] ?? 0, message: 'keys are not merged ("<<"): write them out' }
    }
    if (seen.has(name)) {
      return {
        offset: key.range?.[0] ?? 0,
        message: `the key "${printable(name, 60)}" stands here a second time`,
      }
    }
    seen.add(name)
  }
  return null
}

function valueOf(
  document: Document.Parsed,
  fault: (offset: number, message: string) => UsageError,
): unknown {
  try {
    return document.toJS({ maxAliasCount: ALIASES_MAX })
  } catch (error) {
    // All that is left to go wrong after the checks above is what the aliases amount to.
    throw error instanceof ReferenceError ? fault(0, TOO_MANY_ALIASES) : error
  }
}

/** Far more than a person writes. Nested aliases multiply: the library counts them as they expand. */
const ALIASES_MAX = 100
const TOO_MANY_ALIASES = `more than ${ALIASES_MAX} aliases ("*…") are not followed`

function offsetOf(document: Document.Parsed, { path, at }: Pick<Mismatch, 'path' | 'at'>): number {
  const owner = nodeAt(document, at === 'key' ? path.slice(0, -1) : path)
  const key = path.at(-1)
  if (at === 'key' && isMap(owner)) {
    const pair = owner.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
    if (isNode(pair?.key)) return pair.key.range?.[0] ?? 0
  }
  return owner?.range?.[0] ?? 0
}

/** The node at `path`, or the last one on the way to it. */
function nodeAt(document: Document.Parsed, path: readonly (string | number)[]): Node | null {
  let node: Node | null = document.contents
  for (const step of path) {
    const inside: Node | null | undefined = isAlias(node) ? node.resolve(document) : node
    const next: unknown = isMap(inside) || isSeq(inside) ? inside.get(step, true) : undefined
    if (!isNode(next)) break
    node = next
  }
  return node
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
