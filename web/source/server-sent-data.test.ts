import { expect, test } from 'vitest'
import { jsonLines } from './json-lines.ts'
import { serverSentData } from './server-sent-data.ts'

test('events are read across torn chunks; comments and signs of life are passed over', async () => {
  const body = bodyOf(': hello\n\nda', 'ta: {"type":"ru', 'ns"}\r\n\r\n: alive\n\ndata:1\n\n')

  expect(await Array.fromAsync(serverSentData(body))).toEqual([{ type: 'runs' }, 1])
})

test('data of several lines is one value, and an event that is not ended is none', async () => {
  const body = bodyOf('data: [1,\ndata: 2]\n\ndata: 3\n')

  expect(await Array.fromAsync(serverSentData(body))).toEqual([[1, 2]])
})

test('lines of JSON are read with the last one, also where letters are torn', async () => {
  const bytes = new TextEncoder().encode('{"a":"€"}\n\n{"b":2}')
  const middleOfEuro = bytes.indexOf(0xe2) + 1
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (out) => {
      out.enqueue(bytes.slice(0, middleOfEuro))
      out.enqueue(bytes.slice(middleOfEuro))
      out.close()
    },
  })

  expect(await Array.fromAsync(jsonLines(body))).toEqual([{ a: '€' }, { b: 2 }])
})

test('whoever stops reading ends the connection', async () => {
  let isCancelled = false
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (out) => out.enqueue(new TextEncoder().encode('data: 1\n\ndata: 2\n\n')),
    cancel: () => {
      isCancelled = true
    },
  })

  for await (const _ of serverSentData(body)) break

  expect(isCancelled).toBe(true)
})

function bodyOf(...chunks: readonly string[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    start: (out) => {
      for (const chunk of chunks) out.enqueue(new TextEncoder().encode(chunk))
      out.close()
    },
  })
}
