/** Keeps the head and the tail of an output of any length, in bounded memory. */
export interface OutputKeeper {
  add(bytes: Uint8Array): void
  /** Invalid UTF-8 is replaced; between head and tail a line says how much was left out. */
  text(): { readonly output: string; readonly cutBytes: number }
}

/** @param bytesMax what is kept: half of it from the start, half from the end, cut between characters */
export function createOutputKeeper(bytesMax: number): OutputKeeper {
  return new HeadAndTail(bytesMax)
}

class HeadAndTail implements OutputKeeper {
  readonly #headMax: number
  readonly #tailMax: number
  readonly #head: Uint8Array[] = []
  #headBytes = 0
  #tail: Uint8Array[] = []
  #tailBytes = 0
  #droppedBytes = 0

  constructor(bytesMax: number) {
    this.#headMax = Math.ceil(bytesMax / 2)
    this.#tailMax = bytesMax - this.#headMax
  }

  add(bytes: Uint8Array): void {
    const room = this.#headMax - this.#headBytes
    if (room > 0) {
      this.#head.push(bytes.subarray(0, room))
      this.#headBytes += Math.min(room, bytes.length)
    }
    if (bytes.length > room) this.#appendTail(bytes.subarray(Math.max(0, room)))
  }

  text(): { readonly output: string; readonly cutBytes: number } {
    const head = Buffer.concat(this.#head)
    const kept = Buffer.concat(this.#tail)
    const over = Math.max(0, kept.length - this.#tailMax)
    if (this.#droppedBytes + over === 0) {
      return { output: Buffer.concat([head, kept]).toString('utf8'), cutBytes: 0 }
    }
    const first = head.subarray(0, wholeCharacters(head))
    const last = kept.subarray(over + continuationBytes(kept.subarray(over)))
    const cutBytes = this.#headBytes + this.#droppedBytes + kept.length - first.length - last.length
    const note = `\n[${cutBytes} bytes left out]\n`
    return { output: first.toString('utf8') + note + last.toString('utf8'), cutBytes }
  }

  #appendTail(bytes: Uint8Array): void {
    this.#tail.push(bytes)
    this.#tailBytes += bytes.length
    // Whole pieces go, and not at once: moving them is paid for by what came in.
    if (this.#tailBytes < 4 * this.#tailMax + 65_536) return
    const all = Buffer.concat(this.#tail)
    const kept = all.subarray(all.length - this.#tailMax)
    this.#droppedBytes += this.#tailBytes - kept.length
    this.#tail = [Buffer.from(kept)]
    this.#tailBytes = kept.length
  }
}

/** Length without a character at the end whose last bytes are missing. Bytes that are no UTF-8 at all stay as they are. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte >= 0xc0) {
      const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
      return needed > back ? bytes.length - back : bytes.length
    }
    if (byte < 0x80) break
  }
  return bytes.length
}

/** How many bytes at the start belong to a character that began before; at most three do. */
function continuationBytes(bytes: Buffer): number {
  const start = bytes.subarray(0, 4).findIndex((byte) => byte < 0x80 || byte >= 0xc0)
  return start === -1 ? 0 : start
}
