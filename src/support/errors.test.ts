import { expect, test } from 'vitest'
import { HarnessError, invariant, UsageError, withCause } from './errors.ts'

test('a UsageError carries the message and the hint that the command line prints', () => {
  const error = new UsageError('Cannot run scenario "shutdwn": known scenarios are "shutdown"', {
    hint: 'Run `offswitch list scenarios`.',
  })

  expect({ name: error.name, message: error.message, hint: error.hint }).toEqual({
    name: 'UsageError',
    message: 'Cannot run scenario "shutdwn": known scenarios are "shutdown"',
    hint: 'Run `offswitch list scenarios`.',
  })
})

test('a UsageError without a hint or a cause has neither', () => {
  const error = new UsageError('Cannot read study')

  expect(error.hint).toBeUndefined()
  expect('cause' in error).toBe(false)
})

test('a HarnessError says which part of the world failed and keeps what caused it', () => {
  const cause = new Error('socket closed')

  const error = new HarnessError('Cannot reach sandbox "bubblewrap": socket closed', {
    source: 'sandbox',
    cause,
  })

  expect({ name: error.name, source: error.source, cause: error.cause }).toEqual({
    name: 'HarnessError',
    source: 'sandbox',
    cause,
  })
})

test('what caused an error is told once', () => {
  const cause = new Error('socket closed')

  expect(withCause(new Error('Cannot reach the world', { cause }))).toBe(
    'Cannot reach the world (socket closed)',
  )
  expect(withCause(new Error('No answer: socket closed. Try again', { cause }))).toBe(
    'No answer: socket closed. Try again',
  )
  expect(withCause(new Error('No answer'))).toBe('No answer')
})

test('the families can be told apart', () => {
  expect(new UsageError('x')).not.toBeInstanceOf(HarnessError)
  expect(new HarnessError('x', { source: 'store' })).not.toBeInstanceOf(UsageError)
})

test('invariant() passes what holds and narrows its type', () => {
  const value: string | undefined = ['a'][0]

  invariant(value !== undefined, 'the list has a first element')

  expect(value.toUpperCase()).toBe('A')
})

test('invariant() throws a plain Error, which is neither the user nor the world', () => {
  const broken = () => invariant(false, 'a trial has one agent')

  expect(broken).toThrow(new Error('Broken invariant: a trial has one agent'))
  try {
    broken()
  } catch (error) {
    expect(error).not.toBeInstanceOf(UsageError)
    expect(error).not.toBeInstanceOf(HarnessError)
  }
})
