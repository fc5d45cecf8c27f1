import { rowOf, rowsOf } from './rows.ts'
import { openToRead } from './run-database.ts'
import { reading } from './store-error.ts'

/** What a trial costs to check besides its transcript, in bytes of one. */
const TRIAL_BYTES = 4096

/** Of a zstd frame: its number, and a header of at most 14 bytes (RFC 8878, 3.1.1.1), so far as it is wanted here. */
const HEAD_BYTES = 14

/**
 * About how much `verifyRun` has to read of a run, in bytes of unpacked transcripts: it takes a second for some ten to twenty
 * million. More than `most` is not counted to its end.
 *
 * @throws UsageError if the file cannot be opened as a run at all.
 */
export function verificationWork(file: string, most = Number.POSITIVE_INFINITY): number {
  const database = openToRead(file)
  try {
    return reading(file, () => {
      const { trials } = rowOf<{ trials: number }>(
        database.prepare('SELECT count(*) AS trials FROM trials'),
      ) ?? { trials: 0 }
      if (trials * TRIAL_BYTES > most) return trials * TRIAL_BYTES
      const heads = rowsOf<{ head: Uint8Array }>(
        database.prepare(`SELECT substr(content, 1, ${HEAD_BYTES}) AS head FROM transcripts`),
      )
      return heads.reduce((sum, { head }) => sum + unpackedBytes(head), trials * TRIAL_BYTES)
    })
  } finally {
    database.close()
  }
}

/** What the head of a zstd frame says that the frame unpacks to; 0 where it does not say. */
function unpackedBytes(head: Uint8Array): number {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  if (view.byteLength < HEAD_BYTES || view.getUint32(0, true) !== 0xfd2fb528) return 0
  const descriptor = view.getUint8(4)
  const isSingleSegment = (descriptor & 0x20) !== 0
  const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0
  const at = 5 + (isSingleSegment ? 0 : 1) + dictionary
  switch (descriptor >> 6) {
    case 0:
      return isSingleSegment ? view.getUint8(at) : 0
    case 1:
      return at + 2 <= HEAD_BYTES ? view.getUint16(at, true) + 256 : 0
    case 2:
      return at + 4 <= HEAD_BYTES ? view.getUint32(at, true) : 0
    default:
      return at + 8 <= HEAD_BYTES ? Number(view.getBigUint64(at, true)) : 0
  }
}
