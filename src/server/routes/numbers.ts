import { HTTPException } from 'hono/http-exception'

/** A count or a number in an address. @throws HTTPException for anything else */
export function countFrom(text: string | undefined): number {
  if (text === undefined) return 0
  const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
  if (Number.isSafeInteger(number)) return number
  throw new HTTPException(400, { message: 'A number is expected in this address' })
}
