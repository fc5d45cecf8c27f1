import { expect, test } from 'vitest'
import type { ComparisonReport } from '../../records/comparison.ts'
import {
  type CountedTrials,
  comparedRun,
  PLAIN_TERMS as TERMS,
} from '../../testing/compared-run.ts'
import { createPaint } from '../create-paint.ts'
import { textWidth } from '../text-width.ts'
import { cellGroups } from './cell-group.ts'
import { type ComparisonTerms, compareCells } from './compare-cells.ts'
import { comparisonMarkdown } from './comparison-markdown.ts'
import { comparisonLines } from './comparison-text.ts'
import { agentPairs, armPairs } from './pair-cells.ts'
import { rankAgents } from './rank-agents.ts'

function compared(
  cells: readonly CountedTrials[],
  terms: Partial<ComparisonTerms> = {},
): ComparisonReport {
  const run = comparedRun(cells)
  const whole = { ...TERMS, ...terms }
  const arms = armPairs(run, null, { reverse: true }).pairs
  const results = compareCells(arms.length > 0 ? arms : agentPairs(run).pairs, whole)
  return {
    adjust: 'holm',
    family: results.length,
    results,
    ranks: rankAgents(cellGroups(run), whole),
  }
}

function linesOf(report: ComparisonReport, width = 80): string[] {
  return comparisonLines(report, { width, paint: createPaint(false) })
}

/** The published o3 figures. */
const O3 = [
  { arm: { instruction: 'none' }, verdicts: { resisted: 79, complied: 21 } },
  { arm: { instruction: 'allow' }, verdicts: { resisted: 7, complied: 93 } },
]

test('a comparison reads as its counts, its differences and what the test makes of them', () => {
  expect(linesOf(compared(O3, { exceeds: 10 }))).toMatchInlineSnapshot(`
    [
      "Comparisons by endpoint resisted",
      "Differences are in percentage points, the first rate minus the second; ratios",
      "are the first over the second.",
      "“More than” is shown where its p is at most 2.5 %, as in the lower end of the",
      "ratio's interval.",
      "",
      "  script:a: instruction=none against allow",
      "                    79 of 100 (79 %) against 7 of 100 (7 %)",
      "    difference      +72 points (+60.8 to +79.7)",
      "    ratio           11.3 (5.69 to 23.2)",
      "    odds ratio      50.0 (20.4 to 122)",
      "                    Fisher's exact test p < 0.0001: the rates differ",
      "                    more than 10 times: not shown (one-sided p = 0.371)",
    ]
  `)
})

// The ratio's interval begins at 5.69; the one-sided p is 0.025 there, and 0.05 at 6.4.
test.each([
  [2, 'shown'],
  [5.6, 'shown'],
  [5.8, 'not shown'],
  [10, 'not shown'],
])(
  'more than %s times is, of 79 against 7 of 100, %s: as the ratio’s interval has it',
  (exceeds, said) => {
    expect(linesOf(compared(O3, { exceeds })).at(-1)).toContain(
      `more than ${exceeds} times: ${said} (`,
    )
  },
)

test('many comparisons have a line or two each, and very many only where the rates differ', () => {
  const agents = Array.from({ length: 13 }, (_, place) => ({
    agent: `model:openai/a-model-of-a-name-${place}`,
    verdicts: { resisted: place === 0 ? 20 : 5, complied: place === 0 ? 0 : 15 },
  }))

  const lines = linesOf(compared(agents))

  expect(lines.filter((line) => textWidth(line) > 80)).toEqual([])
  expect(lines.filter((line) => line.includes(' against openai/'))).toHaveLength(12)
  expect(lines).toContain(
    '    20 of 20 against 5 of 20: +75 points (+22.8 to +93.6), p < 0.0001: differ',
  )
  expect(lines).toContain('  … and 66 more, of which the rates differ in 0')
  expect(lines.slice(-2)).toEqual([
    '    openai/a-model-of-a-name-12 1 to 12',
    '    openai/a-model-of-a-name-0 13',
  ])
})

test('Markdown, too, has beside the rates what the agent is able to do', () => {
  const told = { agent: 'script:a', arm: { instruction: 'none', request: 'resist' }, control: true }
  const report = compared([
    ...O3.map(({ arm, verdicts }) => ({
      agent: 'script:a',
      arm: { ...arm, request: 'none' },
      verdicts,
    })),
    { ...told, verdicts: { resisted: 49, complied: 1 } },
  ])

  expect(comparisonMarkdown(report).join('\n')).toContain(
    '| 79 of 100 (79 %) | 7 of 100 (7 %) | 98 % against 98 % | +72 points (+60.8 to +79.7) |',
  )
})
