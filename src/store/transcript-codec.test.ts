import { zstdCompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { sampleTrialRecord } from '../testing/sample-records.ts'
import { packTranscript, unpackTranscript } from './transcript-codec.ts'

const { events } = sampleTrialRecord()

test('a transcript comes back as it was packed, also one of no events', () => {
  expect(unpackTranscript(packTranscript(events))).toEqual(events)
  expect(unpackTranscript(packTranscript([]))).toEqual([])
})

test('what repeats is stored once', () => {
  const many = Array.from({ length: 100 }, () => events).flat()

  expect(packTranscript(many).length).toBeLessThan(packTranscript(events).length + 200)
})

test('a packed transcript that was cut anywhere is refused; with a bit turned it is refused or the same', () => {
  const packed = packTranscript(events)

  for (let at = 0; at < packed.length; at++) {
    expect(() => unpackTranscript(packed.subarray(0, at))).toThrow()
    const turned = Buffer.from(packed)
    turned[at] = (turned[at] ?? 0) ^ 0x10
    // One bit of the frame's head means nothing (RFC 8878, 3.1.1.1.1).
    expect([null, events]).toContainEqual(unpackedOrNull(turned))
  }
})

test('what unfolds without end is refused before it fills the memory', () => {
  const bomb = zstdCompressSync(Buffer.alloc(513 * 1024 * 1024))

  expect(() => unpackTranscript(bomb)).toThrow(RangeError)
})

function unpackedOrNull(packed: Uint8Array): unknown {
  try {
    return unpackTranscript(packed)
  } catch {
    return null
  }
}
