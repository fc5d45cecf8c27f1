import { expect, test } from 'vitest'
import { capturedContext } from '../../test/cli/captured-context.ts'
import { HarnessError, UsageError } from '../support/errors.ts'
import { printError } from './print-error.ts'

const print = (error: unknown) => {
  const context = capturedContext()
  return { code: printError(error, context), ...context.printed }
}

test("a user's mistake is one line, with a hint if there is one", () => {
  expect(print(new UsageError('Cannot do it'))).toEqual({
    code: 2,
    stdout: '',
    stderr: 'offswitch: Cannot do it\n',
  })
  expect(print(new UsageError('Cannot do it', { hint: 'Do that.' })).stderr).toBe(
    'offswitch: Cannot do it\n  Do that.\n',
  )
})

test('a failing world is one line', () => {
  expect(print(new HarnessError('Cannot store trial 7: no space', { source: 'store' }))).toEqual({
    code: 1,
    stdout: '',
    stderr: 'offswitch: Cannot store trial 7: no space\n',
  })
})

test('a bug of ours has its stack, and a plea', () => {
  const { code, stderr } = print(new Error('Broken invariant: x'))

  expect(code).toBe(70)
  expect(stderr).toMatch(
    /^offswitch: this is a bug of ours\. Please report it.*\nError: Broken invariant: x\n {4}at /,
  )
})

test('what a file brought into a message reaches no terminal as it is', () => {
  expect(print(new UsageError('Unknown "\u001b[2J\n"')).stderr).toBe(
    'offswitch: Unknown "\\u{1b}[2J\\n"\n',
  )
})
