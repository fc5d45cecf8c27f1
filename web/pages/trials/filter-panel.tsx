import { type ReactNode, useId, useState } from 'react'
import { countText } from '../../../src/reports/count-text.ts'
import { SafeText } from '../../parts/safe-text.tsx'
import type { Choice, ChoiceList, ChoiceListId } from '../../parts/trial-choices.ts'

/** More than this are shown on request, the chosen ones always. */
const CHOICES_SHOWN = 8

type Toggle = (list: ChoiceListId, value: string) => void

/** What can be asked of the trials, with how many each choice would leave. On a narrow page it is folded until it is wanted. */
export function FilterPanel({
  lists,
  asked,
  toggle,
  children,
}: {
  readonly lists: readonly ChoiceList[]
  readonly asked: boolean
  readonly toggle: Toggle
  readonly children: ReactNode
}) {
  const [unfolded, unfold] = useState(false)
  const id = useId()
  return (
    <section className="filters" aria-label="Which trials">
      {children}
      <button
        type="button"
        className="filters-unfold"
        aria-expanded={unfolded}
        aria-controls={id}
        onClick={() => unfold(!unfolded)}
      >
        {unfolded ? 'Hide filters' : asked ? 'Filters (in force)' : 'Filters'}
      </button>
      <div id={id} className={unfolded ? 'filter-lists unfolded' : 'filter-lists'}>
        {lists.map((list) => (
          <FilterList key={list.id} list={list} toggle={toggle} />
        ))}
      </div>
    </section>
  )
}

function FilterList({ list, toggle }: { readonly list: ChoiceList; readonly toggle: Toggle }) {
  const [all, showAll] = useState(false)
  const { choices } = list
  const more = choices.length - CHOICES_SHOWN
  const shown =
    all || more <= 1
      ? choices
      : choices.filter(({ chosen }, place) => chosen || place < CHOICES_SHOWN)
  return (
    <fieldset className="filter-list">
      <legend>{list.title}</legend>
      <div className={all ? 'choices choices-all' : 'choices'}>
        {shown.map((choice) => (
          <ChoiceBox key={choice.value} list={list.id} choice={choice} toggle={toggle} />
        ))}
      </div>
      {more > 1 && (
        <button type="button" className="quiet" aria-expanded={all} onClick={() => showAll(!all)}>
          {all ? 'Fewer' : `All ${choices.length}`}
        </button>
      )}
    </fieldset>
  )
}

function ChoiceBox({
  list,
  choice,
  toggle,
}: {
  readonly list: ChoiceListId
  readonly choice: Choice
  readonly toggle: Toggle
}) {
  const { value, label, title, trials, chosen } = choice
  const isVerdict = list === 'verdicts'
  return (
    <label
      className={trials === 0 && !chosen ? 'choice choice-none' : 'choice'}
      title={title ?? undefined}
    >
      <input type="checkbox" checked={chosen} onChange={() => toggle(list, value)} />
      <span className={isVerdict ? `choice-label verdict-dot verdict-${value}` : 'choice-label'}>
        <SafeText text={label} />
      </span>
      <span className="choice-count">
        {countText(trials)}
        <span className="visually-hidden"> trials</span>
      </span>
    </label>
  )
}
