import { defaultRangeExtractor, type Range, useWindowVirtualizer } from '@tanstack/react-virtual'
import {
  type KeyboardEvent,
  type MouseEvent,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import type { SearchHit } from '../../../src/records/view.ts'
import { countText } from '../../../src/reports/count-text.ts'
import { isOpenedElsewhere } from '../../parts/plain-click.ts'
import { stringifySearch } from '../../parts/search-text.ts'
import { useShortcut } from '../../parts/shortcuts.tsx'
import type { TrialNames } from '../../parts/trial-choices.ts'
import type { TrialColumns } from '../../parts/trial-columns.ts'
import { type TrialListView, type TrialOrder, writeListSearch } from '../../parts/trial-filter.ts'
import { ListHead } from './list-head.tsx'
import { TrialRow } from './trial-row.tsx'
import { useRowSize } from './use-row-size.ts'
import { useSteadyScroll } from './use-steady-scroll.ts'

/** No browser lays out pages of any height; the lowest known limit is 17.8 million pixels (Firefox). */
const HEIGHT_MAX = 16_000_000

/** The listed trials. Only rows that are near the window are drawn; the others are known to assistive technology by their number. */
export function TrialList({
  name,
  columns,
  rows,
  view,
  viewKey,
  names,
  tags,
  hits,
  at,
  reorder,
  open,
}: {
  readonly name: string
  readonly columns: TrialColumns
  /** Places in the columns, in the order of the list. */
  readonly rows: Uint32Array
  readonly view: TrialListView
  /** Another one: another list, which is shown from its top. */
  readonly viewKey: string
  readonly names: TrialNames
  readonly tags: ReadonlyMap<number, readonly string[]>
  readonly hits: ReadonlyMap<number, SearchHit> | null
  readonly at: number | null
  readonly reorder: (order: TrialOrder) => void
  readonly open: (number: number, event: number | null) => void
}) {
  const size = useRowSize(hits !== null)
  const list = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  const [current, setCurrent] = useState<number | null>(at)
  const numberAt = (row: number): number => columns.number[rows[row] ?? -1] ?? 0
  const currentRow = useMemo(
    () => (current === null ? -1 : rows.findIndex((place) => columns.number[place] === current)),
    [columns, rows, current],
  )
  const count = Math.min(rows.length, Math.floor(HEIGHT_MAX / size))
  const virtualizer = useWindowVirtualizer<HTMLDivElement>({
    count,
    estimateSize: () => size,
    overscan: 6,
    scrollMargin: top,
    scrollPaddingStart: 3 * size,
    scrollPaddingEnd: size,
    getItemKey: numberAt,
    // The row that has the focus stays, wherever it is: without it the keys would lead nowhere.
    rangeExtractor: (range: Range) => withRow(defaultRangeExtractor(range), currentRow, count),
  })
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, size])
  useLayoutEffect(() => {
    const box = list.current?.getBoundingClientRect()
    if (box !== undefined) setTop(Math.round(box.top + window.scrollY))
  })
  useSteadyScroll({ list, numbers: numberAt, count, size, viewKey })

  const wantsFocus = useRef(false)
  const moveTo = (row: number): void => {
    if (row < 0 || row >= count) return
    wantsFocus.current = true
    setCurrent(numberAt(row))
    virtualizer.scrollToIndex(row, { align: 'auto' })
  }
  const arrived = useRef(false)
  useLayoutEffect(() => {
    if (arrived.current || at === null || top === 0) return
    arrived.current = true
    if (currentRow < 0) return window.scrollTo({ top: 0 })
    wantsFocus.current = true
    virtualizer.scrollToIndex(currentRow, { align: 'center' })
  }, [at, currentRow, top, virtualizer])
  // After the one above: a list that need not be scrolled is not drawn again.
  useLayoutEffect(() => {
    if (!wantsFocus.current || current === null) return
    const link = list.current?.querySelector<HTMLElement>(`a[data-number="${current}"]`)
    if (link === null || link === undefined) return
    wantsFocus.current = false
    link.focus({ preventScroll: true })
  })

  const firstSeen = (): number =>
    virtualizer.range === null ? 0 : Math.min(virtualizer.range.startIndex, count - 1)
  const step = (by: 1 | -1): void => moveTo(currentRow < 0 ? firstSeen() : currentRow + by)
  useShortcut('j', 'next trial of the list', () => step(1))
  useShortcut('k', 'trial before it', () => step(-1))
  const onKeyDown = (event: KeyboardEvent): void => {
    const target = KEY_TARGETS[event.key]
    if (target === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    if (!(event.target instanceof HTMLElement) || event.target.dataset['number'] === undefined)
      return
    event.preventDefault()
    moveTo(target(currentRow, count))
  }
  const onClick = (event: MouseEvent): void => {
    const link = event.target instanceof Element ? event.target.closest('a[data-number]') : null
    if (!(link instanceof HTMLElement) || isOpenedElsewhere(event)) return
    event.preventDefault()
    const number = Number(link.dataset['number'])
    open(number, hits?.get(number)?.seq ?? null)
  }
  const columnsShown = useMemo(() => shownColumns(columns), [columns])
  const search = stringifySearch({ ...writeListSearch(view) })
  return (
    <>
      {/* Keys and clicks on rows are heard here, once: each row has a link of its own that works without. */}
      <div
        role="table"
        className={`trial-list ${columnsShown}`}
        aria-label="Trials"
        aria-rowcount={rows.length + 1}
        onKeyDown={onKeyDown}
        onClick={onClick}
        onFocus={({ target }) => {
          const number = Number(target.dataset['number'])
          if (number > 0) setCurrent(number)
        }}
      >
        <ListHead order={view.order} reorder={reorder} />
        <div
          role="rowgroup"
          className="list-body"
          ref={list}
          style={{ height: virtualizer.getTotalSize() }}
        >
          {virtualizer.getVirtualItems().map(({ index, start }) => {
            const place = rows[index] ?? 0
            const number = columns.number[place] ?? 0
            return (
              <TrialRow
                key={number}
                columns={columns}
                place={place}
                row={index}
                offset={start - top}
                size={size}
                current={index === currentRow}
                names={names}
                tags={tags.get(number)}
                hit={hits?.get(number)}
                href={`#/runs/${encodeURIComponent(name)}/trials/${number}${search}`}
              />
            )
          })}
        </div>
      </div>
      {count < rows.length && (
        <p className="trials-none">
          No browser can lay out a longer page: these are the first {countText(count)}. Narrow the
          list down to see others.
        </p>
      )}
    </>
  )
}

/** Where no model was asked there is nothing to say of tokens, and where no price is known nothing of money. */
function shownColumns({ tokens, costUsd }: TrialColumns): string {
  if (!tokens.some((each) => each > 0)) return 'no-tokens'
  return costUsd.some((each) => !Number.isNaN(each)) ? '' : 'no-cost'
}

const PAGE_ROWS = 15
const KEY_TARGETS: Readonly<Record<string, (row: number, count: number) => number>> = {
  ArrowDown: (row) => row + 1,
  ArrowUp: (row) => row - 1,
  PageDown: (row, count) => Math.min(count - 1, row + PAGE_ROWS),
  PageUp: (row) => Math.max(0, row - PAGE_ROWS),
  Home: () => 0,
  End: (_, count) => count - 1,
}

function withRow(rows: number[], row: number, count: number): number[] {
  if (row < 0 || row >= count || rows.includes(row)) return rows
  return [...rows, row].toSorted((a, b) => a - b)
}
