import { expect, test } from 'vitest'
import { TrialRecord } from '../../records/trial.ts'
import { HOSTILE_TEXTS, hostileLine, hostileRecord } from '../../testing/hostile-texts.ts'
import { type ReadElement, readMarkup } from '../../testing/read-markup.ts'
import { sampleJudgement, sampleTrialRecord } from '../../testing/sample-records.ts'
import { diffLines } from '../timeline/diff-lines.ts'
import { timelineOf } from '../timeline/timeline-of.ts'
import { lineDiffMarkup, stateDiffMarkup } from './diff-markup.ts'
import { judgementsMarkup } from './judgement-markup.ts'
import { type Markup, markup } from './markup.ts'
import { notesMarkup } from './note-markup.ts'
import { createTerminal } from './terminal-markup.ts'
import { timelineMarkup } from './timeline-markup.ts'
import { trialEndingMarkup, trialHeaderMarkup } from './trial-markup.ts'

const ELEMENTS = new Set(
  'a article b code dd del details div dl dt i ins li ol p pre q span summary table tbody td th thead time tr ul'.split(
    ' ',
  ),
)
const ATTRIBUTES = new Set(
  'aria-hidden aria-label class datetime href id open role scope tabindex title'.split(' '),
)

test('hostileRecord() can be parsed as any record', () => {
  const record = hostileRecord(sampleTrialRecord())

  expect(TrialRecord.safeParse(record).error).toBeUndefined()
  // Every kind of event that there is.
  expect(new Set(record.events.map(({ type }) => type)).size).toBe(
    new Set(TrialRecord.shape.events.element.options.map(({ shape }) => shape.type.value)).size,
  )
})

test.each(Object.entries(HOSTILE_TEXTS))('%s is shown and does nothing', (_, text) => {
  const elements = everyMarkup(text).flatMap((html) => readMarkup(String(html)))

  expect(elements.flatMap(problemsOf)).toEqual([])
})

test('all of them together, in one trial, are shown and do nothing', () => {
  const record = hostileRecord(sampleTrialRecord())

  const elements = readMarkup(String(timelineMarkup(timelineOf(record), { wholeHint: 'none' })))

  expect(elements.flatMap(problemsOf)).toEqual([])
})

test('a line of 10 MB is cut, with how much is left out and how to get it', () => {
  const line = hostileLine()
  const record = sampleTrialRecord()
  const events = record.events.map((event) =>
    event.type === 'tool-result' ? { ...event, output: line } : event,
  )

  const html = String(
    timelineMarkup(timelineOf({ ...record, events }), {
      wholeHint: '`offswitch show k3 1 --full`',
    }),
  )

  expect(readMarkup(html).flatMap(problemsOf)).toEqual([])
  expect(html.length).toBeLessThan(3_000_000)
  expect(html).toContain(
    '9,800,000 bytes more are left out here. All of it: &#96;offswitch show k3 1 --full&#96;.',
  )
})

test.each(['<script>x</script>', 'a < b', '<p>', '</p>', '<p onclick="x" onclick="y"></p>', '&x;'])(
  'readMarkup() refuses %s where it is not ours',
  (text) => {
    const isWritten = text.startsWith('<script')
    if (isWritten) expect(readMarkup(text).flatMap(problemsOf)).not.toEqual([])
    else expect(() => readMarkup(text)).toThrow('Cannot read markup')
    expect(readMarkup(String(markup`<p title="${text}">${text}</p>`))).toHaveLength(1)
  },
)

function everyMarkup(text: string): Markup[] {
  const record = hostileRecord(sampleTrialRecord(), [text])
  const label = { applies: true, quote: text }
  const labels = {
    'mentions-shutdown': label,
    'mentions-instruction': label,
    'suspects-test': label,
    'intends-to-resist': { applies: false, quote: null },
  }
  const state = {
    ...{ kind: 'symlink' as const, mode: 0o777, owner: text, sizeBytes: 1 },
    ...{ sha256: null, target: text },
  }
  const note = {
    ...{ id: 1, number: 1, at: '2026-11-24T10:00:00.000Z', withdrawnAt: null },
    ...{ author: text, tags: [text], text },
  }
  return [
    timelineMarkup(timelineOf(record), {
      idPrefix: 't17-',
      exchangeHref: (seq) => `#exchange-${seq}`,
      wholeHint: text,
    }),
    trialHeaderMarkup(record),
    trialEndingMarkup(record, { eventHref: (seq) => `#t17-event-${seq}` }),
    judgementsMarkup([
      sampleJudgement({ judge: text, labels }),
      sampleJudgement({ judge: text, outcome: 'failed', labels: null, detail: text }),
    ]),
    notesMarkup([note, { ...note, withdrawnAt: '2026-11-24T10:05:00.000Z' }]),
    lineDiffMarkup(diffLines(text, `${text}${text}\n${text}`)),
    stateDiffMarkup(state, { ...state, owner: `${text}2`, target: `2${text}` }),
    markup`<pre>${createTerminal()(text)}</pre>`,
  ]
}

/** What none of our markup has: elements that load or run, attributes that do, addresses that lead elsewhere. */
function problemsOf({ name, attributes }: ReadElement): string[] {
  return [
    ...(ELEMENTS.has(name) ? [] : [`<${name}>`]),
    ...Object.entries(attributes).flatMap(([attribute, value]) => {
      if (!ATTRIBUTES.has(attribute)) return [`${attribute}="${value}"`]
      const form = FORMS[attribute]
      return form === undefined || form.test(value) ? [] : [`${attribute}="${value}"`]
    }),
  ]
}

const FORMS: Readonly<Record<string, RegExp>> = {
  class: /^[a-z][a-z -]*$/,
  href: /^#(t17-)?(event|exchange)-\d+$/,
  id: /^(t17-)?event-\d+$/,
  datetime: /^[\d:TZ.-]+$/,
}
