import { type KeyboardEvent, useEffect, useRef } from 'react'
import { countText } from '../../../src/reports/count-text.ts'
import type { FindState } from './use-find.ts'

/** Finds a text in the whole transcript, folded parts included: a browser's own search sees only what is unfolded. */
export function FindBar({ find }: { readonly find: FindState }) {
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    field.current?.focus()
    field.current?.select()
  }, [find.opened])
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') {
      event.preventDefault()
      find.step(event.shiftKey ? -1 : 1)
    } else if (event.key === 'Escape') {
      event.preventDefault()
      find.close()
    }
  }
  return (
    <div className="find-bar" role="search" aria-label="In this transcript">
      <input
        ref={field}
        type="search"
        aria-label="Find in this transcript"
        placeholder="Find in this transcript"
        maxLength={1_000}
        autoComplete="off"
        spellCheck={false}
        value={find.text}
        onChange={({ target }) => find.look(target.value)}
        onKeyDown={onKeyDown}
      />
      <span role="status" className="find-count">
        {find.text === '' ? '' : countWords(find)}
      </span>
      <button
        type="button"
        disabled={find.count === 0}
        onClick={() => find.step(-1)}
        title="Shift + Enter"
      >
        Previous
      </button>
      <button type="button" disabled={find.count === 0} onClick={() => find.step(1)} title="Enter">
        Next
      </button>
      <button type="button" className="quiet" onClick={find.close} title="Esc">
        Close
      </button>
    </div>
  )
}

function countWords({ count, cut, here }: FindState): string {
  if (count === 0) return 'Not found'
  const all = `${countText(count)}${cut ? ' and more' : ''}`
  return here === null ? `${all} found` : `${countText(here + 1)} of ${all}`
}
