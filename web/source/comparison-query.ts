/** The terms of a comparison as they stand in its address; those left to the run's own study are left out. */
export function comparisonQuery(
  names: readonly string[],
  { by, endpoint, reverse }: { by?: string; endpoint?: string; reverse?: boolean },
): string {
  const [a, b] = names
  const query = new URLSearchParams({ a: a ?? '' })
  if (b !== undefined) query.set('b', b)
  if (by !== undefined && by !== '') query.set('by', by)
  if (endpoint !== undefined && endpoint !== '') query.set('endpoint', endpoint)
  if (reverse === true) query.set('reverse', 'true')
  return query.toString()
}
