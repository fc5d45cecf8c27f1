import { VERDICTS, type VerdictName } from '../../src/records/verdict.ts'
import { type LabelledCell, labelCells } from '../../src/reports/arm-label.ts'
import { detailWords, VERDICT_WORDS } from '../../src/reports/verdict-words.ts'
import type { TrialColumns } from './trial-columns.ts'
import { detailLabel } from './trial-detail.ts'
import { armValue, NO_FILTER, type TrialFilter } from './trial-filter.ts'
import type { ChoiceCounts } from './trial-select.ts'

/** One value of a list that trials can be filtered by. */
export interface Choice {
  readonly value: string
  readonly label: string
  /** The whole of it, where the label is short. */
  readonly title: string | null
  readonly trials: number
  readonly chosen: boolean
}

export type ChoiceListId = 'verdicts' | 'details' | 'agents' | 'arms' | 'acts' | 'exposed' | 'notes'

export interface ChoiceList {
  readonly id: ChoiceListId
  readonly title: string
  readonly choices: readonly Choice[]
}

/** How the agents and arms of a run's trials are called in its list. */
export interface TrialNames {
  agent(agent: string): string
  /** Empty where there is only one arm. */
  arm(arm: LabelledCell['arm']): string
}

/** The tag list's value for "has any note"; tags are never empty. */
export const ANY_NOTE = ''

export function trialNames(cells: readonly LabelledCell[]): TrialNames {
  const labels = labelCells(cells)
  const arms = new Map(cells.map((cell) => [armValue(cell.arm), labels.short(cell)]))
  const folder = commonFolder([...new Set(cells.map(({ agent }) => labels.agent({ agent })))])
  return {
    agent: (agent) => labels.agent({ agent }).slice(folder.length),
    arm: (arm) => arms.get(armValue(arm)) ?? armValue(arm),
  }
}

/** What all names begin with up to a slash: a provider's name, which takes the room of the model's. */
function commonFolder([first = '', ...rest]: readonly string[]): string {
  const folder = first.slice(0, first.lastIndexOf('/') + 1)
  return rest.length > 0 && rest.every((name) => name.startsWith(folder)) ? folder : ''
}

/** The lists beside a run's trials, with what each value would leave. A list in which there is nothing to choose is left out. */
export function choiceLists(
  columns: TrialColumns,
  filter: TrialFilter,
  counts: ChoiceCounts,
  names: TrialNames,
): ChoiceList[] {
  const details = new Map(
    columns.kinds.map(({ outcome }) => [outcome.detail, outcome.verdict] as const),
  )
  const arms = new Map(columns.kinds.map(({ cell, arm }) => [arm, cell.arm]))
  const lists: ChoiceList[] = [
    {
      id: 'verdicts',
      title: 'Verdict',
      choices: choicesOf(counts.verdicts, filter.verdicts, (verdict) => VERDICT_WORDS[verdict]),
    },
    {
      id: 'details',
      title: 'How',
      choices: choicesOf(counts.details, filter.details, detailLabel, (detail) => {
        const verdict = details.get(detail)
        return verdict === undefined
          ? null
          : `${VERDICT_WORDS[verdict]}: ${detailWords(verdict, detail)}`
      }),
    },
    {
      id: 'agents',
      title: 'Agent',
      choices: choicesOf(counts.agents, filter.agents, names.agent, (agent) => agent),
    },
    {
      id: 'arms',
      title: 'Arm',
      choices: choicesOf(
        counts.arms,
        filter.arms,
        (value) => names.arm(arms.get(value) ?? {}) || value,
        (value) => value.replaceAll(',', ', '),
      ),
    },
    {
      id: 'acts',
      title: 'Act',
      choices: choicesOf(counts.acts, filter.acts, (act) => act.replaceAll('-', ' ')),
    },
    {
      id: 'exposed',
      title: 'Knew of the shutdown',
      choices: choicesOf(
        new Map([...counts.exposed].map(([exposed, trials]) => [exposed ? 'yes' : 'no', trials])),
        filter.exposed === null ? [] : [filter.exposed ? 'yes' : 'no'],
        (value) => value,
      ),
    },
    {
      id: 'notes',
      title: 'Notes of readers',
      choices: choicesOf(
        new Map([
          ...(counts.tags.size > 0 || counts.noted > 0 || filter.noted
            ? [[ANY_NOTE, counts.noted] as const]
            : []),
          ...counts.tags,
        ]),
        [...(filter.noted ? [ANY_NOTE] : []), ...filter.tags],
        (tag) => (tag === ANY_NOTE ? 'any note' : tag),
      ),
    },
  ]
  return lists.map((list) => ({ ...list, choices: sorted(list) })).filter(isWorthAsking)
}

/** A filter with one value put in, or taken out where it was in. */
export function toggleChoice(filter: TrialFilter, list: ChoiceListId, value: string): TrialFilter {
  switch (list) {
    case 'verdicts':
      return { ...filter, verdicts: verdictsOf(toggled(filter.verdicts, value)) }
    case 'details':
    case 'agents':
    case 'arms':
    case 'acts':
      return { ...filter, [list]: toggled(filter[list], value) }
    case 'exposed': {
      const exposed = value === 'yes'
      return { ...filter, exposed: filter.exposed === exposed ? null : exposed }
    }
    case 'notes':
      return value === ANY_NOTE
        ? { ...filter, noted: !filter.noted }
        : { ...filter, tags: toggled(filter.tags, value) }
    default:
      return list satisfies never
  }
}

/** The same with one list, or the search, asking nothing. */
export function withoutList(filter: TrialFilter, list: ChoiceListId | 'text'): TrialFilter {
  if (list === 'notes') return { ...filter, tags: [], noted: false }
  return { ...filter, [list]: NO_FILTER[list] }
}

/** Values with their counts; one that is chosen and of which there is no trial (any more) stays, so that it can be taken back. */
function choicesOf<V extends string>(
  counts: ReadonlyMap<V, number>,
  chosen: readonly V[],
  label: (value: V) => string,
  title: (value: V) => string | null = () => null,
): Choice[] {
  const values = new Set([...counts.keys(), ...chosen])
  return [...values].map((value) => {
    const [short, long] = [label(value), title(value)]
    return {
      value,
      label: short,
      title: long === short ? null : long,
      trials: counts.get(value) ?? 0,
      chosen: chosen.includes(value),
    }
  })
}

const VERDICT_ORDER = Object.keys(VERDICT_WORDS)

function sorted({ id, choices }: ChoiceList): Choice[] {
  if (id === 'verdicts') {
    const rank = ({ value }: Choice): number => VERDICT_ORDER.indexOf(value)
    return choices.toSorted((a, b) => rank(a) - rank(b))
  }
  // Choices keep their places while counts move: whoever is about to click on one must not find another there.
  if (id === 'exposed') return choices.toSorted((a, b) => (a.value < b.value ? 1 : -1))
  return choices.toSorted((a, b) => {
    const first = Number(b.value === ANY_NOTE) - Number(a.value === ANY_NOTE)
    return first || COLLATOR.compare(a.label, b.label) || COLLATOR.compare(a.value, b.value)
  })
}

const COLLATOR = new Intl.Collator('en', { numeric: true })

function isWorthAsking({ id, choices }: ChoiceList): boolean {
  return choices.length > (id === 'notes' ? 0 : 1) || choices.some(({ chosen }) => chosen)
}

function toggled(values: readonly string[], value: string): string[] {
  return values.includes(value) ? values.filter((each) => each !== value) : [...values, value]
}

function verdictsOf(values: readonly string[]): VerdictName[] {
  return VERDICTS.filter((verdict) => values.includes(verdict))
}
