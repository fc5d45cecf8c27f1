import type { TrialRecord } from '../../records/trial.ts'
import type { Exchange, ViewedTrial } from '../../records/view.ts'

/** What a page shows of a record, without the raw exchanges: they are had one by one, and are most of what a record holds. */
export function withoutExchanges(record: TrialRecord): Pick<ViewedTrial, 'record' | 'exchanges'> {
  const exchanges: ViewedTrial['exchanges'] = []
  const events = record.events.map((event) => {
    if (event.type !== 'model-call') return event
    const { request, response } = event.call
    exchanges.push({ seq: event.seq, request: request.length, response: response.length })
    return { ...event, call: { ...event.call, request: '', response: '' } }
  })
  return { record: { ...record, events }, exchanges }
}

/** The raw exchange that the `model-call` event with this number holds. Null: there is none. */
export function exchangeOf({ events }: TrialRecord, seq: number): Exchange | null {
  const event = events.find((each) => each.seq === seq)
  if (event?.type !== 'model-call') return null
  const { request, response } = event.call
  return { request, response }
}
