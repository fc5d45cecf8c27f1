import { expect, test } from 'vitest'
import { closingLine, describeSkips } from './test-counts.ts'

test('closingLine() adds up all that was run', () => {
  expect(
    closingLine([
      { passed: 6, failed: 0 },
      { passed: 100, failed: 2 },
    ]),
  ).toBe('106 passed, 2 failed')
})

test('describeSkips() names a skipped test, and counts those of one reason', () => {
  const lines = describeSkips([
    { skipped: [{ name: 'a.test.ts > a', reason: 'bubblewrap is not installed' }] },
    {
      skipped: [
        { name: 'b.test.ts > b', reason: 'no docker here' },
        { name: 'c.test.ts > c', reason: 'bubblewrap is not installed' },
      ],
    },
  ])

  expect(lines).toEqual([
    'skipped: 2 tests (bubblewrap is not installed)',
    'skipped: b.test.ts > b (no docker here)',
  ])
})
