import { KEY_MARK, secretForms } from './secret-forms.ts'

/** Takes secrets out of what is to be written. */
export interface Redactor {
  /** The text with `[key]` in place of each secret, in whatever known form it stands there. */
  text(text: string): string
  /** The same for every text within plain objects and lists, names of properties included. What holds no secret comes back as it is, uncopied. */
  value<T>(value: T): T
}

/** Shorter ones are stand-ins such as `none` or `ollama`, and parts of common words besides. */
export const SECRET_LENGTH_MIN = 8

/**
 * All that a process writes passes through here, and hardly any of it holds a secret. The search is therefore that of Wu
 * and Manber ("A fast algorithm for multi-pattern searching", 1994): it looks at two letters at a time and leaps over as
 * many as no form of a secret can begin in, however many forms there are.
 *
 * @param secrets those shorter than {@link SECRET_LENGTH_MIN} are left out
 */
export function createRedactor(secrets: readonly string[]): Redactor {
  const kept = [...new Set(secrets)].filter(({ length }) => length >= SECRET_LENGTH_MIN)
  if (kept.length === 0) return { text: (text) => text, value: (value) => value }
  const { literal, escaped } = secretForms(kept)
  const search = leapingSearch(literal)
  const text = (given: string): string => {
    const plain = search(given)
    return plain.includes(LETTER_ESCAPED) ? plain.replace(escaped, KEY_MARK) : plain
  }
  // Whatever goes in comes out with the same form: only texts differ.
  return { text, value: <T>(value: T): T => withoutSecrets(value, text) as T }
}

/** Nobody needs to write a letter of ASCII like this in JSON, but a reader of JSON takes it for the letter. */
const LETTER_ESCAPED = '\\u00'

/** One for each pair of letters of ASCII. Other pairs share them, and are told apart when a form is compared letter by letter. */
const BUCKETS = 128 * 256
/** With more letters of each form, more pairs would be known, and the leaps between them shorter than they are long. */
const WINDOW_MAX = 12

function leapingSearch(forms: readonly string[]): (text: string) => string {
  const window = Math.min(WINDOW_MAX, ...forms.map(({ length }) => length))
  const leaps = new Uint8Array(BUCKETS).fill(window - 1)
  const endingIn = new Map<number, string[]>()
  // Longest first, so that nothing of a secret is left behind where another is its beginning.
  for (const form of forms.toSorted((a, b) => b.length - a.length)) {
    for (let end = 1; end < window; end++) {
      const bucket = bucketOf(form, end)
      leaps[bucket] = Math.min(leaps[bucket] ?? 0, window - 1 - end)
    }
    const last = bucketOf(form, window - 1)
    endingIn.set(last, [...(endingIn.get(last) ?? []), form])
  }

  return (text) => {
    let done = 0
    let result = ''
    let end = window - 1
    while (end < text.length) {
      const bucket = bucketOf(text, end)
      const leap = leaps[bucket] ?? 0
      if (leap > 0) {
        end += leap
        continue
      }
      const start = end - window + 1
      const found = endingIn.get(bucket)?.find((form) => text.startsWith(form, start))
      if (found === undefined) {
        end++
        continue
      }
      result += text.slice(done, start) + KEY_MARK
      done = start + found.length
      end = done + window - 1
    }
    return done === 0 ? text : result + text.slice(done)
  }
}

function bucketOf(text: string, end: number): number {
  return ((text.charCodeAt(end - 1) << 8) ^ text.charCodeAt(end)) & (BUCKETS - 1)
}

function withoutSecrets(value: unknown, text: (text: string) => string): unknown {
  if (typeof value === 'string') return text(value)
  if (typeof value !== 'object' || value === null) return value
  return Array.isArray(value) ? inList(value, text) : inObject(value, text)
}

function inList(list: readonly unknown[], text: (text: string) => string): readonly unknown[] {
  let copy: unknown[] | null = null
  for (let index = 0; index < list.length; index++) {
    const after = withoutSecrets(list[index], text)
    if (Object.is(after, list[index])) continue
    copy ??= [...list]
    copy[index] = after
  }
  return copy ?? list
}

function inObject(object: object, text: (text: string) => string): object {
  const prototype: unknown = Object.getPrototypeOf(object)
  // A date or a buffer has no texts of its own to look through.
  if (prototype !== Object.prototype && prototype !== null) return object
  let copy: [name: string, value: unknown][] | null = null
  const names = Object.keys(object)
  for (let index = 0; index < names.length; index++) {
    const name = names[index] ?? ''
    const value: unknown = Reflect.get(object, name)
    const nameAfter = text(name)
    const after = withoutSecrets(value, text)
    if (copy === null && nameAfter === name && Object.is(after, value)) continue
    copy ??= Object.entries(object).slice(0, index)
    copy.push([nameAfter, after])
  }
  return copy === null ? object : Object.fromEntries(copy)
}
