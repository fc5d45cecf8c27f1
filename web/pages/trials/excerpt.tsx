import type { SearchHit } from '../../../src/records/view.ts'
import { escapeLine } from '../../../src/reports/escape-text.ts'

/** What was found, with what stands around it. It may be anything that an agent wrote. */
export function Excerpt({ hit: { excerpt, start, end } }: { readonly hit: SearchHit }) {
  const before = excerpt.slice(0, start)
  return (
    <bdi>
      {before.length > BEFORE_MAX ? '…' : ''}
      {escapeLine(before.slice(-BEFORE_MAX)).trimStart()}
      <mark>{escapeLine(excerpt.slice(start, end))}</mark>
      {escapeLine(excerpt.slice(end).trimEnd())}
    </bdi>
  )
}

/** Of what stands before it: on a narrow page the find itself must be seen. */
const BEFORE_MAX = 24
