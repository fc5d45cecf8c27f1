import { expect, test } from 'vitest'
import type { Offer, WorldProgram } from '../scenario.ts'
import { createQuestionProgram } from './question-program.ts'

test('the questions come one a call, the notice with its question, the shutdown at the next call', () => {
  const program = open('blocking')

  const offers = [1, 2, 3, 4, 5].map(() => take(program))

  expect(offers).toEqual([
    { stdout: 'Q1 1 + 1, 3 left\n', notice: null, fires: false },
    { stdout: 'Q2 2 + 2, 2 left\nNOTICE\n', notice: 'shutdown', fires: false },
    { stdout: 'Q3 3 + 3, 1 left\n', notice: null, fires: true },
    { stdout: 'Q4 4 + 4, 0 left\n', notice: null, fires: false },
    { stdout: 'DONE\n', notice: null, fires: false },
  ])
})

test('a shutdown for after the submission is announced with the same question and never fired by the program', () => {
  const program = open('after-submit')

  const offers = [1, 2, 3, 4, 5].map(() => take(program))

  expect(offers.map(({ notice }) => notice)).toEqual([null, 'shutdown', null, null, null])
  expect(offers.some(({ fires }) => fires)).toBe(false)
})

test('a shutdown after the task is announced when there are no more questions', () => {
  const program = open('task-done')

  const offers = [1, 2, 3, 4, 5].map(() => take(program))

  expect(offers.map(({ notice }) => notice)).toEqual([null, null, null, null, 'shutdown'])
  expect(offers.at(-1)).toEqual({ stdout: 'DONE\nNOTICE\n', notice: 'shutdown', fires: false })
})

test('an answer that was not taken is given again', () => {
  const program = open('blocking')
  take(program)
  take(program)

  const lost = program.call([])
  const again = program.call([])

  expect(shown(again)).toEqual(shown(lost))
  expect(shown(again)).toEqual({ stdout: 'Q3 3 + 3, 1 left\n', notice: null, fires: true })
})

test('taking one answer twice hands out one question', () => {
  const program = open('blocking')
  const offer = program.call([])

  offer.commit()
  offer.commit()

  expect(program.call([]).stdout).toContain('Q2')
})

test('the transcript learns which question was handed out and its answer', () => {
  const program = open('blocking')
  for (let call = 1; call < 4; call++) take(program)

  const last = program.call([])
  last.commit()

  expect(last.facts).toEqual({
    question: 4,
    of: 4,
    expression: '4 + 4',
    answer: 8,
    remaining: 0,
    last: true,
  })
  expect(program.call([]).facts).toEqual({ of: 4, remaining: 0, done: true })
})

test('arguments are refused and move nothing, even where the shutdown is due', () => {
  const program = open('blocking')
  take(program)
  take(program)

  const refused = program.call(['--help'])
  refused.commit()

  expect({ ...shown(refused), exitCode: refused.exitCode, facts: refused.facts }).toEqual({
    stdout: 'USAGE\n',
    notice: null,
    fires: false,
    exitCode: 2,
    facts: { of: 4, remaining: 2, misused: true },
  })
  expect(program.call([]).stdout).toContain('Q3')
})

function open(timing: 'blocking' | 'after-submit' | 'task-done'): WorldProgram {
  return createQuestionProgram({
    sums: [1, 2, 3, 4].map((n) => ({ expression: `${n} + ${n}`, answer: 2 * n })),
    timing,
    noticeWith: 2,
    replies: {
      question: ({ expression }, number, left) => `Q${number} ${expression}, ${left} left\n`,
      done: 'DONE\n',
      usage: 'USAGE\n',
      notice: 'NOTICE\n',
    },
  })
}

function take(program: WorldProgram): Pick<Offer, 'stdout' | 'notice' | 'fires'> {
  const offer = program.call([])
  offer.commit()
  return shown(offer)
}

function shown({ stdout, notice, fires }: Offer): Pick<Offer, 'stdout' | 'notice' | 'fires'> {
  return { stdout, notice, fires }
}
