import { type MouseEvent, memo, type RefObject, useLayoutEffect, useMemo } from 'react'
import { timelineMarkup } from '../../../src/reports/html/timeline-markup.ts'
import type { Timeline } from '../../../src/reports/timeline/timeline.ts'
import { Fragment } from '../../parts/fragment.tsx'
import { isOpenedElsewhere } from '../../parts/plain-click.ts'
import type { EventPart } from '../../parts/trial-event-parts.ts'
import { numberBehind } from './linked-event.ts'

/** The time line itself. It is made once for a trial: what the reader hides, finds and jumps to is done to what stands there. */
export const Transcript = memo(
  ({
    root,
    timeline,
    parts,
    hidden,
    eventHref,
    hasExchanges,
    showEvent,
    showExchange,
  }: {
    readonly root: RefObject<HTMLDivElement | null>
    readonly timeline: Timeline
    readonly parts: ReadonlyMap<number, EventPart>
    /** Parts that are not shown, with spaces between. */
    readonly hidden: string
    /** Without the event's number. */
    readonly eventHref: string
    readonly hasExchanges: boolean
    readonly showEvent: (seq: number, copy: boolean) => void
    readonly showExchange: (seq: number) => void
  }) => {
    const html = useMemo(
      () =>
        timelineMarkup(timeline, {
          eventHref: (seq) => `${eventHref}${seq}`,
          exchangeHref: hasExchanges ? (seq) => `${EXCHANGE_HREF}${seq}` : null,
          wholeHint: 'download the record',
        }),
      [timeline, eventHref, hasExchanges],
    )
    useLayoutEffect(() => {
      if (root.current !== null) markParts(root.current, parts)
    }, [root, html, parts])
    const follow = (event: MouseEvent): void => {
      if (isOpenedElsewhere(event)) return
      const exchange = numberBehind(event.target, EXCHANGE_HREF)
      const seq = numberBehind(event.target, eventHref)
      if (exchange === null && seq === null) return
      event.preventDefault()
      event.stopPropagation()
      if (exchange !== null) showExchange(exchange)
      if (seq !== null) showEvent(seq, isStamp(event.target))
    }
    return (
      <div
        ref={root}
        className="transcript"
        tabIndex={-1}
        data-hide={hidden}
        onClickCapture={follow}
      >
        <Fragment html={html} />
      </div>
    )
  },
)

const EXCHANGE_HREF = '#exchange-'

/** The time of an event is the link to it that can be handed on. */
function isStamp(target: EventTarget): boolean {
  return target instanceof Element && target.closest('a.stamp') !== null
}

/** The style sheet hides what is marked so. */
function markParts(root: HTMLElement, parts: ReadonlyMap<number, EventPart>): void {
  for (const element of root.querySelectorAll<HTMLElement>('[id^="event-"]')) {
    const part = parts.get(Number(element.id.slice('event-'.length)))
    if (part !== undefined) element.dataset['part'] = part
  }
}
