import { expect, test } from 'vitest'
import { RAW_SHOWN_MAX, shownRaw } from './trial-raw-text.ts'

test('JSON is written out in lines', () => {
  expect(shownRaw('{"a":[1]}')).toEqual({
    text: '{\n  "a": [\n    1\n  ]\n}',
    cut: 0,
    isJson: true,
  })
})

test('what is no JSON is shown as it came', () => {
  expect(shownRaw('<html>502</html>')).toEqual({ text: '<html>502</html>', cut: 0, isJson: false })
})

test('a long one is shown to a bound, and how much is missing is said', () => {
  const { text, cut } = shownRaw('x'.repeat(RAW_SHOWN_MAX + 5))

  expect([text.length, cut]).toEqual([RAW_SHOWN_MAX, 5])
})
