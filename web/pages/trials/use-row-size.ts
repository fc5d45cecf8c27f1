import { useSyncExternalStore } from 'react'

// As in page.css.
const NARROW = '(max-width: 760px)'
const LINE = { wide: 37, narrow: 68 } as const
const EXCERPT = 24

/** The height of one row, in pixels: all are alike, so that a million of them need not be measured. */
export function useRowSize(withExcerpt: boolean): number {
  const narrow = useSyncExternalStore(listen, () => window.matchMedia(NARROW).matches)
  return (narrow ? LINE.narrow : LINE.wide) + (withExcerpt ? EXCERPT : 0)
}

function listen(changed: () => void): () => void {
  const query = window.matchMedia(NARROW)
  query.addEventListener('change', changed)
  return () => query.removeEventListener('change', changed)
}
