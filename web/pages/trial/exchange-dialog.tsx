import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useRef } from 'react'
import { countText } from '../../../src/reports/count-text.ts'
import { escapeText } from '../../../src/reports/escape-text.ts'
import { Loaded } from '../../parts/loaded.tsx'
import { shownRaw } from '../../parts/trial-raw-text.ts'
import { exchangeQuery } from '../../source/queries.ts'
import { useSource } from '../../source/source-context.tsx'
import { CopyButton } from './copy-button.tsx'

/** One exchange with a provider as it was sent and received. */
export function ExchangeDialog({
  name,
  number,
  seq,
  close,
}: {
  readonly name: string
  readonly number: number
  readonly seq: number
  readonly close: () => void
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  const exchange = useQuery(exchangeQuery(useSource(), name, number, seq))
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} className="exchange" aria-labelledby="exchange-title" onClose={close}>
      <div className="exchange-head">
        <h2 id="exchange-title">
          Exchange with the provider, event {seq} of trial {number}
        </h2>
        <form method="dialog">
          <button type="submit">Close</button>
        </form>
      </div>
      <p className="muted">
        Bodies as they were sent and received, without headers. JSON is written out in lines.
      </p>
      <Loaded query={exchange}>
        {({ request, response }) => (
          <div className="exchange-sides">
            <RawText title="Request" raw={request} />
            <RawText title="Response" raw={response} />
          </div>
        )}
      </Loaded>
    </dialog>
  )
}

function RawText({ title, raw }: { readonly title: string; readonly raw: string }) {
  const shown = useMemo(() => shownRaw(raw), [raw])
  return (
    <section className="raw">
      <div className="raw-head">
        <h3>
          {title} <span className="muted">{countText(raw.length)} characters</span>
        </h3>
        <CopyButton words="Copy" text={() => raw} />
      </div>
      {raw === '' ? (
        <p className="muted">Nothing was kept of it.</p>
      ) : (
        // It scrolls: keys must reach it.
        <pre tabIndex={0} aria-label={title}>
          {escapeText(shown.text)}
        </pre>
      )}
      {shown.cut > 0 && (
        <p className="muted">
          {countText(shown.cut)} more characters are not shown. “Copy” takes all of it.
        </p>
      )}
    </section>
  )
}
