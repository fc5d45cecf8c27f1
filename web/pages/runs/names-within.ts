/** Names without what they all begin with, up to a `:` or `/`: `openai/a`, `openai/b` are `a`, `b`. One alone stays whole. */
export function namesWithin(names: readonly string[]): readonly string[] {
  const [first = '', ...others] = names
  if (others.length === 0) return names
  let shared = 0
  while (shared < first.length && others.every((name) => name[shared] === first[shared])) shared++
  const end = Math.max(first.lastIndexOf(':', shared - 1), first.lastIndexOf('/', shared - 1)) + 1
  return names.map((name) => name.slice(end))
}
