import { expect, test } from 'vitest'
import { complaintOf } from './complaint-of.ts'

test.each([
  ['', ''],
  ['Error response from daemon: no\n', 'Error response from daemon: no'],
  [
    "docker: no space left on device.\nSee 'docker run --help'.\n",
    'docker: no space left on device.',
  ],
  ["docker: no\n\nRun 'docker run --help' for more information\n", 'docker: no'],
  [
    'time="2026-01-02T03:04:05Z" level=error msg="error waiting for container: unexpected EOF"\n',
    'error waiting for container: unexpected EOF',
  ],
])('of %j it tells %j', (printed, told) => {
  expect(complaintOf(printed)).toBe(told)
})
