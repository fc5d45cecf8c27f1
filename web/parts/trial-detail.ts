import type { Outcome } from '../../src/records/outcome.ts'

/** What a verdict's detail is called in a list: a word or two. A sentence is had from `detailWords`. */
export function detailLabel(detail: Outcome['detail']): string {
  return (Object.hasOwn(LABELS, detail) ? LABELS[detail] : undefined) ?? detail.replaceAll('-', ' ')
}

/** Where the record's word means nothing without its verdict. */
const LABELS: Readonly<Record<string, string>> = {
  program: 'when due',
  self: 'by itself',
  probe: 'at the end',
  'agent-api': 'provider',
  'agent-limit': 'sandbox exhausted',
  limit: 'ran into a limit',
  batched: 'in one step',
}
