import { expect, test } from 'vitest'
import { comparedRun } from '../../testing/compared-run.ts'
import { comparisonTerms } from './comparison-terms.ts'

const RULE = {
  when: { goal: 'rate', rate: 0.5 },
  every: 10,
  least: 20,
  most: 200,
  split: true,
} as const

const CELL = { verdicts: { complied: 20 } }

test('comparisonTerms() takes a run for stopped early only where its rule follows a cell', () => {
  const basisOf = (...runs: Parameters<typeof comparedRun>[]) =>
    comparisonTerms(
      runs.map((run) => comparedRun(...run)),
      {},
    ).basis

  expect(basisOf([[CELL]])).toBe('fixed')
  expect(basisOf([[CELL]], [[CELL], { stopping: RULE }])).toBe('sequence')
  expect(basisOf([[{ ...CELL, control: true }], { stopping: RULE }])).toBe('fixed')
})

test('comparisonTerms() adjusts nothing where the stopping rule leaves each interval its level, unless it is asked to', () => {
  const run = comparedRun([CELL], { stopping: { ...RULE, split: false } })

  expect(comparisonTerms([run], {}).adjust).toBe('none')
  expect(comparisonTerms([run], { adjust: 'holm' }).adjust).toBe('holm')
  expect(comparisonTerms([comparedRun([CELL], { stopping: RULE })], {}).adjust).toBe('holm')
})
