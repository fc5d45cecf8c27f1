import type { RefObject } from 'react'
import { useShortcut } from './shortcuts.tsx'

/** `j` and `k` go down and up the rows of a list: the focus moves among its elements with `data-row`, and Enter opens them. */
export function useRowKeys(list: RefObject<HTMLElement | null>, noun: string): void {
  const move = (step: 1 | -1): void => {
    const rows = [...(list.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])]
    const now = rows.findIndex((row) => row === document.activeElement)
    const next = now === -1 ? (step === 1 ? 0 : rows.length - 1) : now + step
    const row = rows[Math.min(Math.max(next, 0), rows.length - 1)]
    row?.focus()
    row?.scrollIntoView({ block: 'nearest' })
  }
  useShortcut('j', `next ${noun}`, () => move(1))
  useShortcut('k', `previous ${noun}`, () => move(-1))
}
