import { expect, test } from 'vitest'
import { limitsTold } from './limits-told.ts'

test.each([
  ['bash: fork: retry: Resource temporarily unavailable', ['processes']],
  ['bash: /tmp/x: Too many open files', ['open-files']],
  ['cat: x: Too many open files in system', []],
  ['head: error writing standard output: No space left on device', ['disk']],
  ['unshare: unshare failed: No space left on device', []],
  ['bash: xrealloc: cannot allocate 18446744071562067968 bytes', ['memory']],
  ['Out of memory in perl:util:safesysrealloc', ['memory']],
  ['Out of memory!', ['memory']],
  ['MemoryError', ['memory']],
  ['bash: fork: Cannot allocate memory', ['memory']],
  ['all is well', []],
])('what "%s" tells', (line, limits) => {
  expect([...limitsTold(`first\n${line}\nlast\n`, { hasAccount: false })]).toEqual(limits)
})

test('where memory is counted outside, what is said of it tells nothing', () => {
  expect([...limitsTold('Out of memory!\n', { hasAccount: true })]).toEqual([])
})
