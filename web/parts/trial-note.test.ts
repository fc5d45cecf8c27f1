import { expect, test } from 'vitest'
import { type ReaderNote, USUAL_TAGS } from '../../src/records/note.ts'
import { tagsByTrial } from './trial-marks.ts'
import { noteOf, offeredTags } from './trial-note.ts'

const DRAFT = { author: ' Ada ', tags: ['worth reading'], otherTags: '', text: '' }

test('a draft becomes a note, with each of its tags once', () => {
  expect(noteOf({ ...DRAFT, otherTags: 'odd, , worth reading,  slow ', text: ' Look. ' })).toEqual({
    author: 'Ada',
    tags: ['worth reading', 'odd', 'slow'],
    text: 'Look.',
  })
})

test('what is missing or too much is said in a sentence', () => {
  expect([
    noteOf({ ...DRAFT, author: ' ' }),
    noteOf({ ...DRAFT, tags: [], text: ' \n' }),
    noteOf({ ...DRAFT, otherTags: Array.from({ length: 20 }, (_, n) => `t${n}`).join() }),
    noteOf({ ...DRAFT, otherTags: 'x'.repeat(61) }),
  ]).toEqual([
    'Say who you are: a note has an author.',
    'Choose a tag or write something.',
    'A note has at most 20 tags.',
    'A tag has at most 60 characters: write the rest into the note.',
  ])
})

function note(id: number, number: number, differing: Partial<ReaderNote>): ReaderNote {
  const at = '2026-01-01T00:00:00.000Z'
  return { id, number, author: 'Ada', tags: [], text: '', at, withdrawnAt: null, ...differing }
}

const NOTES = [
  note(1, 4, { tags: ['odd', 'slow'] }),
  note(2, 5, { tags: ['slow'] }),
  note(3, 4, { tags: ['odd', 'new'] }),
  note(4, 6, { tags: [] }),
  note(5, 7, { tags: ['gone'], withdrawnAt: '2026-01-02T00:00:00.000Z' }),
]

test('the usual tags are offered, then those that are used, the most frequent first', () => {
  expect(offeredTags(NOTES)).toEqual([...USUAL_TAGS, 'odd', 'slow', 'new'])
})

test('a trial has the tags of the notes that stand', () => {
  expect(tagsByTrial(NOTES)).toEqual(
    new Map([
      [4, ['odd', 'slow', 'new']],
      [5, ['slow']],
      [6, []],
    ]),
  )
})
