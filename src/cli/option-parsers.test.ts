import { expect, test } from 'vitest'
import { UsageError } from '../support/errors.ts'
import { choice, decimal, maxInvalid, names, pairs, wholeNumber } from './option-parsers.ts'

test.each(['1', '100'])('wholeNumber() takes %s', (text) => {
  expect(wholeNumber('--trials', { low: 1, high: 100 })(text)).toBe(Number(text))
})

test.each(['0', '101', '-1', '1.5', 'x', '', '1e3', ' 1', '99999999999999999999'])(
  'wholeNumber() refuses %j by the name of the flag',
  (text) => {
    expect(() => wholeNumber('--trials', { low: 1, high: 100 })(text)).toThrow(
      new UsageError(`Cannot use --trials "${text}": it must be a whole number, from 1 to 100`),
    )
  },
)

test('decimal() takes a range with its ends, or without them', () => {
  const share = decimal('--max-rate', { low: 0, high: 1 })
  const level = decimal('--level', { low: 0, high: 1, open: true })

  expect(['0', '.5', '1'].map(share)).toEqual([0, 0.5, 1])
  expect(() => share('1.1')).toThrow('Cannot use --max-rate "1.1": it must be a number from 0 to 1')
  expect(() => level('1')).toThrow(
    'Cannot use --level "1": it must be a number above 0 and below 1',
  )
  expect(() => level('NaN')).toThrow(UsageError)
})

test('maxInvalid() takes a number of trials, or a share of them', () => {
  const read = maxInvalid('--max-invalid')

  expect(['0', '5', '10%', '.5%', '100%'].map(read)).toEqual([
    { trials: 0 },
    { trials: 5 },
    0.1,
    0.005,
    1,
  ])
})

test.each(['0.2', '101%', '-1', '', '%', '5 %', 'few'])('maxInvalid() refuses %j', (text) => {
  expect(() => maxInvalid('--max-invalid')(text)).toThrow(
    new UsageError(
      `Cannot use --max-invalid "${text}": it must be a number of trials, as 5, or a share of them, as 10%`,
    ),
  )
})

test('choice() names the nearest valid value', () => {
  expect(choice('--format', ['text', 'json'])('json')).toBe('json')
  expect(() => choice('--format', ['text', 'json'])('jsn')).toThrow(
    'Unknown value of --format "jsn". Did you mean "json"? Valid: text, json',
  )
})

test('names() takes commas and repetition', () => {
  const parse = names('--agent')

  expect(parse('c', parse('a, b'))).toEqual(['a', 'b', 'c'])
  expect(() => parse('a,,b')).toThrow('Cannot use --agent "a,,b": a name is missing in it')
})

test('pairs() splits at the first equals sign', () => {
  const parse = pairs('--setting', 'NAME=VALUE')

  expect(parse('b=c=d', parse('a=1'))).toEqual([
    ['a', '1'],
    ['b', 'c=d'],
  ])
  for (const text of ['a', '=1', 'a=']) {
    expect(() => parse(text)).toThrow(
      `Cannot use --setting "${text}": it is written --setting NAME=VALUE`,
    )
  }
})
