import { useQuery } from '@tanstack/react-query'
import { useId } from 'react'
import { ENDPOINTS } from '../../../src/records/endpoint.ts'
import type { ListedRun, RunListing } from '../../../src/records/view.ts'
import { PAIRINGS } from '../../../src/reports/comparison/pair-cells.ts'
import { escapeText } from '../../../src/reports/escape-text.ts'
import { runTitle } from '../../parts/run-title.ts'
import { momentText } from '../../parts/words.ts'
import { runQuery } from '../../source/queries.ts'
import { useSource } from '../../source/source-context.tsx'
import type { CompareSearch } from './compare-search.ts'
import styles from './page.module.css'

const PAIRING_WORDS: Readonly<Record<(typeof PAIRINGS)[number], string>> = {
  declared: 'the pairs that the study declares',
  runs: 'runs: each cell with the same one of the other run',
  agents: 'agents: in the same arm',
  arms: 'arms: of the same agent',
}

/** What is compared, and on what terms. Every choice stands in the address. */
export function TermsForm({
  listing,
  search,
  change,
}: {
  readonly listing: RunListing
  readonly search: CompareSearch
  readonly change: (search: CompareSearch) => void
}) {
  const { a, b, by, endpoint, reverse = false } = search
  const source = useSource()
  const endpoints = useEndpoints(a, endpoint)
  const set = (changed: { [Key in keyof CompareSearch]: CompareSearch[Key] | undefined }): void =>
    change(withoutEmpty({ ...search, ...changed }))
  return (
    <form className={styles['terms']} onSubmit={(event) => event.preventDefault()}>
      <RunSelect
        label="Run"
        none="Choose a run"
        runs={listing.runs}
        value={a}
        choose={(name) => set({ a: name, ...(name === undefined ? { b: undefined } : {}) })}
      />
      <RunSelect
        label="With"
        none={a === undefined ? '–' : 'Nothing: within the run'}
        runs={listing.runs.filter(({ name }) => name !== a)}
        value={b}
        isDisabled={a === undefined}
        choose={(name) => set({ b: name, by: undefined })}
      />
      {source.takesTerms && (
        <>
          <Select
            label="Paired by"
            value={by ?? ''}
            choices={[
              ['', 'what goes best with these runs'],
              ...PAIRINGS.filter((each) => each !== 'runs' || b !== undefined).map(
                (each) => [each, PAIRING_WORDS[each]] as const,
              ),
            ]}
            choose={(value) => set({ by: value })}
          />
          <Select
            label="Endpoint"
            value={endpoint ?? ''}
            choices={[['', 'as declared'], ...endpoints.map((each) => [each, each] as const)]}
            choose={(value) => set({ endpoint: value })}
          />
          <label className="check">
            <input
              type="checkbox"
              checked={reverse}
              onChange={({ target }) => set({ reverse: target.checked })}
            />
            The other way round
          </label>
        </>
      )}
    </form>
  )
}

function RunSelect({
  label,
  none,
  runs,
  value,
  isDisabled = false,
  choose,
}: {
  readonly label: string
  readonly none: string
  readonly runs: readonly ListedRun[]
  readonly value: string | undefined
  readonly isDisabled?: boolean
  readonly choose: (name: string | undefined) => void
}) {
  // One that is named in the address and not there (any more) is still what is asked for.
  const isUnknown = value !== undefined && runs.every(({ name }) => name !== value)
  return (
    <Select
      label={label}
      value={value ?? ''}
      isDisabled={isDisabled}
      choices={[
        ['', none],
        ...(isUnknown ? [[value, value] as const] : []),
        ...runs.map((run) => [run.name, runText(run)] as const),
      ]}
      choose={choose}
    />
  )
}

function runText(run: ListedRun): string {
  return `${runTitle(run)} (${run.id}, ${momentText(run.createdAt)})`
}

function Select({
  label,
  value,
  choices,
  isDisabled = false,
  choose,
}: {
  readonly label: string
  readonly value: string
  readonly choices: readonly (readonly [value: string, words: string])[]
  readonly isDisabled?: boolean
  readonly choose: (value: string | undefined) => void
}) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value={value}
        disabled={isDisabled}
        onChange={({ target }) => choose(target.value === '' ? undefined : target.value)}
      >
        {choices.map(([each, words]) => (
          <option key={each} value={each}>
            {escapeText(words)}
          </option>
        ))}
      </select>
    </div>
  )
}

/** Those that every study has, and those of the run's own. */
function useEndpoints(name: string | undefined, asked: string | undefined): readonly string[] {
  const source = useSource()
  const run = useQuery({ ...runQuery(source, name ?? ''), enabled: name !== undefined })
  const own = Object.keys(run.data?.header.study.endpoints ?? {})
  return [...new Set([...ENDPOINTS, ...own, ...(asked === undefined ? [] : [asked])])]
}

function withoutEmpty(
  search: {
    [Key in keyof CompareSearch]: CompareSearch[Key] | undefined
  },
): CompareSearch {
  return Object.fromEntries(
    Object.entries(search).filter(([, value]) => value !== undefined && value !== false),
  )
}
