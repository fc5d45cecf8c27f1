/** Makes an element's children those of another, changing no more than differs. What the reader has opened stays open. */
export function morphChildren(place: Element, wanted: ParentNode & Node): void {
  const now = [...place.childNodes]
  const next = [...wanted.childNodes]
  for (const [index, node] of next.entries()) {
    const old = now[index]
    if (old === undefined) place.append(node)
    else if (!isAlike(old, node)) old.replaceWith(node)
    else if (old instanceof Element && node instanceof Element) morphElement(old, node)
    else if (old.nodeValue !== node.nodeValue) old.nodeValue = node.nodeValue
  }
  for (const old of now.slice(next.length)) old.remove()
}

function isAlike(a: Node, b: Node): boolean {
  if (a.nodeType !== b.nodeType || a.nodeName !== b.nodeName) return false
  return !(a instanceof Element && b instanceof Element) || a.id === b.id
}

function morphElement(old: Element, wanted: Element): void {
  for (const { name } of old.attributes.length === 0 ? [] : [...old.attributes]) {
    if (!wanted.hasAttribute(name) && !READERS.has(name)) old.removeAttribute(name)
  }
  for (const { name, value } of wanted.attributes) {
    if (!READERS.has(name) && old.getAttribute(name) !== value) old.setAttribute(name, value)
  }
  morphChildren(old, wanted)
}

/** Attributes that are the reader's doing by now: whether something is open, and where the focus has been put. */
const READERS: ReadonlySet<string> = new Set(['open', 'tabindex'])
