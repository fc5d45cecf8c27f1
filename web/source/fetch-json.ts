import type { z } from 'zod'
import { ViewProblem } from '../../src/records/view.ts'
import { SourceError } from './source.ts'

/** Fetches and parses. What a newer server adds is left out; what is missing or wrong is a {@link SourceError}. */
export async function fetchJson<T>(
  address: URL,
  schema: Pick<z.ZodType<T>, 'safeParse'>,
  options: RequestInit & { readonly signal?: AbortSignal | null } = {},
): Promise<T> {
  const response = await fetchOk(address, options)
  return parsed(await jsonOf(response), schema)
}

/** @throws SourceError unless it answers with a status of success */
export async function fetchOk(address: URL, options: RequestInit = {}): Promise<Response> {
  const response = await answerOf(address, options)
  if (response.ok) return response
  throw await problemOf(response)
}

export function parsed<T>(value: unknown, schema: Pick<z.ZodType<T>, 'safeParse'>): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const where = issue === undefined ? '' : ` (${issue.path.join('.')}: ${issue.message})`
  throw new SourceError(
    'damaged',
    `The answer cannot be read${where}.`,
    'The page and what it reads from may be of different versions: load the page anew.',
  )
}

async function answerOf(address: URL, options: RequestInit): Promise<Response> {
  try {
    return await fetch(address, { credentials: 'same-origin', ...options })
  } catch (cause) {
    options.signal?.throwIfAborted()
    throw new SourceError(
      'unreachable',
      'The server does not answer.',
      `Does \`offswitch view\` still run? (${cause instanceof Error ? cause.message : String(cause)})`,
    )
  }
}

async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new SourceError('damaged', 'The answer is not whole.', 'Load the page anew.')
  }
}

async function problemOf(response: Response): Promise<SourceError> {
  const body: unknown = await response.json().catch(() => null)
  const said = ViewProblem.safeParse(body)
  const kind = kindOf(response.status)
  return said.success
    ? new SourceError(kind, said.data.problem, said.data.hint)
    : new SourceError(
        kind,
        PROBLEMS[kind],
        kind === 'not-found' ? null : `Status ${response.status}`,
      )
}

function kindOf(status: number): SourceError['kind'] {
  switch (status) {
    case 401:
      return 'no-token'
    case 403:
    case 409:
      return 'refused'
    case 404:
    case 410:
      return 'not-found'
    case 422:
      return 'damaged'
    default:
      return status >= 500 ? 'unreachable' : 'refused'
  }
}

const PROBLEMS: Readonly<Record<SourceError['kind'], string>> = {
  'no-token': 'This page was opened without its token.',
  'not-found': 'There is nothing of that name here (any more).',
  refused: 'The server refuses this.',
  unreachable: 'The server fails.',
  damaged: 'The file of this run cannot be read.',
}
