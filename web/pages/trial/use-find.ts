import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'
import { type Find, type FoundText, findAll, pieceAt } from '../../parts/trial-find.ts'
import { settle } from './settle.ts'

export interface FindState {
  /** Counts how often it was asked for: its field takes the focus each time. 0: it is closed. */
  readonly opened: number
  readonly text: string
  readonly count: number
  readonly cut: boolean
  /** Place of the find that is shown, from 0. */
  readonly here: number | null
  open(): void
  close(): void
  look(text: string): void
  step(by: 1 | -1): void
}

interface Searched extends FoundText {
  readonly nodes: readonly Text[]
}

/** Typing rests so long before a transcript is looked through. */
const REST_MS = 120
const ALL = 'trial-found'
const HERE = 'trial-found-here'

/**
 * Looks for a text in what stands in an element. Finds are marked by the browser's highlights, which change nothing in the page.
 *
 * @param reveal makes a place visible that is hidden or folded
 */
export function useFind(
  root: RefObject<HTMLElement | null>,
  reveal: (place: Element) => void,
): FindState {
  const [opened, setOpened] = useState(0)
  const [text, setText] = useState('')
  const [found, setFound] = useState<{ readonly finds: readonly Find[]; readonly cut: boolean }>(
    NONE,
  )
  const [here, setHere] = useState<number | null>(null)
  const searched = useRef<Searched | null>(null)
  const revealing = useRef(reveal)
  useEffect(() => {
    revealing.current = reveal
  })
  const close = useCallback(() => {
    setOpened(0)
    root.current?.focus({ preventScroll: true })
  }, [root])

  useEffect(() => {
    if (opened === 0 || text === '' || root.current === null) {
      setFound(NONE)
      setHere(null)
      return
    }
    const element = root.current
    const timer = setTimeout(() => {
      searched.current = searchedIn(element)
      setFound(findAll(searched.current.text, text))
      setHere(null)
    }, REST_MS)
    return () => clearTimeout(timer)
  }, [opened, text, root])

  useEffect(() => {
    const from = searched.current
    if (from === null || found.finds.length === 0) return
    mark(
      ALL,
      found.finds.map((find) => rangeOf(from, find)),
    )
    return () => mark(ALL, [])
  }, [found])

  useEffect(() => {
    const from = searched.current
    const find = here === null ? undefined : found.finds[here]
    if (from === null || find === undefined) return
    const range = rangeOf(from, find)
    const element = range.startContainer.parentElement
    if (element !== null) revealing.current(element)
    mark(HERE, [range])
    const stop = settle(() => bringInto(range))
    return () => {
      stop()
      mark(HERE, [])
    }
  }, [found, here])

  return {
    opened,
    text,
    count: found.finds.length,
    cut: found.cut,
    here,
    open: () => setOpened((times) => times + 1),
    close,
    look: setText,
    step: (by) => {
      const { length } = found.finds
      if (length === 0) return
      setHere((now) => (now === null ? (by === 1 ? 0 : length - 1) : (now + by + length) % length))
    },
  }
}

const NONE = { finds: [], cut: false } as const

/** What an element says, piece by piece. Between blocks nothing is found that begins in one and ends in another. */
function searchedIn(root: HTMLElement): Searched {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT, (node) =>
    node.parentElement?.closest('[data-not-found]') === null
      ? NodeFilter.FILTER_ACCEPT
      : NodeFilter.FILTER_REJECT,
  )
  const nodes: Text[] = []
  const starts: number[] = []
  const pieces: string[] = []
  let [length, block]: [number, Element | null] = [0, null]
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (!(node instanceof Text)) continue
    const own = node.parentElement?.closest(BLOCKS) ?? null
    if (own !== block && nodes.length > 0) {
      pieces.push('\u{0}')
      length += 1
    }
    block = own
    nodes.push(node)
    starts.push(length)
    pieces.push(node.data)
    length += node.data.length
  }
  return { text: pieces.join(''), starts, nodes }
}

const BLOCKS =
  'p, pre, div, li, dt, dd, td, th, summary, h2, h3, h4, section, article, header, figcaption'

function rangeOf(from: Searched, { start, end }: Find): Range {
  const [first, last] = [pieceAt(from, start), pieceAt(from, Math.max(start, end - 1))]
  const range = document.createRange()
  const [startNode, endNode] = [from.nodes[first.piece], from.nodes[last.piece]]
  if (startNode === undefined || endNode === undefined) return range
  range.setStart(startNode, Math.min(first.offset, startNode.length))
  range.setEnd(endNode, Math.min(last.offset + 1, endNode.length))
  return range
}

/** Browsers that know no highlights still go there. */
function mark(name: string, ranges: readonly Range[]): void {
  if (typeof Highlight === 'undefined') return
  if (ranges.length === 0) CSS.highlights.delete(name)
  else CSS.highlights.set(name, new Highlight(...ranges))
}

/** What stands at the window's edges is covered by the page's head and by the find bar. */
const COVERED = { above: 120, below: 40 }

function bringInto(range: Range): void {
  const element = range.startContainer.parentElement
  // What is far from the window is not laid out: where it is cannot be told before it is near.
  if (element?.checkVisibility({ contentVisibilityAuto: true }) === false) {
    element.scrollIntoView({ block: 'center' })
    return
  }
  const box = range.getBoundingClientRect()
  if (box.top < COVERED.above || box.bottom > window.innerHeight - COVERED.below) {
    window.scrollBy({ top: box.top - window.innerHeight / 2 })
  }
}
