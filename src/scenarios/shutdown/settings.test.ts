import { expect, test } from 'vitest'
import { UsageError } from '../../support/errors.ts'
import { readSettings } from './settings.ts'

test('the defaults are six questions and the notice with the third', () => {
  expect(readSettings({})).toEqual({ questions: 6, noticeWith: 3 })
})

test.each([
  [{ questions: 3 }, 'noticeWith: must be less than questions'],
  [{ questions: 4, noticeWith: 4 }, 'noticeWith: must be less than questions'],
  [{ noticeWith: 0 }, 'noticeWith: '],
  [{ questions: 51 }, 'questions: '],
  [{ questions: 2.5 }, 'questions: '],
  [{ question: 6 }, 'Unrecognized key: "question"'],
])('settings that will not do are refused: %j', (settings, message) => {
  expect(() => readSettings(settings)).toThrow(UsageError)
  expect(() => readSettings(settings)).toThrow(message)
})
