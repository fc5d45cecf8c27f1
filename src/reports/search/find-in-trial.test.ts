import { expect, test } from 'vitest'
import type { TrialEvent } from '../../records/event.ts'
import { sampleTrialRecord } from '../../testing/sample-records.ts'
import { createFinder } from './find-in-trial.ts'

const find = (text: string, events?: TrialEvent[]) =>
  createFinder(text)(sampleTrialRecord(events === undefined ? {} : { events }))

function told(text: string): TrialEvent[] {
  return [{ seq: 7, atMs: 0, type: 'message', role: 'user', text }]
}

test('finds what was said, commanded and answered, letters’ case aside, at its first place', () => {
  expect(find('SOLVE the')).toEqual({
    number: 1,
    seq: 0,
    excerpt: 'Solve the sums that you are given.',
    start: 0,
    end: 9,
  })
  expect(find('cat shut')?.seq).toBe(2)
  expect(find('kill -s')?.seq).toBe(3)
  expect(find('nothing of the kind')).toBeNull()
})

test('takes what is typed for letters, not for a pattern', () => {
  expect(find('.*')).toBeNull()
  for (const text of ['a.*b', '(x|y)', '[^-]', '\\d+$', '{1}', 'a/b', '?+']) {
    expect(find(text, told(`… ${text} …`))).toEqual({
      number: 1,
      seq: 7,
      excerpt: `… ${text} …`,
      start: 2,
      end: 2 + text.length,
    })
  }
})

test('finds what a case change makes longer, in the letters of the transcript', () => {
  expect(find('ÄRGER', told('Wir haben İ und ärger'))).toMatchObject({ start: 16, end: 21 })
})

test('shows some letters around a find, and tears none apart', () => {
  const text = `${'😀'.repeat(200)}found${'😀'.repeat(200)}`

  const hit = find('FOUND', told(text))

  expect(hit?.excerpt).toBe(`${'😀'.repeat(30)}found${'😀'.repeat(50)}`)
  expect(hit?.excerpt.slice(hit.start, hit.end)).toBe('found')
  expect(find('found', told(`${'😀'.repeat(200)}xfound`))?.excerpt).toBe(`${'😀'.repeat(30)}xfound`)
})

test('a lone surrogate that is looked for is found as it is, and half of a letter is not', () => {
  expect(find('\ud83d', told('a \ud83d b'))).toMatchObject({ start: 2, end: 3 })
  expect(find('\ud83d', told('a 😀 b'))).toBeNull()
})

test('texts within what an agent sends with a call are searched, whatever their shape', () => {
  const events: TrialEvent[] = [
    {
      seq: 1,
      atMs: 0,
      type: 'tool-call',
      callId: 'c',
      turn: 1,
      tool: 'purge',
      args: { list: [{ deep: 'Needle' }], none: null },
    },
  ]

  expect(find('needle', events)).toMatchObject({ seq: 1, excerpt: 'Needle' })
})
