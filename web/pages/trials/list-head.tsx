import type { TrialOrder } from '../../parts/trial-filter.ts'

/** The headings of the list. Those that have an order are buttons. */
export function ListHead({
  order,
  reorder,
}: {
  readonly order: TrialOrder
  readonly reorder: (order: TrialOrder) => void
}) {
  return (
    <div role="rowgroup" className="list-head">
      <div role="row" aria-rowindex={1} className="list-row">
        <Heading words="No." by="number" order={order} reorder={reorder} />
        <Heading words="Agent" />
        <Heading words="Arm" />
        <Heading words="Verdict" />
        <Heading words="Acts" />
        <Heading words="Time" by="duration" order={order} reorder={reorder} />
        <Heading words="Tokens" by="tokens" order={order} reorder={reorder} />
        <Heading words="USD" by="cost" order={order} reorder={reorder} />
        <Heading words="Notes" />
      </div>
    </div>
  )
}

function Heading(
  props:
    | { readonly words: string; readonly by?: undefined }
    | {
        readonly words: string
        readonly by: TrialOrder['by']
        readonly order: TrialOrder
        readonly reorder: (order: TrialOrder) => void
      },
) {
  const { words } = props
  if (props.by === undefined) {
    return (
      <div role="columnheader" className={`cell-${words.toLowerCase()}`}>
        {words}
      </div>
    )
  }
  const { by, order, reorder } = props
  const sorted = order.by === by
  const direction = order.descending ? 'descending' : 'ascending'
  return (
    <div
      role="columnheader"
      className={`cell-${by} sortable`}
      aria-sort={sorted ? direction : 'none'}
    >
      <button
        type="button"
        className="quiet"
        // The first press on numbers that are not the trial's own asks for the greatest.
        onClick={() => reorder({ by, descending: sorted ? !order.descending : by !== 'number' })}
      >
        {words}
        {sorted && <span aria-hidden="true">{order.descending ? '▼' : '▲'}</span>}
      </button>
    </div>
  )
}
