import { useNavigate } from '@tanstack/react-router'
import { type MouseEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { ReaderNote } from '../../../src/records/note.ts'
import type { ViewedTrial } from '../../../src/records/view.ts'
import { judgementsMarkup } from '../../../src/reports/html/judgement-markup.ts'
import { trialEndingMarkup, trialHeaderMarkup } from '../../../src/reports/html/trial-markup.ts'
import { timelineOf } from '../../../src/reports/timeline/timeline-of.ts'
import { Fragment } from '../../parts/fragment.tsx'
import { isOpenedElsewhere } from '../../parts/plain-click.ts'
import { useShortcut } from '../../parts/shortcuts.tsx'
import { entriesByEvent, hideableParts } from '../../parts/trial-event-parts.ts'
import { landmarksOf, outlineOf } from '../../parts/trial-outline.ts'
import { unfold } from '../../parts/unfold.ts'
import { CopyLink } from './copy-link.tsx'
import { ExchangeDialog } from './exchange-dialog.tsx'
import { FindBar } from './find-bar.tsx'
import { numberBehind } from './linked-event.ts'
import { Notes } from './notes.tsx'
import { Outline } from './outline.tsx'
import { PartsShown } from './parts-shown.tsx'
import { RecordDownload } from './record-download.tsx'
import { goToEvent, nearestLandmark } from './show-event.ts'
import { Transcript } from './transcript.tsx'
import type { Hideable, TrialSearch } from './trial-search.ts'
import { useCopying } from './use-copying.ts'
import { useFind } from './use-find.ts'

/** A trial that has been had: its head, what readers and judges say of it, and its transcript. */
export function TrialView({
  name,
  viewed,
  search,
  annotate,
  runNotes,
}: {
  readonly name: string
  readonly viewed: ViewedTrial
  readonly search: TrialSearch
  readonly annotate: boolean
  readonly runNotes: readonly ReaderNote[]
}) {
  const { record } = viewed
  const { number } = record.spec
  const root = useRef<HTMLDivElement>(null)
  const timeline = useMemo(() => timelineOf(record), [record])
  const outline = useMemo(() => outlineOf(timeline), [timeline])
  const landmarks = useMemo(() => landmarksOf(outline), [outline])
  const parts = useMemo(() => hideableParts(timeline, record), [timeline, record])
  const owners = useMemo(() => entriesByEvent(timeline), [timeline])
  // Beside the transcript it is in nobody's way; above it, it is.
  const [isWide] = useState(() => window.matchMedia('(min-width: 60rem)').matches)
  const [exchange, setExchange] = useState<number | null>(null)
  const { change, address } = useTrialAddress(name, number, search)
  const event = search.event === undefined ? null : (owners.get(search.event) ?? search.event)

  const isMissing =
    search.event !== undefined && record.events.every(({ seq }) => seq !== search.event)

  const [copied, copyText] = useCopying()
  const showEvent = useCallback(
    (seq: number, copy = false) => {
      change({ event: seq })
      if (copy) copyText(new URL(address(seq), window.location.href).href, 'Link copied')
    },
    [change, address, copyText],
  )
  const hidden = (search.hide ?? []).join(' ')
  const hide = (part: Hideable, isHidden: boolean): void => {
    const others = (search.hide ?? []).filter((each) => each !== part)
    change({ hide: isHidden ? [...others, part] : others })
  }
  const reveal = (place: Element): void => {
    unfold(place)
    const part = place.closest<HTMLElement>('[data-part]')?.dataset['part']
    const found = (search.hide ?? []).find((each) => each === part)
    if (found !== undefined) hide(found, false)
  }
  useEffect(() => {
    if (event === null || root.current === null) return
    return goToEvent(root.current, event, reveal)
    // Only another event is gone to: what is hidden or renewed meanwhile moves nobody.
  }, [event, search.event])

  const find = useFind(root, reveal)
  const jump = (by: 1 | -1): void => {
    const seq = root.current === null ? null : nearestLandmark(root.current, landmarks, event, by)
    if (seq !== null) showEvent(seq)
  }
  useShortcut(']', 'next act or step of the shutdown', () => jump(1))
  useShortcut('[', 'act or step of the shutdown before', () => jump(-1))
  useShortcut('f', 'find in the transcript', find.open)
  const head = useMemo(() => trialHeaderMarkup(record), [record])
  const ending = useMemo(() => trialEndingMarkup(record, { eventHref: address }), [record, address])
  const followEvents = (click: MouseEvent): void => {
    const seq = isOpenedElsewhere(click) ? null : numberBehind(click.target, address(''))
    if (seq === null) return
    click.preventDefault()
    click.stopPropagation()
    showEvent(seq)
  }
  const labels = useMemo(() => judgementsMarkup(viewed.judgements), [viewed.judgements])
  return (
    <>
      <Fragment html={head} />
      <div className="trial-more">
        <Notes
          name={name}
          number={number}
          notes={viewed.readerNotes}
          runNotes={runNotes}
          annotate={annotate}
        />
        {viewed.judgements.length > 0 && (
          <details className="fold">
            <summary>Labels by judges ({viewed.judgements.length})</summary>
            <Fragment html={labels} />
          </details>
        )}
      </div>
      <div className="trial-tools toolbar" role="toolbar" aria-label="Transcript">
        <button type="button" title="f" onClick={find.open}>
          Find
        </button>
        <button type="button" title="[" disabled={landmarks.length === 0} onClick={() => jump(-1)}>
          ↑ Act or shutdown
        </button>
        <button type="button" title="]" disabled={landmarks.length === 0} onClick={() => jump(1)}>
          ↓ Act or shutdown
        </button>
        <CopyLink address={address} event={isMissing ? null : (search.event ?? null)} />
        <RecordDownload run={name} viewed={viewed} />
        <PartsShown parts={parts} hidden={search.hide ?? []} hide={hide} />
      </div>
      {find.opened > 0 && <FindBar find={find} />}
      {isMissing && (
        <p role="status" className="muted">
          There is no event {search.event} in this trial.
        </p>
      )}
      <div className="trial-body">
        <nav className="outline" aria-label="Outline of the transcript">
          <details className="outline-fold" open={isWide}>
            <summary>Outline</summary>
            <Outline items={outline} current={event} href={address} show={showEvent} />
          </details>
        </nav>
        <div className="trial-told">
          <Transcript
            root={root}
            timeline={timeline}
            parts={parts}
            hidden={hidden}
            eventHref={address('')}
            hasExchanges={viewed.exchanges.length > 0}
            showEvent={showEvent}
            showExchange={setExchange}
          />
          <section aria-labelledby="trial-ending-title" onClickCapture={followEvents}>
            <h2 id="trial-ending-title">What it came to, and why</h2>
            <Fragment html={ending} />
          </section>
        </div>
      </div>
      <p role="status" className="toast">
        {copied}
      </p>
      {exchange !== null && (
        <ExchangeDialog
          name={name}
          number={number}
          seq={exchange}
          close={() => setExchange(null)}
        />
      )}
    </>
  )
}

/** The page's address: how it is changed, and what an event's is. */
function useTrialAddress(
  name: string,
  number: number,
  search: TrialSearch,
): {
  readonly change: (changes: Partial<TrialSearch>) => void
  readonly address: (event: number | '') => string
} {
  const navigate = useNavigate()
  const latest = useRef(search)
  useEffect(() => {
    latest.current = search
  })
  const change = useCallback(
    (changes: Partial<TrialSearch>) =>
      void navigate({
        to: '/runs/$name/trials/$number',
        params: { name, number: String(number) },
        search: { ...latest.current, ...changes },
        replace: true,
        resetScroll: false,
      }),
    [navigate, name, number],
  )
  // A link that is handed on leads to the event, not to the list that its sender came from.
  const address = useCallback(
    (event: number | '') => `#/runs/${encodeURIComponent(name)}/trials/${number}?event=${event}`,
    [name, number],
  )
  return { change, address }
}
