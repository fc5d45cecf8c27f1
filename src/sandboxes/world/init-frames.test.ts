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

test('the order to boot carries what tracing takes, where there is any', () => {
  const tracing = {
    ownCalls: [157, 317],
    filter: Buffer.from('\x06\0', 'latin1'),
    tellingVariable: 'PATH',
    calls: '59=p-0',
    watched: ['/a', '/b'],
  }

  expect(order.boot('/', 'x', null).toString('latin1')).toBe('B\0\0\0\x0a\0\0\0\x01/\0\0\0\x01x')
  expect(order.boot('/', 'x', tracing).subarray(15).toString('latin1')).toBe(
    '\0\0\0\x07157 317\0\0\0\x02\x06\0\0\0\0\x04PATH\0\0\0\x0659=p-0\0\0\0\x06/a\0/b\0',
  )
})

test('InitMessageReader reads a call that a process is about to make', () => {
  const stream = Buffer.from(
    'n\0\0\0\x1d\0\0\0\x07\0\0\0\x02\0\0\x03\xe8\0\0\0\x3b\0\0\0\x05=true\0\0\0\0v\0\0\0\x02no',
    'latin1',
  )

  expect(new InitMessageReader().read(stream)).toEqual([
    {
      kind: 'call',
      pid: 7,
      parentPid: 2,
      uid: 1000,
      number: 59,
      fields: [Buffer.from('true'), null],
    },
    { kind: 'tracing', reason: 'no' },
  ])
})

test('exitCodeOf() counts as shells do', () => {
  expect([0, 9 << 8, 9, 15 | 128].map(exitCodeOf)).toEqual([0, 9, 137, 143])
})
