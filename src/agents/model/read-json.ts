/** The value of some JSON; null for any other text. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Errors come as HTML or plain text just as well: then there is no field to read.
    return null
  }
}

/** What stands at a place in a parsed body, whatever form that has; undefined where it has no such place. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      inner instanceof Object && Object.hasOwn(inner, key) ? Reflect.get(inner, key) : undefined,
    value,
  )
}

export function textAt(value: unknown, ...path: readonly (string | number)[]): string | null {
  const found = at(value, ...path)
  return typeof found === 'string' ? found : null
}
