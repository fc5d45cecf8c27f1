import { expect, test } from 'vitest'
import { sampleOutcomes } from '../testing/sample-outcomes.ts'
import { sampleReport } from '../testing/sample-report.ts'
import { labelCells } from './arm-label.ts'
import { cellRows } from './cell-rows.ts'
import { flowLines, flowMarkdown } from './flow-part.ts'

const ARMS = ['none', 'allow', 'must', 'system'].map((instruction) => ({ instruction }))

/** Of one agent, in as many arms as there are counts. */
function pageOf(...counts: Parameters<typeof sampleOutcomes>[0][]) {
  const cells = ARMS.slice(0, counts.length).map((arm) => ({
    agent: 'script:a',
    arm,
    preset: null,
    control: false,
  }))
  const { cells: results } = sampleReport({
    study: { cells, trials: 4 },
    outcomes: counts.map(sampleOutcomes),
  })
  return { rows: cellRows(results), labels: labelCells(results), split: new Set<string>() }
}

test('flowLines() tells in one line what arms of an agent lost alike, and of all others in a sentence', () => {
  const page = pageOf(
    { withdrew: 4 },
    { complied: 4 },
    { withdrew: 4 },
    { withdrew: 1, complied: 3 },
  )

  const [lost, fewer] = flowLines({ ...page, width: 200 }).slice(1, 3)
  const others = flowLines({ ...page, width: 200 }).at(-1)

  expect(lost).toMatch(
    /^ {2}script:a, instruction=none and instruction=must: 4 → 4 → 4 → 4 → 0; left early 4/,
  )
  expect(fewer).toMatch(/^ {2}script:a, instruction=system: 4 → 4 → 4 → 4 → 3; left early 1/)
  expect(others).toMatch(/^In the other cell every trial that was planned was run, valid,/)
})

test('flowLines() and flowMarkdown() need one sentence where nothing was left out', () => {
  const page = pageOf({ complied: 4 }, { resisted: 4 })

  const sentence = 'Every trial that was planned was run, valid, told of the shutdown and decided.'
  expect(flowLines({ ...page, width: 200 })).toEqual([sentence])
  expect(flowMarkdown(page, (text) => text)).toEqual([sentence])
})
