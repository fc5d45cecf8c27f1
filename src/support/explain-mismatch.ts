import { z } from 'zod'
import { nearest, printable } from './choices.ts'
import { invariant } from './errors.ts'

type Path = readonly (string | number)[]
type Issue = z.core.$ZodIssue

/** What is wrong with a value, said once and to the user, and where. */
export interface Mismatch {
  readonly path: Path
  /** Whether the key at the end of the path is at fault, or what stands behind it. */
  readonly at: 'key' | 'value'
  readonly message: string
}

/**
 * Says why `value` does not fit `schema`, in one line: of all that is wrong, what the user most likely meant to be told.
 * A misspelt key comes first, since what it leaves missing follows from it; of a union, the branch whose keys were used.
 */
export function explainMismatch(
  schema: z.ZodType,
  value: unknown,
  issues: readonly Issue[],
): Mismatch {
  const issue = worstOf(issues, value)
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))
  const found = valueAt(value, path)
  const shape = shapesAt(jsonSchemaOf(schema), path)
  if (issue.code === 'unrecognized_keys') return unknownKey(issue.keys, path, found, shape)
  if (issue.code === 'invalid_key') {
    const why = issue.issues.map(({ message }) => message).join('; ')
    return { path, at: 'key', message: `the key ${nameOf(path)} does not fit: ${why}` }
  }
  if (found === undefined) return missingKey(path, shape)
  if (issue.code === 'invalid_union') return outOfUnion(schema, value, path, found, shape, issue)
  return { path, at: 'value', message: `${nameOf(path)} ${reasonOf(issue, found, shape)}` }
}

function worstOf(issues: readonly Issue[], value: unknown): Issue {
  const rank = (issue: Issue): number => {
    if (issue.code === 'unrecognized_keys') return 0
    return valueAt(value, issue.path) === undefined ? 2 : 1
  }
  const [worst] = [...issues].sort((a, b) => rank(a) - rank(b))
  invariant(worst, 'a value that does not fit has an issue')
  return worst
}

function unknownKey(
  keys: readonly string[],
  path: Path,
  found: unknown,
  shapes: readonly Shape[],
): Mismatch {
  const valid = [...new Set(shapes.flatMap((shape) => Object.keys(shape.properties ?? {})))]
  const foreign = keys.find((key) => !valid.includes(key))
  const key = foreign ?? keys[0] ?? ''
  const at = { path: [...path, key], at: 'key' as const }
  if (foreign === undefined) {
    const kept = Object.keys(Object(found)).filter((other) => !keys.includes(other))
    return { ...at, message: `"${key}" cannot stand beside ${listOf(kept, 'and')}` }
  }
  const meant = nearest(key, valid)
  const guess = meant === null ? '' : `, did you mean "${meant}"?`
  return { ...at, message: `unknown key "${printable(key)}"${guess} (valid: ${valid.join(', ')})` }
}

function missingKey(path: Path, shapes: readonly Shape[]): Mismatch {
  const key = path.at(-1)
  const owner = path.slice(0, -1)
  const types = [...new Set(shapes.map(typeOf))]
  const kind = types.length === 0 ? '' : ` (${types.join(' or ')})`
  return { path: owner, at: 'value', message: `${nameOf(owner)} needs the key "${key}"${kind}` }
}

function outOfUnion(
  schema: z.ZodType,
  value: unknown,
  path: Path,
  found: unknown,
  shapes: readonly Shape[],
  issue: z.core.$ZodIssueInvalidUnion,
): Mismatch {
  // What fits no branch even by its type says nothing about which branch was meant.
  const branches = issue.errors.filter((branch) => !branch.some(isAboutWhole))
  if (branches.length === 0) {
    return { path, at: 'value', message: `${nameOf(path)} ${wrongType(found, shapes)}` }
  }
  const meant = mostUsed(branches, found)
  if (meant === null) {
    const foreign = Object.keys(Object(found))
    if (foreign.length > 0) return unknownKey(foreign, path, found, shapes)
    const keys = listOf(requiredKeys(shapes), 'or')
    return { path, at: 'value', message: `${nameOf(path)} is empty: it needs ${keys}` }
  }
  const missing = missingInAll(branches, meant, found)
  if (missing.length > 1) {
    const keys = listOf(missing, 'or')
    return { path, at: 'value', message: `${nameOf(path)} needs ${keys}` }
  }
  const rebased = meant.map((inner) => ({ ...inner, path: [...path, ...inner.path] }))
  return explainMismatch(schema, value, rebased)
}

/** The branch that knows most of the keys that were written; null for a mapping of which none knows any. */
function mostUsed(branches: readonly Issue[][], found: unknown): Issue[] | null {
  const ranked = branches
    .map((branch) => ({ branch, known: knownKeys(branch, found) }))
    .sort((a, b) => b.known - a.known || a.branch.length - b.branch.length)
  const best = ranked[0]
  return best === undefined || (isMapping(found) && best.known === 0) ? null : best.branch
}

/** Where branches that know as many keys want for one each and for nothing else: those keys. */
function missingInAll(
  branches: readonly Issue[][],
  meant: readonly Issue[],
  found: unknown,
): string[] {
  if (!isMapping(found)) return []
  const known = knownKeys(meant, found)
  const alike = branches.filter((branch) => knownKeys(branch, found) === known)
  const wanting = alike.map((branch) => {
    const [issue, ...more] = branch
    const key = issue?.path.length === 1 ? issue.path[0] : undefined
    if (more.length > 0 || typeof key !== 'string') return null
    return valueAt(found, [key]) === undefined ? key : null
  })
  const keys = [...new Set(wanting)]
  return keys.every((key) => key !== null) ? keys : []
}

function isMapping(found: unknown): boolean {
  return typeof found === 'object' && found !== null && !Array.isArray(found)
}

/** How many of the keys that were written a branch knows. */
function knownKeys(branch: readonly Issue[], found: unknown): number {
  const written = isMapping(found) ? Object.keys(Object(found)).length : 0
  return written - branch.flatMap((issue) => foreignKeysOf(issue)).length
}

function foreignKeysOf(issue: Issue): readonly string[] {
  return issue.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys : []
}

function isAboutWhole(issue: Issue): boolean {
  return issue.path.length === 0 && issue.code === 'invalid_type'
}

function reasonOf(issue: Issue, found: unknown, shapes: readonly Shape[]): string {
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(found, shapes)
    case 'invalid_value': {
      const valid = issue.values.map(String)
      const meant = nearest(String(found), valid)
      const guess = meant === null ? '' : `, did you mean "${meant}"?`
      return `is ${describe(found)}${guess} (valid: ${valid.join(', ')})`
    }
    case 'too_small':
      return `must ${boundOf(issue.origin, issue.inclusive === false ? 'be more than' : 'be at least', issue.minimum)}`
    case 'too_big':
      return `must ${boundOf(issue.origin, issue.inclusive === false ? 'be less than' : 'be at most', issue.maximum)}${shareOf(issue.maximum, found)}`
    default:
      return `does not fit: ${printable(issue.message)}`
  }
}

function wrongType(found: unknown, shapes: readonly Shape[]): string {
  const types = [...new Set(shapes.map(typeOf))]
  const keys = requiredKeys(shapes)
  const needed = types.length === 1 && keys.length > 0 ? ` with ${listOf(keys, 'or')}` : ''
  // YAML reads 3 and true as a number and a truth value.
  const plain = typeof found === 'number' || typeof found === 'boolean'
  const help = plain && types.includes(TEXT) ? ' (put it in quotes)' : ''
  return `must be ${types.join(' or ')}${needed}, but is ${describe(found)}${help}`
}

const TEXT = 'text'

function boundOf(origin: string, bound: string, count: number | bigint): string {
  const unit = COUNTED[origin]
  if (unit === undefined) return `${bound} ${count}`
  if (count === 1n || count === 1)
    return bound === 'be at least' ? 'not be empty' : `have ${bound.slice(3)} 1 ${unit.one}`
  return `have ${bound.slice(3)} ${count} ${unit.many}`
}

/** Shares are often written as percentages. */
function shareOf(maximum: number | bigint, found: unknown): string {
  const isPercentage = maximum === 1 && typeof found === 'number' && found > 1 && found < 100
  return isPercentage ? `: ${found} percent is ${Number((found / 100).toPrecision(12))}` : ''
}

const COUNTED: Readonly<Record<string, { readonly one: string; readonly many: string }>> = {
  string: { one: 'character', many: 'characters' },
  array: { one: 'item', many: 'items' },
}

/** By the names of JSON Schema. */
const TYPES: Readonly<Record<string, string>> = {
  string: TEXT,
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  object: 'a mapping (key: value)',
  array: 'a list',
  null: 'empty',
}

function describe(value: unknown): string {
  if (value === null) return 'empty'
  if (Array.isArray(value)) return 'a list'
  switch (typeof value) {
    case 'string':
      return value === '' ? 'an empty text' : `the text "${printable(value.slice(0, 200), 60)}"`
    case 'number':
      return `the number ${value}`
    case 'boolean':
      return String(value)
    case 'object':
      return 'a mapping'
    default:
      return `a ${typeof value}`
  }
}

function nameOf(path: Path): string {
  const last = path.at(-1)
  if (last === undefined) return 'the file'
  if (typeof last === 'string') return `"${printable(last, 60)}"`
  const list = path.findLast((step) => typeof step === 'string')
  return list === undefined ? `item ${last + 1}` : `item ${last + 1} of "${printable(list, 60)}"`
}

function listOf(words: Iterable<string>, conjunction: 'and' | 'or'): string {
  const quoted = [...words].map((word) => `"${printable(word, 60)}"`)
  if (quoted.length < 2) return quoted.join('')
  return `${quoted.slice(0, -1).join(', ')} ${conjunction} ${quoted.at(-1)}`
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, step) =>
      inner === null || inner === undefined ? undefined : Reflect.get(Object(inner), step),
    value,
  )
}

/** The part of JSON Schema that is read here. */
const Shape = z.object({
  type: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  additionalProperties: z.unknown().optional(),
  items: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
})
type Shape = z.infer<typeof Shape>

// The schema as JSON Schema: zod's documented way of looking into one, whatever it is wrapped in.
function jsonSchemaOf(schema: z.ZodType): unknown {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' })
}

/** Every alternative that may stand at `path`. */
function shapesAt(root: unknown, path: Path): Shape[] {
  return path.reduce<Shape[]>(
    (shapes, step) => shapes.flatMap((shape) => alternatives(below(shape, step))),
    alternatives(root),
  )
}

function below(shape: Shape, step: string | number): unknown {
  if (typeof step === 'number') return shape.items
  return Object.hasOwn(shape.properties ?? {}, step)
    ? shape.properties?.[step]
    : shape.additionalProperties
}

function alternatives(schema: unknown): Shape[] {
  const shape = Shape.safeParse(schema)
  if (!shape.success) return []
  const inner = shape.data.anyOf ?? shape.data.oneOf
  return inner === undefined ? [shape.data] : inner.flatMap(alternatives)
}

function typeOf(shape: Shape): string {
  if (shape.enum !== undefined) return `one of ${shape.enum.map(String).join(', ')}`
  return TYPES[shape.type ?? ''] ?? 'something else'
}

/** Of each alternative, the first key that it cannot be without: what tells them apart. */
function requiredKeys(shapes: readonly Shape[]): string[] {
  return [...new Set(shapes.flatMap((shape) => shape.required?.slice(0, 1) ?? []))]
}
