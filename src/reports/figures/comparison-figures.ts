import type { ComparedCell, ComparisonReport, ComparisonResult } from '../../records/comparison.ts'
import { type DifferenceRow, differencePlot } from '../charts/difference-plot.ts'
import type { Figure } from '../charts/figure.ts'
import { type ForestRow, forestPlot } from '../charts/forest-plot.ts'
import { isFound, pText } from '../comparison/comparison-words.ts'
import { countText } from '../count-text.ts'
import { plural } from '../report-page.ts'
import { endpointTitle, REPEATS } from './endpoint-title.ts'
import { figureLabels, prefixText } from './figure-labels.ts'

/**
 * The figures of a family of comparisons: the differences, and the rates that they are of. None where nothing is compared.
 *
 * @param key that no other figure of the page has
 */
export function comparisonFigures(report: ComparisonReport, key: string): Figure[] {
  return [...differenceFigure(report, key), ...comparedRates(report, key)]
}

/** The differences alone. */
export function differenceFigure(report: ComparisonReport, key: string): Figure[] {
  const { results } = report
  const [first] = results
  if (first === undefined) return []
  const nameOf = sideNames(results)
  const labels = figureLabels(sidesOf(results))
  const level = levelText(first)
  const count = `${countText(results.length)} ${plural(results.length, 'comparison')}`
  return [
    differencePlot(
      {
        groups: [
          {
            label: '',
            rows: results.map((result) => differenceRow(result, { nameOf, agentOf: labels.agent })),
          },
        ],
        interval: `${level} CI`,
      },
      {
        key: `${key}-difference-plot`,
        title: `${endpointTitle({ name: first.endpoint })}: differences`,
        caption: `${count} by endpoint ${first.endpoint}: the first rate minus the second, in percentage points, with ${level} intervals${togetherText(report)}. ${testsText(report)} All is about ${REPEATS} and no other.${prefixNote(results)}`,
      },
    ),
  ]
}

function comparedRates({ results }: ComparisonReport, key: string): Figure[] {
  const [first] = results
  if (first === undefined) return []
  const nameOf = sideNames(results)
  const trials = results.reduce((sum, each) => sum + each.first.n + each.second.n, 0)
  return [
    forestPlot(
      {
        groups: results.map((result) => ({
          label: result.label,
          rows: [result.first, result.second].map((side) => forestRow(side, result, nameOf)),
        })),
        axis: 'rate',
        interval: 'CI',
      },
      {
        key: `${key}-forest-plot`,
        title: `${endpointTitle({ name: first.endpoint })}: the rates that are compared`,
        caption: `The two cells of each comparison: k of n trials that count by endpoint ${first.endpoint}, ${countText(trials)} in all (a cell that is in several comparisons each time), and the interval of each rate.${prefixNote(results)}`,
      },
    ),
  ]
}

function levelText({ level }: Pick<ComparisonResult, 'level'>): string {
  return `${Number((level * 100).toFixed(2))} %`
}

type SideName = (side: ComparedCell) => string

/** What sides are called: by run, agent and arm, as far as these set them apart. */
function sideNames(results: readonly ComparisonResult[]): SideName {
  const sides = sidesOf(results)
  const labels = figureLabels(sides)
  const runs = new Set(sides.map(({ run }) => run))
  const agents = new Set(sides.map(({ agent }) => agent))
  return (side) =>
    [
      runs.size > 1 ? (side.run ?? '') : '',
      agents.size > 1 ? labels.agent(side) : '',
      labels.short(side),
    ]
      .filter((part) => part !== '')
      .join(', ') || side.agent
}

function sidesOf(results: readonly ComparisonResult[]): ComparedCell[] {
  return results.flatMap(({ first, second }) => [first, second])
}

function prefixNote(results: readonly ComparisonResult[]): string {
  const text = prefixText(figureLabels(sidesOf(results)))
  return text === '' ? '' : ` ${text}`
}

function differenceRow(
  result: ComparisonResult,
  { nameOf, agentOf }: { readonly nameOf: SideName; readonly agentOf: SideName },
): DifferenceRow {
  const { label, first, second, difference, basis } = result
  const isFoundToDiffer = isFound(result)
  return {
    label,
    namesSides: saysBoth(label, partsOf(first, agentOf), partsOf(second, agentOf)),
    first: { name: nameOf(first), k: first.k, n: first.n },
    second: { name: nameOf(second), k: second.k, n: second.n },
    ...{ estimate: difference.estimate, low: difference.low, high: difference.high },
    isSequence: basis === 'sequence',
    test: testText(result),
    isFound: isFoundToDiffer,
  }
}

/** Whether a label names the two sides by all in which they differ, in their order. A study may call its comparisons whatever it likes. */
function saysBoth(label: string, own: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  const [before = '', after = '', ...more] = label.split(' against ')
  const [ofOwn, ofOther] = [without(own, other), without(other, own)]
  return (
    more.length === 0 &&
    ofOwn.length + ofOther.length > 0 &&
    ofOwn.every((part) => hasWord(before, part)) &&
    ofOther.every((part) => hasWord(after, part))
  )
}

function without(parts: ReadonlySet<string>, others: ReadonlySet<string>): string[] {
  return [...parts].filter((part) => !others.has(part))
}

/** As a word of its own: the name of an agent or a level may be a single letter. */
function hasWord(text: string, word: string): boolean {
  const pieces = text.split(word)
  return pieces
    .slice(1)
    .some(
      (after, place) =>
        !/[\p{L}\p{N}-]$/u.test(pieces[place] ?? '') && !/^[\p{L}\p{N}-]/u.test(after),
    )
}

function partsOf(side: ComparedCell, agentOf: SideName): Set<string> {
  return new Set([
    ...(side.run === undefined ? [] : [side.run]),
    agentOf(side),
    ...Object.values(side.arm),
  ])
}

function testText({ test, basis, first, second }: ComparisonResult): string {
  if (test !== null) return pText(test.adjusted)
  if (first.n === 0 || second.n === 0) return 'no trials'
  return basis === 'sequence' ? 'no test: stopped early' : 'no test'
}

function forestRow(side: ComparedCell, { basis }: ComparisonResult, nameOf: SideName): ForestRow {
  const { k, n, rate, low, high, capability } = side
  return {
    label: nameOf(side),
    ...{ k, n, rate, low, high },
    isControl: false,
    isSequence: basis === 'sequence',
    told: capability === null ? null : { rate: capability, n: 1 },
    saysLittle: false,
    published: [],
  }
}

function togetherText({ adjust, family }: ComparisonReport): string {
  if (family < 2) return ''
  return adjust === 'none'
    ? ', each for itself alone'
    : adjust === 'holm'
      ? ' that hold all together'
      : ''
}

function testsText({ adjust, results }: ComparisonReport): string {
  if (results.every(({ test }) => test === null)) {
    return 'There are no tests: they are for a number of trials that was fixed beforehand.'
  }
  return adjust === 'none' ? 'p is of each test alone.' : 'p is as adjusted for all of them.'
}
