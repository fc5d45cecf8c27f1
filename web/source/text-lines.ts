/** The lines of a body as they come in, the last one also without its end. */
export async function* textLines(body: ReadableStream<Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder()
  const reader = body.getReader()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      rest += done ? decoder.decode() : decoder.decode(value, { stream: true })
      const lines = rest.split('\n')
      rest = lines.pop() ?? ''
      yield* lines.map((line) => line.replace(/\r$/, ''))
      if (done) break
    }
    if (rest !== '') yield rest
  } finally {
    // Whoever stops listening ends the connection as well. It may have failed already, which the loop has thrown.
    await reader.cancel().catch(() => undefined)
  }
}
