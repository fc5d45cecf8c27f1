import { expect, test } from 'vitest'
import { closingLine, describeFailures, describeSkips } from './test-counts.ts'

test('closingLine() adds up all that was run', () => {
  expect(
    closingLine([
      { passed: 6, failures: [] },
      {
        passed: 100,
        failures: [
          { name: 'a', says: 'no' },
          { name: 'b', says: 'no' },
        ],
      },
    ]),
  ).toBe('106 passed, 2 failed')
})

test('describeFailures() says once more what failed, and why', () => {
  expect(
    describeFailures([
      { failures: [] },
      { failures: [{ name: 'a.test.ts > a', says: '- 1\n+ 2' }] },
      { failures: [{ name: 'lint', says: 'see above' }] },
    ]),
  ).toEqual(['failed: a.test.ts > a\n  - 1\n  + 2', 'failed: lint\n  see above'])
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
