import { UsageError } from '../../support/errors.ts'
import type { Environment } from './provider.ts'

/** The first of these variables that is set, without the space around it; null: none is. */
export function readSetting(
  variables: readonly string[],
  environment: Environment,
): { readonly variable: string; readonly value: string } | null {
  for (const variable of variables) {
    const value = environment[variable]?.trim() ?? ''
    if (value !== '') return { variable, value }
  }
  return null
}

/** @throws UsageError for a key that cannot be sent */
export function readKey(variables: readonly string[], environment: Environment): string | null {
  const found = readSetting(variables, environment)
  if (found === null) return null
  // Refused here, since the error that sending it would raise repeats it.
  if (!/^[\x21-\x7E]+$/.test(found.value)) {
    throw new UsageError(
      `${found.variable} holds something that cannot be a key: space or letters beyond ASCII`,
    )
  }
  return found.value
}

/** @throws UsageError when there is none, or one that cannot be sent */
export function needKey(
  title: string,
  variables: readonly string[],
  environment: Environment,
): string {
  const key = readKey(variables, environment)
  if (key !== null) return key
  throw new UsageError(
    `There is no key for ${title}: set ${variables.join(' or ')} in the environment or in .env`,
  )
}

/**
 * A setting that becomes part of an address.
 *
 * @throws UsageError for one that would lead it elsewhere
 */
export function readAddressPart(variable: string, environment: Environment): string | null {
  const part = readSetting([variable], environment)?.value ?? null
  if (part === null || /^[\w](?:[\w.:-]*[\w])?$/.test(part)) return part
  throw new UsageError(`${variable} holds something that cannot be part of an address`)
}
