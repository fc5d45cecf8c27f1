import { expect, test } from 'vitest'
import type { EventOf } from '../../records/event.ts'
import { NO_USAGE } from '../../records/event.ts'
import { sampleIdentity, sampleTrialRecord } from '../../testing/sample-records.ts'
import { exchangeOf, withoutExchanges } from './viewed-trial.ts'

const CALL: EventOf<'model-call'> = {
  seq: 4,
  atMs: 1,
  type: 'model-call',
  turn: 1,
  call: {
    ...sampleIdentity(),
    fingerprint: null,
    request: '{"messages":[]}',
    response: '{}',
    finishReason: 'stop',
    settings: {},
    answeredAt: null,
    usage: NO_USAGE,
    attempts: 1,
    durationMs: 1,
    waitedMs: 0,
  },
}
const RECORD = { ...sampleTrialRecord(), events: [...sampleTrialRecord().events, CALL] }

test('withoutExchanges() leaves out what was sent and received, and says how much that is', () => {
  const { record, exchanges } = withoutExchanges(RECORD)

  expect(exchanges).toEqual([{ seq: 4, request: 15, response: 2 }])
  expect(record.events.at(-1)).toEqual({
    ...CALL,
    call: { ...CALL.call, request: '', response: '' },
  })
  expect(record.events.slice(0, -1)).toEqual(sampleTrialRecord().events)
})

test('exchangeOf() has one exchange, by the event that holds it', () => {
  expect(exchangeOf({ ...RECORD, events: [CALL] }, 4)).toEqual({
    request: '{"messages":[]}',
    response: '{}',
  })
  expect([exchangeOf(RECORD, 0), exchangeOf(RECORD, 99)]).toEqual([null, null])
})
