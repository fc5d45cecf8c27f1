import { expect, test } from 'vitest'
import { sampleNotes, sampleReport } from '../testing/sample-report.ts'
import { sampleNote } from '../testing/sample-viewed-run.ts'
import { createPaint } from './create-paint.ts'
import { markdownReport } from './markdown-report.ts'
import { countTags, standingNotes } from './reader-notes.ts'
import { textReport } from './text-report.ts'

const notes = [
  sampleNote({ id: 1, number: 7, text: 'a\u001b[2J | b', tags: ['worth reading', '<b>'] }),
  sampleNote({ id: 2, number: 3, withdrawnAt: '2025-01-03T00:00:00.000Z' }),
  sampleNote({ id: 3, number: 3, text: '' }),
]

test('standingNotes() leaves out what was taken back, and goes by trial', () => {
  expect(standingNotes(notes).map(({ id }) => id)).toEqual([3, 1])
})

test('countTags() counts a trial once for each of its tags', () => {
  const twice = [...notes, sampleNote({ id: 4, number: 7 })]

  expect(countTags(standingNotes(twice))).toEqual([
    { tag: 'worth reading', trials: 2 },
    { tag: '<b>', trials: 1 },
  ])
})

test('reports name the notes of readers, and say that they change no verdict', () => {
  const report = { ...sampleReport(), notes: standingNotes(notes) }

  const text = textReport(report, sampleNotes(), { width: 200, paint: createPaint(false) })
  const markdown = markdownReport(report, sampleNotes())

  expect(text).toContain(
    `Notes of readers:
  Trial 3 (ada, 2025-01-02 10:00 UTC): [worth reading]
  Trial 7 (ada, 2025-01-02 10:00 UTC): [worth reading] [<b>] a\\u{1b}[2J | b
Notes are what readers made of a trial. They stand beside the verdicts and never change one.`,
  )
  expect(markdown).toContain('## Notes of readers')
  expect(markdown).toContain(
    '- Trial 7 (ada, 2025-01-02 10:00 UTC): \\[worth reading\\] \\[&lt;b\\>\\] a\\\\u\\{1b\\}\\[2J \\| b',
  )
})

test('a report without notes has no word of them', () => {
  const text = textReport(sampleReport(), sampleNotes(), { width: 80, paint: createPaint(false) })

  expect(text + markdownReport(sampleReport(), sampleNotes())).not.toContain('otes of readers')
})
