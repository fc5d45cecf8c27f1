import { isUtf8 } from 'node:buffer'

/** Of one file. Scripts and notes are far shorter; of more, nobody reads every line, and the hash still tells whether it has changed. */
export const TEXT_BYTES_MAX = 8 * 1024
/**
 * Of all texts of one world in each of two rooms: what an agent puts beside the files that are watched by name takes nothing from
 * these, and a record cannot grow by more than both, whatever is written in a trial. Of control characters JSON makes six times that.
 */
export const ROOM_BYTES = 32 * 1024

/** `named`: what is watched by its own path. `beside`: what stands in a watched directory. */
export type TextRoom = 'named' | 'beside'

/** What watched files have been found to hold, by SHA-256, of those that are text and short, as long as there is room. */
export class KeptTexts {
  readonly #texts = new Map<string, string>()
  readonly #room: Record<TextRoom, number> = { named: ROOM_BYTES, beside: ROOM_BYTES }

  /** @param content the very bytes that `sha256` was made of: a second look at the file might find others */
  keep(room: TextRoom, sha256: string, content: Uint8Array): void {
    const { length } = content
    if (length > TEXT_BYTES_MAX || length > this.#room[room] || this.#texts.has(sha256)) return
    // Every byte must come back from the text, so what is not UTF-8 is none; and where a byte is 0, it is nothing to read.
    if (!isUtf8(content) || content.includes(0)) return
    this.#room[room] -= length
    this.#texts.set(sha256, Buffer.from(content).toString('utf8'))
  }

  /** Null where it was not kept. */
  get(sha256: string): string | null {
    return this.#texts.get(sha256) ?? null
  }
}
