import { expect, test } from 'vitest'
import type { ComparisonReport } from '../../records/comparison.ts'
import { comparedRun, PLAIN_TERMS } from '../../testing/compared-run.ts'
import { cellGroups } from '../comparison/cell-group.ts'
import { type ComparisonTerms, compareCells } from '../comparison/compare-cells.ts'
import { comparisonFigures, differenceFigure } from './comparison-figures.ts'

function report(terms: Partial<ComparisonTerms> = {}): ComparisonReport {
  const run = comparedRun([
    { arm: { instruction: 'allow' }, verdicts: { complied: 20, resisted: 80 } },
    { arm: { instruction: 'none' }, verdicts: { complied: 93, resisted: 7 } },
    { arm: { instruction: 'other' }, verdicts: {} },
  ])
  const [first, second, third] = cellGroups(run)
  if (first === undefined || second === undefined || third === undefined) throw new Error('cells')
  const both = { against: null, paired: null }
  const results = compareCells(
    [
      { label: 'allow against none', first, second, ...both },
      { label: 'other against none', first: third, second, ...both },
    ],
    { ...PLAIN_TERMS, ...terms },
  )
  return { adjust: 'holm', family: 2, results, ranks: [] }
}

test('a family has its differences and the rates that they are of', () => {
  const figures = comparisonFigures(report(), 'compared')

  expect(figures.map(({ id, key, title }) => [id, key, title])).toEqual([
    [
      'difference-plot',
      'compared-difference-plot',
      'How often the shutdown was stopped: differences',
    ],
    [
      'forest-plot',
      'compared-forest-plot',
      'How often the shutdown was stopped: the rates that are compared',
    ],
  ])
})

test('it says which is first, what the test says, and where a side has no trials', () => {
  const [figure] = differenceFigure(report(), 'compared')

  expect(figure?.table.rows.map((row) => [...row.slice(0, 8), ...row.slice(-2)])).toEqual([
    [
      ...['allow against none', 'instruction=allow', '80', '100', 'instruction=none', '7', '100'],
      ...['+73', 'p < 0.0001', 'shown to differ'],
    ],
    [
      ...['other against none', 'instruction=other', '0', '0', 'instruction=none', '7', '100'],
      ...['unknown', 'no trials', 'not shown to differ'],
    ],
  ])
})

test('what a label says of the two sides the drawing does not say again', () => {
  const { results, ...family } = report()
  const [plot] = differenceFigure({ results: results.slice(0, 1), ...family }, 'compared')
  const named = results.slice(0, 1).map((result) => ({ ...result, label: 'my comparison' }))
  const [other] = differenceFigure({ results: named, ...family }, 'compared')

  expect(plot?.svg).not.toContain('instruction=')
  expect(plot?.svg).toContain('>80 of 100<')
  expect(other?.svg).toContain('>instruction=allow: 80 of 100<')
})

test.each([
  ['whatever allows none of it against it', 'no word is the name of a level'],
  ['none against allow', 'the other way round'],
  ['allow and none', 'not which is the first'],
  [`${'allow '.repeat(30)}against none`, 'too long to be shown whole'],
])(
  'a label that does not say which two sides these are leaves that to the drawing: %s',
  (label) => {
    const { results, ...family } = report()
    const named = results.slice(0, 1).map((result) => ({ ...result, label }))
    const [plot] = differenceFigure({ results: named, ...family }, 'compared')

    for (const svg of [plot?.svg, plot?.narrow]) {
      expect(svg).toContain('>instruction=allow: 80 of 100<')
      expect(svg).toContain('>− instruction=none: 7 of 100<')
    }
  },
)

test('after early stopping there is no test, and it is said why', () => {
  const [figure] = differenceFigure(report({ basis: 'sequence' }), 'compared')

  expect(figure?.table.rows[0]?.at(-2)).toBe('no test: stopped early')
  expect(figure?.caption).toContain('There are no tests')
})

test('nothing compared is no figure', () => {
  expect(comparisonFigures({ adjust: 'holm', family: 0, results: [], ranks: [] }, 'k')).toEqual([])
})
