import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { z } from 'zod'
import type { ViewProblem } from '../records/view.ts'
import { HarnessError, UsageError } from '../support/errors.ts'

/**
 * Told of what no reader sees: a bug of ours, or a page that tried what its policy forbids. Whatever it is handed may hold
 * somebody else's text.
 */
export type ReportProblem = (kind: 'bug' | 'policy', detail: string) => void

/** A problem in a sentence, for the page to show. */
export function refuse(
  c: Context,
  status: ContentfulStatusCode,
  problem: string,
  hint: string | null = null,
): Response {
  return c.json({ problem, hint } satisfies ViewProblem, status)
}

/** What the reader is told of an error, by whose mistake it is. */
export function answerProblem(c: Context, error: unknown, report: ReportProblem): Response {
  if (error instanceof UsageError) return refuse(c, 422, error.message, error.hint ?? null)
  if (error instanceof HarnessError) return refuse(c, 503, error.message)
  if (error instanceof HTTPException)
    return refuse(c, error.status as ContentfulStatusCode, error.message)
  if (error instanceof z.ZodError) {
    const [issue] = error.issues
    const place = issue?.path.join('.') ?? ''
    return refuse(
      c,
      400,
      `What was sent is not valid${place === '' ? '' : ` at ${place}`}: ${issue?.message ?? ''}`,
    )
  }
  report('bug', error instanceof Error ? (error.stack ?? error.message) : String(error))
  return refuse(c, 500, 'This program has made a mistake; where it was started it says which')
}

/** The body of a request. @throws z.ZodError, HTTPException for one that is not JSON */
export async function bodyOf<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  let body: unknown
  try {
    body = await c.req.json()
  } catch (error) {
    throw new HTTPException(400, { message: 'What was sent is not JSON', cause: error })
  }
  return schema.parse(body)
}
