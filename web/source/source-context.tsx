import { createContext, type ReactNode, useContext } from 'react'
import type { Source } from './source.ts'

const SourceContext = createContext<Source | null>(null)

export function SourceProvider({
  source,
  children,
}: {
  readonly source: Source
  readonly children: ReactNode
}) {
  return <SourceContext value={source}>{children}</SourceContext>
}

/** Where everything that is shown comes from. */
export function useSource(): Source {
  const source = useContext(SourceContext)
  if (source === null) throw new Error('useSource() stands outside of a SourceProvider')
  return source
}
