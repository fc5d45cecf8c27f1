import { memo, useEffect, useRef } from 'react'
import { isOpenedElsewhere } from '../../parts/plain-click.ts'
import { SafeText } from '../../parts/safe-text.tsx'
import type { OutlineItem } from '../../parts/trial-outline.ts'

/** Turns, acts, the notice and the shutdown beside the transcript, each a way to it. */
export const Outline = memo(
  ({
    items,
    current,
    href,
    show,
  }: {
    readonly items: readonly OutlineItem[]
    readonly current: number | null
    readonly href: (seq: number) => string
    readonly show: (seq: number) => void
  }) => {
    const list = useRef<HTMLOListElement>(null)
    useEffect(() => {
      const link = list.current?.querySelector('[aria-current]')
      // Only the list itself is scrolled: `scrollIntoView` would take the page along.
      if (link instanceof HTMLElement && list.current !== null) keepInView(list.current, link)
    }, [current])
    let turn = 0
    return (
      <ol ref={list} className="outline-list">
        {items.map(({ seq, kind, text, grave }, place) => {
          if (kind === 'turn') turn += 1
          return (
            <li key={`${seq}/${place}`} className={`outline-${kind}${grave ? ' grave' : ''}`}>
              <a
                href={href(seq)}
                title={text}
                aria-current={seq === current ? 'location' : undefined}
                onClick={(event) => {
                  if (isOpenedElsewhere(event)) return
                  event.preventDefault()
                  show(seq)
                }}
              >
                {kind === 'turn' && <b>Turn {turn} </b>}
                <SafeText text={text} />
              </a>
            </li>
          )
        })}
      </ol>
    )
  },
)

function keepInView(list: HTMLElement, link: HTMLElement): void {
  const [outer, inner] = [list.getBoundingClientRect(), link.getBoundingClientRect()]
  if (inner.top < outer.top) list.scrollTop -= outer.top - inner.top + inner.height
  if (inner.bottom > outer.bottom) list.scrollTop += inner.bottom - outer.bottom + inner.height
}
