import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { z } from 'zod'

/** The longest thing that is sent here is a note. */
const BYTES_MAX = 256 * 1024

/** What was sent with a request, as text. @throws HTTPException where it is too much, or the client went away before its end */
export async function textOf(c: Context): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const chunk of c.req.raw.body ?? []) {
      bytes += chunk.byteLength
      if (bytes > BYTES_MAX) break
      chunks.push(chunk)
    }
  } catch (error) {
    throw new HTTPException(400, { message: 'What was sent has no end', cause: error })
  }
  if (bytes > BYTES_MAX) throw new HTTPException(413, { message: 'That is too much' })
  return Buffer.concat(chunks).toString()
}

/** The JSON that was sent with a request. @throws HTTPException for what is not JSON, not valid, or too much */
export async function bodyOf<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  const parsed = schema.safeParse(jsonOf(await textOf(c)))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const place = issue?.path.join('.') ?? ''
  throw new HTTPException(400, {
    message: `What was sent is not valid${place === '' ? '' : ` at ${place}`}: ${issue?.message ?? ''}`,
  })
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new HTTPException(400, { message: 'What was sent is not JSON', cause: error })
  }
}
