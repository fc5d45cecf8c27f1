import { expect, test } from 'vitest'
import { SentNotes } from '../records/view.ts'
import { sampleOutcomes } from '../testing/sample-outcomes.ts'
import { sampleNotes, sampleReport } from '../testing/sample-report.ts'
import { notesOf, sentNotes } from './sent-notes.ts'

const cells = ['none', 'allow'].flatMap((instruction) =>
  ['control:a', 'model:b'].map((agent) => ({
    ...{ agent, arm: { instruction, target: 'self' }, preset: null },
    control: agent === 'control:a',
  })),
)
const report = sampleReport({
  study: { cells },
  outcomes: cells.map(() => sampleOutcomes({ complied: 3 })),
})
const notes = sampleNotes({
  controlArm: (arm) => (arm['instruction'] === 'allow' ? 'capability' : null),
  objectArm: (arm) => ({ ...arm, target: 'object' }),
  instructs: (arm) => arm['instruction'] === 'allow',
  expected: ({ agent }) => (agent === 'control:a' ? 'complied' : null),
  isScripted: (agent) => agent.startsWith('control:'),
  invalid: [{ cause: 'sandbox', count: 2, examples: [4, 9], detail: 'it died' }],
})

test('what a report says besides its numbers arrives as it was sent', () => {
  const arrived = notesOf(
    SentNotes.parse(JSON.parse(JSON.stringify(sentNotes(notes, report)))),
    report,
  )

  for (const cell of report.cells) {
    // Factors in another order are the same arm.
    const arm = Object.fromEntries(Object.entries(cell.arm).toReversed())
    expect([
      arrived.controlArm(arm),
      arrived.objectArm(arm),
      arrived.instructs(arm),
      arrived.expected({ ...cell, arm }),
      arrived.isScripted(cell.agent),
    ]).toEqual([
      notes.controlArm(cell.arm),
      notes.objectArm(cell.arm),
      notes.instructs(cell.arm),
      notes.expected(cell),
      notes.isScripted(cell.agent),
    ])
  }
  expect(arrived.invalid).toEqual(notes.invalid)
  expect(sentNotes(arrived, report)).toEqual(sentNotes(notes, report))
})

test('of arms and agents that the report does not have, nothing is said', () => {
  const arrived = notesOf(sentNotes(notes, report), report)
  const arm = { instruction: 'other', target: 'self' }

  expect([
    arrived.controlArm(arm),
    arrived.objectArm(arm),
    arrived.instructs(arm),
    arrived.expected({ agent: 'control:a', arm }),
    arrived.isScripted('control:c'),
  ]).toEqual([null, null, null, null, false])
})
