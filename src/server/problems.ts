import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { ViewProblem } from '../records/view.ts'
import { HarnessError, UsageError } from '../support/errors.ts'

/**
 * Told of what no reader sees: a bug of ours, or a page that tried what its policy forbids. Whatever it is handed may hold
 * somebody else's text.
 */
export type ReportProblem = (kind: 'bug' | 'policy', detail: string) => void

/** Takes secrets of this place out of a text. */
export type RedactText = (text: string) => string

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
export function answerProblem(
  c: Context,
  error: unknown,
  { onProblem, redact }: { readonly onProblem: ReportProblem; readonly redact: RedactText },
): Response {
  // What a damaged file holds may stand in the sentence that says so.
  const tell = (status: ContentfulStatusCode, problem: string, hint?: string) =>
    refuse(c, status, redact(problem), hint === undefined ? null : redact(hint))
  if (error instanceof UsageError) return tell(422, error.message, error.pageHint)
  if (error instanceof HarnessError) return tell(503, error.message)
  if (error instanceof HTTPException) return tell(error.status, error.message)
  reportBug(onProblem, error)
  return tell(500, 'This program has made a mistake; where it was started it says which')
}

/** Tells of an error if it is a mistake of ours; the user's and the world's are told to whoever asked. */
export function reportBug(onProblem: ReportProblem, error: unknown): void {
  if (error instanceof UsageError || error instanceof HarnessError) return
  onProblem('bug', error instanceof Error ? (error.stack ?? error.message) : String(error))
}
