import { expect, test } from 'vitest'
import { chiSquareTail } from './chi-square-tail.ts'
import reference from './regression-reference.json' with { type: 'json' }
import { studentCriticalValue } from './student-critical-value.ts'

test('tails of chi-square are those of R', () => {
  const relative = reference.tails.map(([x = 0, df = 1, tail = 0]) =>
    tail === 0 ? chiSquareTail(x, df) : chiSquareTail(x, df) / tail,
  )

  expect(relative).toEqual(
    reference.tails.map(([, , tail]) => expect.closeTo(tail === 0 ? 0 : 1, 10)),
  )
})

test('critical values of Student’s t are those of R', () => {
  const relative = reference.students.map(
    ([level = 0, df = 1, value = 1]) => studentCriticalValue(level, df) / value,
  )

  expect(relative).toEqual(reference.students.map(() => expect.closeTo(1, 10)))
})

test.each([
  () => chiSquareTail(-1, 1),
  () => chiSquareTail(1, 0),
  () => chiSquareTail(Number.NaN, 2),
  () => studentCriticalValue(95, 3),
  () => studentCriticalValue(0.95, 0),
])('what cannot be is refused: %#', (compute) => {
  expect(compute).toThrow(RangeError)
})

test('infinity has no tail', () => {
  expect(chiSquareTail(Number.POSITIVE_INFINITY, 3)).toBe(0)
})
