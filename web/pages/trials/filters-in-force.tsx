import { SafeText } from '../../parts/safe-text.tsx'
import type { ChoiceList, ChoiceListId } from '../../parts/trial-choices.ts'

/** What is asked, each with a way to take it back. */
export function FiltersInForce({
  lists,
  text,
  remove,
  removeText,
  clear,
}: {
  readonly lists: readonly ChoiceList[]
  readonly text: string
  readonly remove: (list: ChoiceListId, value: string) => void
  readonly removeText: () => void
  readonly clear: () => void
}) {
  const chosen = lists.flatMap(({ id, title, choices }) =>
    choices.filter((choice) => choice.chosen).map((choice) => ({ id, title, choice })),
  )
  return (
    <ul className="in-force" aria-label="Filters in force">
      {text !== '' && (
        <li>
          <TakeBack words={`text: “${text}”`} takeBack={removeText} />
        </li>
      )}
      {chosen.map(({ id, title, choice }) => (
        <li key={`${id}/${choice.value}`}>
          <TakeBack
            words={`${title.toLowerCase()}: ${choice.label}`}
            takeBack={() => remove(id, choice.value)}
          />
        </li>
      ))}
      <li>
        <button type="button" className="quiet" title="All trials (x)" onClick={clear}>
          Clear all
        </button>
      </li>
    </ul>
  )
}

function TakeBack({ words, takeBack }: { readonly words: string; readonly takeBack: () => void }) {
  return (
    <button type="button" title="Take this filter back" onClick={takeBack}>
      <SafeText text={words} />
      <span aria-hidden="true">×</span>
      <span className="visually-hidden"> (take back)</span>
    </button>
  )
}
