import { SECRET_LENGTH_MIN } from '../../support/redact.ts'
import type { Environment } from './open-environment.ts'

/** A value that must not be written anywhere, and the variable that it stands in. */
export interface Secret {
  readonly variable: string
  readonly value: string
}

/**
 * The secrets among the variables of an environment: whatever looks like one by its name.
 *
 * @param known variables that are secrets whatever their values look like: the providers' keys
 */
export function secretsIn(environment: Environment, known: ReadonlySet<string>): Secret[] {
  return Object.entries(environment).flatMap(([variable, given = '']) => {
    const value = given.trim()
    const passwords = passwordsIn(value).map((password) => ({ variable, value: password }))
    const isSecret = known.has(variable)
      ? !isStandIn(value)
      : SECRET_NAME.test(variable) && !isStandIn(value) && !isPath(value)
    return [...(isSecret ? [{ variable, value }] : []), ...passwords].filter(
      (secret) => secret.value.length >= SECRET_LENGTH_MIN,
    )
  })
}

const SECRET_NAME =
  /(^|[^a-z])(keys?|tokens?|secrets?|passwords?|passwd|passphrase|credentials?|auth|bearer|cookie|pat)([^a-z]|$)|(key|token|secret|password)$/i

/**
 * What stands where a key is wanted and none is needed (`lm-studio`, `not-needed`), a figure (a limit of tokens), a
 * plain word: such a value keeps nothing secret, and to take it out of a transcript would change what was said.
 */
function isStandIn(value: string): boolean {
  return /^[a-z]+([-_. ][a-z]+)*$/i.test(value) ? value.length < 24 : /^[\d.,_]+$/.test(value)
}

/** A path names the place of a secret (`SSH_AUTH_SOCK`, `account-1.json`), not the secret. */
function isPath(value: string): boolean {
  return (
    /^(\/.*\/|(~|\.{1,2})\/|[a-z]:[\\/])/i.test(value) ||
    /^[\w./-]+\.(json|pem|key|p12)$/i.test(value)
  )
}

/** Of addresses such as `postgres://user:password@host`, and `https://token@host`. */
function passwordsIn(value: string): string[] {
  const address = value.includes('://') ? URL.parse(value) : null
  if (address === null) return []
  const token = /^https?:$/.test(address.protocol) ? address.username : ''
  const password = address.password === '' ? token : address.password
  return isStandIn(password) ? [] : [password, decoded(password)]
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A stray percent sign: then it is meant as it stands.
    return text
  }
}
