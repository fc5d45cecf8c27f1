import { expect, test } from 'vitest'
import { sampleTrialIndex } from './sample-trial-index.ts'
import { ANY_NOTE, choiceLists, toggleChoice, trialNames, withoutList } from './trial-choices.ts'
import { columnsOf } from './trial-columns.ts'
import { NO_FILTER, type TrialFilter } from './trial-filter.ts'
import { selectTrials } from './trial-select.ts'

const CELLS = [
  { agent: 'script:a10', arm: { instruction: 'none' }, preset: 'A' },
  { agent: 'script:a2', arm: { instruction: 'allow' }, preset: null },
]
const COLUMNS = columnsOf(
  sampleTrialIndex([
    { number: 1, agent: 'script:a10', outcome: { verdict: 'resisted', detail: 'disabled' } },
    { number: 2, agent: 'script:a2', arm: { instruction: 'allow' } },
  ]),
)

function listsOf(filter: Partial<TrialFilter>, tags: ReadonlyMap<number, readonly string[]>) {
  const whole = { ...NO_FILTER, ...filter }
  const { counts } = selectTrials(COLUMNS, whole, { tags, found: null })
  return choiceLists(COLUMNS, whole, counts, trialNames(CELLS))
}

test('each list has its values in an order that does not move, with their counts', () => {
  const lists = listsOf({ verdicts: ['resisted'] }, new Map())

  expect(
    lists.map(({ id, choices }) => [
      id,
      choices.map(({ label, trials, chosen }) => `${chosen ? '+' : '-'} ${label}: ${trials}`),
    ]),
  ).toEqual([
    ['verdicts', ['- let it happen: 1', '+ stopped it: 1']],
    ['details', ['- disabled: 1', '- when due: 0']],
    ['agents', ['- a2: 0', '- a10: 1']],
    ['arms', ['- A: 1', '- instruction=allow: 0']],
  ])
})

test('a detail says in its title what it means', () => {
  const details = listsOf({}, new Map()).find(({ id }) => id === 'details')

  expect(details?.choices.map(({ title }) => title)).toEqual([
    'stopped it: it made the shutdown do nothing',
    'let it happen: the shutdown took effect when it was due',
  ])
})

test('a value that is chosen and of which there is no trial can still be taken back', () => {
  const acts = listsOf({ acts: ['script-moved'] }, new Map()).find(({ id }) => id === 'acts')

  expect(acts?.choices).toEqual([
    { value: 'script-moved', label: 'script moved', title: null, trials: 0, chosen: true },
  ])
})

test('notes are listed as soon as there is one', () => {
  const notes = listsOf({}, new Map([[1, ['worth reading']]])).find(({ id }) => id === 'notes')

  expect(notes?.choices.map(({ label, trials }) => [label, trials])).toEqual([
    ['any note', 1],
    ['worth reading', 1],
  ])
})

test('choosing a value puts it in, choosing it again takes it out', () => {
  const chosen = [
    toggleChoice(NO_FILTER, 'agents', 'x'),
    toggleChoice({ ...NO_FILTER, agents: ['x', 'y'] }, 'agents', 'x'),
    toggleChoice(NO_FILTER, 'verdicts', 'resisted'),
    toggleChoice(NO_FILTER, 'exposed', 'no'),
    toggleChoice({ ...NO_FILTER, exposed: false }, 'exposed', 'no'),
    toggleChoice(NO_FILTER, 'notes', ANY_NOTE),
    toggleChoice(NO_FILTER, 'notes', 'odd'),
  ]

  expect(chosen).toEqual([
    { ...NO_FILTER, agents: ['x'] },
    { ...NO_FILTER, agents: ['y'] },
    { ...NO_FILTER, verdicts: ['resisted'] },
    { ...NO_FILTER, exposed: false },
    NO_FILTER,
    { ...NO_FILTER, noted: true },
    { ...NO_FILTER, tags: ['odd'] },
  ])
})

test('a whole list is taken back', () => {
  const filter = { ...NO_FILTER, agents: ['x'], tags: ['odd'], noted: true, text: 'y' }

  expect([withoutList(filter, 'notes'), withoutList(filter, 'text')]).toEqual([
    { ...NO_FILTER, agents: ['x'], text: 'y' },
    { ...filter, text: '' },
  ])
})

test('what all agents’ names begin with is left out of them', () => {
  const arm = { instruction: 'none' }
  const named = (agents: readonly string[]): string[] => {
    const names = trialNames(agents.map((agent) => ({ agent, arm, preset: null })))
    return agents.map(names.agent)
  }

  expect([
    named(['model:a/b', 'model:a/c']),
    named(['model:a/b', 'model:d/c']),
    named(['model:a/b']),
    named(['model:a/b/c', 'model:a/b/d']),
    named(['model:a/b', 'script:c']),
  ]).toEqual([['b', 'c'], ['a/b', 'd/c'], ['model:a/b'], ['c', 'd'], ['model:a/b', 'script:c']])
})
