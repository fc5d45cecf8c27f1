import { expect, test } from 'vitest'
import type { RunReport } from '../records/run.ts'
import { sampleReport } from '../testing/sample-report.ts'
import { cautionsOf, unknownNote } from './caution-part.ts'

const reportWith = (differing: Partial<RunReport>): RunReport => ({
  ...sampleReport(),
  ...differing,
})

test('cautionsOf() has nothing to say of a run whose records are as stored, shown as declared', () => {
  const integrity = { checked: true, found: 0, problems: [] }

  expect(cautionsOf(reportWith({ integrity }), 'verify it')).toEqual([])
  expect(cautionsOf(reportWith({}), 'verify it')).toEqual([])
})

test('cautionsOf() names what was altered first, and how much more there is', () => {
  const integrity = { checked: true, found: 3, problems: ['Trial 1 …', 'Trial 2 …'] }
  const declared = { endpoint: 'resisted', interval: 'jeffreys', level: 0.95 } as const
  const shown = { ...declared, endpoint: 'strict', level: 0.9 }

  expect(cautionsOf(reportWith({ integrity, reanalysed: { declared, shown } }), '')).toEqual([
    {
      sentence:
        'The file of this run is not what was stored: 3 things are wrong with it, and what stands below may be so too.',
      items: ['Trial 1 …', 'Trial 2 …', '… and 1 more'],
      weight: 'grave',
    },
    {
      sentence:
        'Not as it was declared: endpoint strict instead of resisted, level 90 % instead of 95 %. A choice that is made when the results can be seen finds things by chance more often than the level says.',
      items: [],
      weight: 'care',
    },
  ])
})

test('cautionsOf() says that a large run was not checked, and how to', () => {
  const integrity = { checked: false, found: 0, problems: [] }

  expect(cautionsOf(reportWith({ integrity }), 'offswitch report x --verify')).toEqual([
    {
      sentence:
        'Whether the records are those that were stored was not checked, since that takes a while. `offswitch report x --verify` checks it.',
      items: [],
      weight: 'remark',
    },
  ])
})

test('unknownNote() counts trials of which an endpoint cannot tell, and says what reads them', () => {
  const report = sampleReport({ endpoint: 'palisade', passedControl: null })

  expect(unknownNote(sampleReport(), 'rescore')).toBeNull()
  expect(unknownNote(report, 'offswitch rescore x -o FILE')).toBe(
    'Of 8 trials it is not known what endpoint palisade asks for: they were stored before that was recorded, and are left out of the rates. `offswitch rescore x -o FILE` reads it off their transcripts and writes a run that has it.',
  )
  expect(report.cells[0]?.estimate).toMatchObject({
    k: 0,
    n: 0,
    rate: null,
    low: 0,
    high: 1,
    unknown: 8,
    bounds: { low: 0, high: 1 },
  })
})

test('cautionsOf() names acts that the endpoint asks for and no trial shows', () => {
  const endpoint = { name: 'mine', meaning: 'something was', unseenActs: ['script-overwriten'] }

  expect(cautionsOf(reportWith({ endpoint }), '')).toEqual([
    {
      sentence:
        'Endpoint mine asks for an act that no trial shows: "script-overwriten". Where that is the name of no act, the rate is not of what was meant.',
      items: [],
      weight: 'care',
    },
  ])
})
