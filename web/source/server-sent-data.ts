import { textLines } from './text-lines.ts'

/**
 * The data of server-sent events, each a JSON value. Read with `fetch`, not `EventSource`: that one says neither why a connection
 * was refused nor lets anybody decide when to try again.
 */
export async function* serverSentData(body: ReadableStream<Uint8Array>): AsyncIterable<unknown> {
  let data: string[] = []
  for await (const line of textLines(body)) {
    if (line.startsWith('data:')) data.push(line.slice('data:'.length).replace(/^ /, ''))
    if (line !== '' || data.length === 0) continue
    yield JSON.parse(data.join('\n'))
    data = []
  }
}
