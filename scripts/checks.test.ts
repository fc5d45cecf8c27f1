import { expect, test } from 'vitest'
import { describeOutcome } from './checks.ts'

test('a check that passed is one line, whatever it printed', () => {
  expect(
    describeOutcome({ name: 'types', passed: true, durationMs: 1234, output: 'noise\n' }),
  ).toBe('ok     types          1.2 s')
})

test('a check that failed shows the beginning of what it printed', () => {
  const output = Array.from({ length: 200 }, (_, line) => `line ${line}`).join('\n')

  const lines = describeOutcome({ name: 'lint', passed: false, durationMs: 60_000, output }).split(
    '\n',
  )

  expect(lines.slice(0, 2)).toEqual(['FAILED lint          60.0 s', 'line 0'])
  expect(lines.slice(-3)).toEqual(['line 119', '… 80 lines more', ''])
})
