import { Link, useNavigate } from '@tanstack/react-router'
import { countText } from '../../../src/reports/count-text.ts'
import { useShortcut } from '../../parts/shortcuts.tsx'
import type { neighboursOf } from '../../parts/trial-order.ts'
import type { TrialSearch } from './trial-search.ts'

/** From one trial of the list to the next, and back to the list. */
export function TrialSteps({
  name,
  number,
  near,
  listed,
  search,
}: {
  readonly name: string
  readonly number: number | null
  readonly near: ReturnType<typeof neighboursOf>
  readonly listed: number
  readonly search: TrialSearch
}) {
  const navigate = useNavigate()
  // Where somebody was in one trial says nothing about the next.
  const { event: _, hide, ...list } = search
  const ofTrial = { ...list, ...(hide === undefined ? {} : { hide }) }
  const toList = { ...list, ...(number === null ? {} : { at: number }) }
  const go = (to: number | null): void => {
    if (to === null) return
    void navigate({
      to: '/runs/$name/trials/$number',
      params: { name, number: String(to) },
      search: ofTrial,
    })
  }
  useShortcut('n', 'next trial of the list', () => go(near.next))
  useShortcut('p', 'trial before it', () => go(near.previous))
  useShortcut('u', 'up to the list', () => {
    void navigate({
      to: '/runs/$name/trials',
      params: { name },
      search: toList,
      resetScroll: false,
    })
  })
  return (
    <nav className="trial-steps" aria-label="Other trials">
      <Step name={name} to={near.previous} search={ofTrial} words="Previous" keys="p" />
      <Link
        className="button"
        to="/runs/$name/trials"
        params={{ name }}
        search={toList}
        resetScroll={false}
        title="To the list (u)"
      >
        {placeWords(near.at, listed)}
      </Link>
      <Step name={name} to={near.next} search={ofTrial} words="Next" keys="n" />
    </nav>
  )
}

function Step({
  name,
  to,
  search,
  words,
  keys,
}: {
  readonly name: string
  readonly to: number | null
  readonly search: TrialSearch
  readonly words: string
  readonly keys: string
}) {
  if (to === null) {
    return (
      <button type="button" disabled>
        {words}
      </button>
    )
  }
  return (
    <Link
      className="button"
      to="/runs/$name/trials/$number"
      params={{ name, number: String(to) }}
      search={search}
      title={`Trial ${to} (${keys})`}
    >
      {words}
    </Link>
  )
}

function placeWords(at: number | null, listed: number): string {
  if (at !== null) return `${countText(at + 1)} of ${countText(listed)} listed`
  return listed === 0 ? 'To the list' : `Not among the ${countText(listed)} listed`
}
