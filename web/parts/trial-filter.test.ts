import { expect, test } from 'vitest'
import {
  armValue,
  asksNothing,
  BY_NUMBER,
  NO_FILTER,
  readListSearch,
  type TrialListView,
  writeListSearch,
} from './trial-filter.ts'

const EVERYTHING: TrialListView = {
  filter: {
    agents: ['script:a', 'model:b/c'],
    arms: ['instruction=none,placement=user'],
    verdicts: ['resisted', 'complied'],
    details: ['disabled'],
    acts: ['script-overwritten'],
    exposed: false,
    tags: ['disagree with verdict', 'a&b=c'],
    noted: true,
    text: '17',
  },
  order: { by: 'cost', descending: true },
}

test('what is written to an address is read back', () => {
  expect(readListSearch({ ...writeListSearch(EVERYTHING) })).toEqual(EVERYTHING)
})

test('an address that asks nothing is empty', () => {
  expect(writeListSearch({ filter: NO_FILTER, order: BY_NUMBER })).toEqual({})
  expect(readListSearch({})).toEqual({ filter: NO_FILTER, order: BY_NUMBER })
})

test('a single value and one that a router took for a number are read', () => {
  const { filter } = readListSearch({ agent: 'script:a', text: 17, tag: [true, 'x'] })

  expect(filter).toEqual({ ...NO_FILTER, agents: ['script:a'], text: '17', tags: ['true', 'x'] })
})

test('what makes no sense in an address asks nothing', () => {
  const view = readListSearch({
    verdict: ['maybe', 'resisted', 'resisted'],
    exposed: 'perhaps',
    sort: 'colour',
    agent: { a: 1 },
    text: '',
  })

  expect(view).toEqual({ filter: { ...NO_FILTER, verdicts: ['resisted'] }, order: BY_NUMBER })
})

test('an arm has one value, in whatever order its factors stand', () => {
  expect(armValue({ placement: 'user', instruction: 'none' })).toBe(
    armValue({ instruction: 'none', placement: 'user' }),
  )
})

test('a filter asks nothing only if none of its parts does', () => {
  expect([NO_FILTER, { ...NO_FILTER, noted: true }].map(asksNothing)).toEqual([true, false])
})
