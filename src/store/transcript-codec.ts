import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'

/**
 * What a stored transcript may unfold to: about the longest string that JavaScript can hold. A file from elsewhere
 * cannot make its reader allocate more.
 */
const TRANSCRIPT_MAX_BYTES = 512 * 1024 * 1024

/** One zstd frame with a checksum: Node's decoder stops silently after a first frame, so there must not be a second. */
export function packTranscript(events: readonly unknown[]): Buffer {
  return zstdCompressSync(JSON.stringify(events), {
    params: { [constants.ZSTD_c_checksumFlag]: 1 },
  })
}

/** @throws Error if the bytes are not a whole transcript. */
export function unpackTranscript(packed: Uint8Array): unknown {
  return JSON.parse(transcriptText(packed))
}

/** The JSON of a packed transcript. @throws Error if the bytes are not a whole frame. */
export function transcriptText(packed: Uint8Array): string {
  return zstdDecompressSync(packed, { maxOutputLength: TRANSCRIPT_MAX_BYTES }).toString()
}
