/** An element of an XML text, entities resolved. `text` is its own, without that of its children. */
export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlElement[]
  readonly text: string
}

/**
 * Reads a strict part of XML: elements, attributes with double quotes, text, and the entities that this program writes.
 *
 * @throws Error with the place of the first thing that is anything else
 */
export function readXml(xml: string): XmlElement {
  const open: Opened[] = [{ name: '', attributes: {}, children: [], text: '' }]
  let at = 0
  while (at < xml.length) {
    const top = open.at(-1)
    if (top === undefined) throw fault('an end without a beginning', xml, at)
    TOKEN.lastIndex = at
    const token = TOKEN.exec(xml)
    if (token === null) throw fault('neither text nor a tag', xml, at)
    const [whole, text, closing, name = '', attributes = '', isEmpty] = token
    at += whole.length
    if (text !== undefined) {
      top.text += resolved(text, xml, at)
    } else if (closing !== undefined) {
      open.pop()
      if (top.name !== closing) throw fault(`</${closing}> where ${top.name} is open`, xml, at)
    } else {
      const element = {
        name,
        attributes: attributesOf(attributes, xml, at),
        children: [],
        text: '',
      }
      top.children.push(element)
      if (isEmpty === undefined) open.push(element)
    }
  }
  const [outer, unclosed] = open
  const [root, second] = outer?.children ?? []
  if (unclosed !== undefined) throw fault(`${unclosed.name} is not closed`, xml, at)
  if (root === undefined || second !== undefined || outer?.text.trim() !== '') {
    throw fault('not one root', xml, at)
  }
  return root
}

interface Opened {
  readonly name: string
  readonly attributes: Record<string, string>
  readonly children: Opened[]
  text: string
}

const NAME = String.raw`[A-Za-z][\w:-]*`
const ATTRIBUTE = String.raw`\s+${NAME}="[^"<]*"`
const TOKEN = new RegExp(
  String.raw`([^<>]+)|</(${NAME})>|<(${NAME})((?:${ATTRIBUTE})*)\s*(/)?>`,
  'y',
)

function attributesOf(text: string, xml: string, at: number): Record<string, string> {
  const found = [...text.matchAll(new RegExp(String.raw`(${NAME})="([^"<]*)"`, 'g'))]
  const names = found.map(([, name = '']) => name)
  if (new Set(names).size < names.length) throw fault('an attribute twice', xml, at)
  return Object.fromEntries(
    found.map(([, name = '', value = '']) => [name, resolved(value, xml, at)]),
  )
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&#96;': '`',
}

function resolved(text: string, xml: string, at: number): string {
  return text.replaceAll(/&[^;\s]*;?/g, (entity) => {
    const character = ENTITIES[entity]
    if (character === undefined) throw fault(`an unknown entity ${entity}`, xml, at)
    return character
  })
}

function fault(what: string, xml: string, at: number): Error {
  return new Error(`${what} at character ${at}: …${xml.slice(Math.max(0, at - 60), at + 20)}…`)
}
