import { textLines } from './text-lines.ts'

/** The values of a body with one JSON value a line. */
export async function* jsonLines(body: ReadableStream<Uint8Array>): AsyncIterable<unknown> {
  for await (const line of textLines(body)) {
    if (line.trim() !== '') yield JSON.parse(line)
  }
}
