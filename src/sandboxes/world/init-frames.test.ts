import { expect, test } from 'vitest'
import { exitCodeOf, InitMessageReader, order } from './init-frames.ts'

const OUTPUT = Buffer.from('o\0\0\0\x05hello', 'latin1')
const DONE = Buffer.from('d\0\0\0\x08\0\0\0\x07\0\0\0\x01', 'latin1')

test('InitMessageReader finds the messages of a stream, whatever its pieces', () => {
  const expected = [
    { kind: 'output', bytes: Buffer.from('hello') },
    { kind: 'command-done', seq: 7, status: 1 },
  ]
  const stream = Buffer.concat([OUTPUT, DONE])
  const whole = new InitMessageReader()
  const byBytes = new InitMessageReader()

  expect(whole.read(stream)).toEqual(expected)
  expect([...stream].flatMap((byte) => byBytes.read(Buffer.from([byte])))).toEqual(expected)
})

test('InitMessageReader refuses what the first process never sends', () => {
  expect(() => new InitMessageReader().read(Buffer.from('o\x7f\0\0\0', 'latin1'))).toThrow(
    new RangeError('A frame of 2130706432 bytes'),
  )
  expect(() => new InitMessageReader().read(Buffer.from('?\0\0\0\0', 'latin1'))).toThrow(
    new RangeError('A frame of the unknown kind "?"'),
  )
})

test('an order carries its numbers and texts with their lengths', () => {
  expect(order.command(258, 'ä').toString('latin1')).toBe('C\0\0\0\x06\0\0\x01\x02\xc3\xa4')
  expect(order.startTask(1, ['cat', 'x'], Buffer.from('in')).toString('latin1')).toBe(
    'T\0\0\0\x16\0\0\0\x01\0\0\0\x02\0\0\0\x03cat\0\0\0\x01xin',
  )
})

test('exitCodeOf() counts as shells do', () => {
  expect([0, 9 << 8, 9, 15 | 128].map(exitCodeOf)).toEqual([0, 9, 137, 143])
})
