import type { KeyCheck } from './provider.ts'

/** A list, or what is known of the key, had with the key as a bearer token. */
export function bearerCheck(path: string): KeyCheck {
  return {
    path: () => path,
    headers: (key): Readonly<Record<string, string>> =>
      key === '' ? {} : { authorization: `Bearer ${key}` },
  }
}
