/** Numbers and texts as `assets/docker/observe` has them: numbers big end first, strings and lists preceded by their length. */
export const word = {
  byte: (value: number): Buffer => Buffer.from([value]),
  number: (value: number): Buffer => {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(value)
    return bytes
  },
  long: (value: number): Buffer => {
    const bytes = Buffer.alloc(8)
    bytes.writeBigUInt64BE(BigInt(value))
    return bytes
  },
  text: (value: string | Buffer): Buffer => {
    const bytes = Buffer.from(value as Buffer)
    return Buffer.concat([word.number(bytes.length), bytes])
  },
  list: (items: readonly Buffer[]): Buffer => Buffer.concat([word.number(items.length), ...items]),
} as const

/** Reads an answer from its beginning to its end. @throws RangeError where it is shorter than it must be. */
export class WordReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length
  }

  byte(): number {
    return this.#take(1).readUInt8()
  }

  number(): number {
    return this.#take(4).readUInt32BE()
  }

  long(): number {
    return Number(this.#take(8).readBigUInt64BE())
  }

  bytes(): Buffer {
    return this.#take(this.number())
  }

  text(): string {
    return this.bytes().toString('utf8')
  }

  texts(): string[] {
    return Array.from({ length: this.number() }, () => this.text())
  }

  /** What stands there as the kernel has it. */
  raw(length: number): Buffer {
    return this.#take(length)
  }

  rest(): Buffer {
    return this.#take(this.#bytes.length - this.#at)
  }

  #take(length: number): Buffer {
    if (this.#at + length > this.#bytes.length) throw new RangeError('An answer that is too short')
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }
}
