/**
 * A page with new lines between its markers `<!-- reproduced: NAME -->` and `<!-- end -->`; all else stays as it is.
 *
 * @throws Error where the page has no such place
 */
export function putBetween(page: string, name: string, lines: readonly string[]): string {
  const start = `<!-- reproduced: ${name} -->`
  const from = page.indexOf(start)
  const to = page.indexOf('<!-- end -->', from)
  if (from < 0 || to < 0) {
    throw new Error(`The page has no place for "${name}": write ${start} and <!-- end --> into it.`)
  }
  return `${page.slice(0, from + start.length)}\n${lines.join('\n')}\n${page.slice(to)}`
}
