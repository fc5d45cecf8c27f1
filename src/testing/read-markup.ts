/** An element as a browser would make it of a page of ours. */
export interface ReadElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  /** Names of the elements that it stands in, from the outermost. */
  readonly within: readonly string[]
}

const VOID = new Set(['br', 'col', 'hr', 'img', 'input', 'link', 'meta', 'path', 'wbr'])

/**
 * Reads HTML that keeps to the narrow form that this program writes: names in small letters, attributes in double quotes, everything
 * closed. Where a text has become a tag, an attribute or the end of an element, it no longer does.
 *
 * @returns every element, in order
 * @throws {Error} at the first place that is of another form
 */
export function readMarkup(html: string): ReadElement[] {
  const elements: ReadElement[] = []
  const open: string[] = []
  let place = 0
  for (const found of html.matchAll(TAG)) {
    checkText(html.slice(place, found.index))
    place = found.index + found[0].length
    const [, closing, name = '', attributes = '', single] = found
    if (closing === '/') {
      const expected = open.pop()
      if (expected !== name || attributes !== '') {
        throw new Error(`Cannot read markup: ${found[0]} closes <${expected ?? 'nothing'}>`)
      }
      continue
    }
    elements.push({ name, attributes: readAttributes(attributes), within: [...open] })
    if (single !== '/' && !VOID.has(name)) open.push(name)
  }
  checkText(html.slice(place))
  if (open.length > 0) throw new Error(`Cannot read markup: <${open.at(-1)}> is not closed`)
  return elements
}

const TAG = /<(\/?)([a-z][a-z0-9]*)((?: [a-z][a-zA-Z-]*(?:="[^"<>]*")?)*) ?(\/?)>/g

function readAttributes(text: string): Record<string, string> {
  const attributes = [...text.matchAll(/ ([a-z][a-zA-Z-]*)(?:="([^"]*)")?/g)].map(
    ([, name = '', value = '']) => {
      checkText(value)
      return [name, value] as const
    },
  )
  if (new Set(attributes.map(([name]) => name)).size < attributes.length) {
    throw new Error(`Cannot read markup: an attribute stands twice in "${text.slice(0, 200)}"`)
  }
  return Object.fromEntries(attributes)
}

function checkText(text: string): void {
  const found = FORBIDDEN.exec(text)
  if (found === null) return
  const around = text.slice(Math.max(0, found.index - 40), found.index + 40)
  throw new Error(`Cannot read markup: ${JSON.stringify(found[0])} in ${JSON.stringify(around)}`)
}

// Besides what makes tags: an & that begins no entity, and all that is not seen or steers, line feed and tab excepted.
const FORBIDDEN =
  /[<>]|&(?!(?:amp|lt|gt|quot|#39|#96);)|(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u
