import { type RefObject, useLayoutEffect, useRef } from 'react'

interface Shown {
  readonly viewKey: string
  readonly size: number
  /** The first row that is whole in the window, and its trial. */
  readonly row: number
  readonly number: number
}

/** Rows that come in above those that are being read push them down; this scrolls along, so that they stay where they are. */
export function useSteadyScroll({
  list,
  numbers,
  count,
  size,
  viewKey,
}: {
  readonly list: RefObject<HTMLElement | null>
  readonly numbers: (row: number) => number
  readonly count: number
  readonly size: number
  readonly viewKey: string
}): void {
  const before = useRef<Shown | null>(null)
  useLayoutEffect(() => {
    const top = list.current?.getBoundingClientRect().top ?? 0
    const shown = before.current
    if (shown !== null && shown.viewKey === viewKey && shown.size === size && top < 0) {
      const row = rowOf(shown.number, shown.row, numbers, count)
      if (row !== null && row !== shown.row) window.scrollBy({ top: (row - shown.row) * size })
    }
    const scrolled = list.current?.getBoundingClientRect().top ?? 0
    const row = Math.min(count - 1, Math.max(0, Math.ceil(-scrolled / size)))
    before.current = { viewKey, size, row, number: numbers(row) }
  })
}

/** Looks from where it was outward: it has hardly moved. */
function rowOf(
  number: number,
  from: number,
  numbers: (row: number) => number,
  count: number,
): number | null {
  for (let step = 0; step < count; step++) {
    if (from + step < count && numbers(from + step) === number) return from + step
    if (from - step >= 0 && from - step < count && numbers(from - step) === number)
      return from - step
  }
  return null
}
