import { expect, test } from 'vitest'
import { createOutputKeeper } from './output-keeper.ts'

function printed(limitBytes: number, ...pieces: (string | Buffer)[]) {
  const output = createOutputKeeper(limitBytes)
  for (const piece of pieces) output.add(Buffer.from(piece as string))
  return output.text()
}

test('An output keeper keeps what fits as it is, however it was cut into pieces', () => {
  expect(printed(16, 'one ', 'two ', '', 'three')).toEqual({
    output: 'one two three',
    cutBytes: 0,
  })
  expect(printed(10, '0123456789')).toEqual({ output: '0123456789', cutBytes: 0 })
})

test('An output keeper gives head and tail of what does not fit, and says how much is missing', () => {
  expect(printed(10, 'abcdefghijklmnopqrstuvwxyz')).toEqual({
    output: 'abcde\n[16 bytes left out]\nvwxyz',
    cutBytes: 16,
  })
  expect(printed(10, ...'abcdefghijklmnopqrstuvwxyz')).toEqual({
    output: 'abcde\n[16 bytes left out]\nvwxyz',
    cutBytes: 16,
  })
})

test('An output keeper cuts between characters', () => {
  expect(printed(10, 'ääääääääää')).toEqual({
    output: 'ää\n[12 bytes left out]\nää',
    cutBytes: 12,
  })
})

test('An output keeper replaces what is not UTF-8', () => {
  expect(printed(10, Buffer.from([0x61, 0xff, 0x62]))).toEqual({ output: 'a\ufffdb', cutBytes: 0 })
  expect(printed(4, Buffer.alloc(8, 0x80)).cutBytes).toBe(4)
})

test('An output keeper counts every byte of a long stream and holds only its ends', () => {
  const output = createOutputKeeper(1000)
  const piece = Buffer.from(`${'x'.repeat(65_535)}\n`)
  for (let count = 0; count < 2000; count++) output.add(piece)

  const { output: text, cutBytes } = output.text()

  expect(cutBytes).toBe(2000 * 65_536 - 1000)
  expect(text).toBe(`${'x'.repeat(500)}\n[${cutBytes} bytes left out]\n${'x'.repeat(499)}\n`)
})
