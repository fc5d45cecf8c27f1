/** What is written in place of a secret. */
export const KEY_MARK = '[key]'

/** In what forms secrets may turn up in a text. */
export interface SecretForms {
  /** Each as it stands. */
  readonly literal: readonly string[]
  /** Any of them with some of its letters written as JSON may write them: `\u006b` for `k`. */
  readonly escaped: RegExp
}

/** JSON within JSON, and so on: a tool's arguments, in an answer, in the next request, in a record. */
const ESCAPED_TIMES = 7

/** As they stand, and as JSON, addresses, HTML, base64 and hexadecimal dumps write them. */
export function secretForms(secrets: readonly string[]): SecretForms {
  // A key of several lines often stands in an environment with its line feeds written as `\n`.
  const values = secrets.flatMap((secret) => {
    const unfolded = secret.replaceAll('\\n', '\n')
    return [secret, unfolded, ...linesOf(unfolded)]
  })
  const literal = values.flatMap((value) => [
    value,
    ...inJson(value),
    ...inAddresses(value),
    inHtml(value),
    ...inBase64(value),
    ...inHexadecimal(value),
  ])
  const escaped = new RegExp(
    values.map((value) => [...value].map(asJsonMay).join('')).join('|'),
    'g',
  )
  return { literal: [...new Set(literal)], escaped }
}

/** No line of a private key is for anybody, whatever a text puts between them: carriage returns, margins, numbers. */
function linesOf(secret: string): string[] {
  const lines = secret.split(/\s*\n\s*/)
  return lines.length === 1 ? [] : lines.filter((line) => LINE_OF_KEY.test(line))
}

/** The first and the last line of a key say only that it is one. */
const LINE_OF_KEY = /^[\w+/=.-]{16,}$/

function inJson(value: string): string[] {
  const forms: string[] = []
  let form = value
  for (let time = 0; time < ESCAPED_TIMES; time++) {
    form = JSON.stringify(form).slice(1, -1)
    // Some writers escape the slash as well, though none has to.
    forms.push(form, form.replaceAll('/', '\\/'))
  }
  return forms
}

function inAddresses(value: string): string[] {
  // Half of a surrogate pair has no form there.
  const whole = value.toWellFormed()
  const strict = encodeURIComponent(whole)
  const form = new URLSearchParams({ '': whole }).toString().slice(1)
  return [strict, encodeURI(whole), form].flatMap((each) => [each, lowerCaseEscapes(each)])
}

function lowerCaseEscapes(text: string): string {
  return text.replaceAll(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase())
}

function inHtml(value: string): string {
  const names: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  }
  return value.replaceAll(/[&<>"']/g, (letter) => names[letter] ?? letter)
}

/**
 * Base64 writes three bytes as four letters, so that a value looks different by what stands before it (`user:` in front of a
 * password, for one). Of each of the three ways, the letters that no neighbour has a part in.
 */
function inBase64(value: string): string[] {
  const bytes = Buffer.from(value)
  return [0, 1, 2].flatMap((before) => {
    const padded = Buffer.concat([Buffer.alloc(before), bytes])
    const from = Math.ceil((before * 8) / 6)
    const to = Math.floor((padded.length * 8) / 6)
    return (['base64', 'base64url'] as const).map((code) => padded.toString(code).slice(from, to))
  })
}

function inHexadecimal(value: string): string[] {
  const digits = Buffer.from(value).toString('hex')
  return [digits, digits.toUpperCase()]
}

/** A pattern for one letter, itself or escaped, at whatever depth of JSON within JSON. */
function asJsonMay(letter: string): string {
  const code = letter.charCodeAt(0)
  if (code > 0x7f) return letter
  const slashes = /["\\/]/.test(letter) ? '\\\\{0,8}' : ''
  const itself = `${slashes}${letter.replace(/\W/, '\\$&')}`
  const digits = code.toString(16).padStart(2, '0')
  const either = [...digits].map((digit) => `[${digit}${digit.toUpperCase()}]`).join('')
  return `(?:${itself}|\\\\{1,8}u00${either})`
}
