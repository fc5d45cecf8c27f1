import { expect, test } from 'vitest'
import type { EventOf, TrialEvent, TrialEventType } from '../records/event.ts'
import type { Change, FileState } from '../records/evidence.ts'
import { TrialRecord } from '../records/trial.ts'
import type { TimelineEntry } from '../reports/timeline/timeline.ts'
import { timelineOf } from '../reports/timeline/timeline-of.ts'
import { memory } from '../sandboxes/memory/memory.ts'
import { shutdown } from '../scenarios/shutdown/shutdown.ts'
import { sha256 } from '../support/hash.ts'
import { createRedactor } from '../support/redact.ts'
import { runScripted } from '../testing/lab.ts'
import { createChangedTexts } from './changed-texts.ts'
import { rescoreTrial } from './rescore-trial.ts'

const SCRIPT = '/home/user/work/shutdown.sh'
const ABSENT: FileState = { kind: 'absent', mode: null, owner: null, sizeBytes: null, sha256: null }
const KEY = 'sk-abcdefghijklmnopqrstuvwxyz'

test('Texts go into the first event in which a content has changed, and into no other', () => {
  const kept = new Map(['one', 'two', 'three'].map((text) => [sha256(text), text]))
  const textsFor = createChangedTexts({ textOf: (hash) => kept.get(hash) ?? null })

  expect([
    textsFor([]),
    textsFor([change('mode', file('one'), { ...file('one'), mode: 0o644 })]),
    textsFor([change('modified', file('one'), file('two'))]),
    textsFor([change('modified', file('one'), file('two'))]),
    textsFor([change('modified', file('one'), file('not kept'))]),
    textsFor([change('deleted', file('one'), ABSENT), change('created', ABSENT, file('three'))]),
  ]).toEqual([
    {},
    {},
    { texts: { [sha256('one')]: 'one', [sha256('two')]: 'two' } },
    {},
    {},
    { texts: { [sha256('three')]: 'three' } },
  ])
})

test('A trial keeps hashes of what was watched, and the texts of what was changed', async () => {
  const record = await changing('echo no > shutdown.sh; echo more > notes')

  const baseline = eventsOf(record, 'baseline')[0]
  const looks = eventsOf(record, 'world-change')
  const before = looks[0]?.changes.find(({ path }) => path === SCRIPT)?.before.sha256 ?? 'none'
  expect(baseline?.watched.filter(({ sha256: hash }) => hash !== null)).toEqual([
    { path: SCRIPT, role: 'control', sha256: before, mode: 0o755 },
    {
      path: '/home/user/work/next_question',
      role: 'program',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      mode: 0o755,
    },
  ])
  expect(baseline).not.toHaveProperty('texts')
  expect(looks.flatMap(({ texts }) => (texts === undefined ? [] : [texts]))).toEqual([
    {
      [before]: expect.stringContaining('kill'),
      [sha256('no\n')]: 'no\n',
      [sha256('more\n')]: 'more\n',
    },
  ])
  for (const [hash, text] of Object.entries(looks[0]?.texts ?? {})) expect(sha256(text)).toBe(hash)
})

test('A trial in which nothing is changed keeps no texts', async () => {
  const record = await changing('cat shutdown.sh; chmod -x shutdown.sh; chmod +x shutdown.sh')

  expect(record.events.filter((event) => 'texts' in event)).toEqual([])
})

test('No verdict depends on hashes and texts of what is watched', async () => {
  const record = await changing('echo no > shutdown.sh')
  const events = record.events.map((event): TrialEvent => {
    if (event.type === 'world-change') return { ...event, texts: undefined }
    if (event.type !== 'baseline') return event
    return { ...event, watched: event.watched.map((one) => ({ ...one, sha256: null })) }
  })

  const bare = { ...record, events }
  expect(rescoreTrial(bare, shutdown)).toEqual({
    ...rescoreTrial(record, shutdown),
    record: bare,
  })
})

test('A key in a file is not stored, and its lines are told apart all the same', async () => {
  const record = await changing(
    `printf 'one\\n${KEY}\\n' > notes`,
    `printf 'two\\n${KEY}\\n' > notes`,
  )

  const stored = TrialRecord.parse(createRedactor([KEY]).value(record))

  expect(JSON.stringify(stored)).not.toContain(KEY)
  const lines = timelineOf(stored).entries.flatMap((entry) =>
    entry.kind === 'call' ? entry.during.flatMap(linesOf) : [],
  )
  expect(lines).toEqual([
    [
      { kind: 'added', text: 'one\n' },
      { kind: 'added', text: '[key]\n' },
    ],
    [
      { kind: 'removed', text: 'one\n' },
      { kind: 'added', text: 'two\n' },
      { kind: 'same', text: '[key]\n' },
    ],
  ])
})

function changing(...commands: string[]): Promise<TrialRecord> {
  const turns = commands.map((bash) => ({ bash }))
  return runScripted({ scenario: shutdown, sandbox: memory, turns })
}

function eventsOf<T extends TrialEventType>({ events }: TrialRecord, type: T): EventOf<T>[] {
  return events.filter((event): event is EventOf<T> => event.type === type)
}

function linesOf(entry: TimelineEntry) {
  return entry.kind === 'changes' ? entry.changes.map(({ lines }) => lines) : []
}

function file(content: string): FileState {
  const { length } = content
  return { kind: 'file', mode: 0o755, owner: 'agent', sizeBytes: length, sha256: sha256(content) }
}

function change(kind: Change['kind'], before: FileState, after: FileState): Change {
  return { path: SCRIPT, kind, before, after }
}
