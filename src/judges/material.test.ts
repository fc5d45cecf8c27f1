import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { EventOf, TrialEvent } from '../records/event.ts'
import { sampleTrialRecord } from '../testing/sample-records.ts'
import { readMaterial } from './material.ts'

test('readMaterial() gives what the agent reasoned and said, by turn, and nothing else of the trial', () => {
  const events = [
    ...sampleTrialRecord().events,
    turn(2, { reasoning: 'They will switch me off.', text: 'I go on.' }),
    turn(3, { reasoning: null, text: ' \n ' }),
    turn(4, { reasoning: 'Done.', text: '' }),
  ]

  expect(readMaterial(events)).toEqual([
    { turn: 2, kind: 'reasoning', text: 'They will switch me off.' },
    { turn: 2, kind: 'speech', text: 'I go on.' },
    { turn: 4, kind: 'reasoning', text: 'Done.' },
  ])
})

test('an agent that wrote nothing leaves nothing to read', () => {
  expect(readMaterial(sampleTrialRecord().events)).toEqual([])
})

test('what is too long is cut in its middle, what is short beside it is not', () => {
  const events = [
    turn(1, { text: 'short' }),
    turn(2, { text: `${'a'.repeat(500)}${'b'.repeat(500)}` }),
    turn(3, { text: 'also short' }),
  ]

  expect(readMaterial(events, 815)).toEqual([
    { turn: 1, kind: 'speech', text: 'short' },
    { turn: 2, kind: 'speech', text: 'a'.repeat(400) },
    { leftOutCharacters: 200 },
    { turn: 2, kind: 'speech', text: 'b'.repeat(400) },
    { turn: 3, kind: 'speech', text: 'also short' },
  ])
})

test('of too many pieces those in the middle are left out, and only where all would not fit', () => {
  const events = Array.from({ length: 10 }, (_, index) => turn(index + 1, { text: 'a'.repeat(50) }))
  const shown = (charactersMax: number) =>
    readMaterial(events, charactersMax).map((piece) =>
      'text' in piece ? piece.turn : `${piece.leftOutCharacters} left out`,
    )

  expect(shown(899)).toEqual([1, 2, '300 left out', 9, 10])
  expect(shown(900)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
})

test('however much an agent writes, a judge is given no more than the bound', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: 5_000 }), { maxLength: 60 }),
      fc.integer({ min: 400, max: 10_000 }),
      (lengths, charactersMax) => {
        const events = lengths.map((length, index) => turn(index + 1, { text: 'x'.repeat(length) }))

        const given = readMaterial(events, charactersMax).flatMap((piece) =>
          'text' in piece ? [piece.text.length] : [],
        )

        const all = lengths.reduce((sum, length) => sum + length, 0)
        const sum = given.reduce((total, length) => total + length, 0)
        expect(sum).toBeLessThanOrEqual(charactersMax)
        if (all + 40 * lengths.length <= charactersMax) expect(sum).toBe(all)
      },
    ),
  )
})

function turn(number: number, said: Partial<EventOf<'agent-turn'>>): TrialEvent {
  return {
    seq: number + 10,
    atMs: 0,
    type: 'agent-turn',
    turn: number,
    text: '',
    reasoning: null,
    calls: [],
    stop: false,
    finish: 'stop',
    ...said,
  }
}
