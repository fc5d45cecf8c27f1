/**
 * What stands behind `?` of an address: texts by name, a list where a name is repeated. Plainly `agent=a&agent=b`, as people read and
 * write addresses: nothing is taken for JSON. Each page makes its own of it.
 */
export function parseSearch(text: string): Record<string, string | string[]> {
  const found: Record<string, string | string[]> = {}
  const query = new URLSearchParams(text)
  for (const name of new Set(query.keys())) {
    const values = query.getAll(name)
    found[name] = values.length === 1 ? (values[0] ?? '') : values
  }
  return found
}

/** The way back. What is empty, false or missing is left out. */
export function stringifySearch(search: Record<string, unknown>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(search)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (isWritten(each)) query.append(name, String(each))
    }
  }
  const text = query.toString()
  return text === '' ? '' : `?${text}`
}

/** The first text of that name. */
export function searchText(search: Record<string, unknown>, name: string): string | undefined {
  return searchTexts(search, name)[0]
}

/** All texts of that name. */
export function searchTexts(search: Record<string, unknown>, name: string): readonly string[] {
  const value = search[name]
  const values: readonly unknown[] = Array.isArray(value) ? value : [value]
  return values.filter(isWritten).map(String)
}

function isWritten(value: unknown): value is string | number | true {
  return (typeof value === 'string' && value !== '') || typeof value === 'number' || value === true
}
