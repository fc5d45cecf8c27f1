import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { ProblemView } from './problem-view.tsx'

/** What a query has come to: its data, or why there is none. Data that could not be renewed stays, with a word on it. */
export function Loaded<T>({
  query,
  children,
}: {
  readonly query: UseQueryResult<T>
  readonly children: (data: T) => ReactNode
}) {
  const { data, error, refetch } = query
  const again = (): void => void refetch()
  if (data === undefined) {
    return error === null ? (
      <p className="loading" role="status">
        Loading …
      </p>
    ) : (
      <ProblemView error={error} again={again} />
    )
  }
  return (
    <>
      {error !== null && (
        <div className="stale">
          <p>What stands here was read earlier and cannot be read anew:</p>
          <ProblemView error={error} again={again} />
        </div>
      )}
      {children(data)}
    </>
  )
}
