import { type ReactNode, useEffect, useRef } from 'react'
import { escapeText } from '../../src/reports/escape-text.ts'

let isFirst = true

/** The title of a page, in the window as well. Coming from another page, it has the focus: a screen reader reads on from there. */
export function PageHeading({
  title,
  of,
  children,
}: {
  /** For the window; also what is shown, unless there are children. */
  readonly title: string
  /** Names the page: another one takes the focus again. */
  readonly of: string
  readonly children?: ReactNode
}) {
  const heading = useRef<HTMLHeadingElement>(null)
  const shown = escapeText(title)
  useEffect(() => {
    document.title = `${shown} – Offswitch`
  }, [shown])
  useEffect(() => {
    if (of === '') return
    // The page that was opened first has it already.
    if (!isFirst) heading.current?.focus({ preventScroll: true })
    isFirst = false
  }, [of])
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children ?? <bdi>{shown}</bdi>}
    </h1>
  )
}
