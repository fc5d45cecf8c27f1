const BEYOND_ASCII = /[^\0-\x7f]/

/** UTF-8 text to bytes, one character a byte: what files, pipes and descriptors of the machine carry. */
export function textToBytes(text: string): string {
  return BEYOND_ASCII.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text
}

/** Bytes to text; what is not UTF-8 becomes the replacement character. */
export function bytesToText(bytes: string): string {
  return BEYOND_ASCII.test(bytes) ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes
}
