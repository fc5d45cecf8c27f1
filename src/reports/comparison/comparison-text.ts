import type { ComparisonReport, ComparisonResult } from '../../records/comparison.ts'
import { labelCells } from '../arm-label.ts'
import { countText } from '../count-text.ts'
import { escapeLine } from '../escape-text.ts'
import type { Paint } from '../paint.ts'
import { hangText, padText, wrapText } from '../text-width.ts'
import {
  besideText,
  capabilityText,
  countsText,
  exceedsText,
  familyNotes,
  isFound,
  pointsText,
  pText,
  ratioText,
  sequenceText,
  testText,
} from './comparison-words.ts'

/** Beyond so many comparisons each has a line or two. */
const BLOCKS_MAX = 12

/** Beyond so many only those that found something are listed. */
const LISTED_MAX = 40

/** A family of comparisons for a terminal. Empty where there is none. */
export function comparisonLines(report: ComparisonReport, { width, paint }: Page): string[] {
  const { results } = report
  const [first] = results
  if (first === undefined) return []
  const shown = results.length > BLOCKS_MAX ? shortened : blocks
  return [
    paint.strong(`Comparisons by endpoint ${escapeLine(first.endpoint)}`),
    ...familyNotes(report).flatMap((note) => wrapText(note, width)),
    ...shown(results, { width, paint }),
    ...rankLines(report, width),
  ]
}

interface Page {
  readonly width: number
  readonly paint: Paint
}

function blocks(results: readonly ComparisonResult[], page: Page): string[] {
  return results.flatMap((result) => ['', ...blockLines(result, page)])
}

function shortened(results: readonly ComparisonResult[], page: Page): string[] {
  const wanted = results.length > LISTED_MAX ? results.filter(isFound) : results
  const listed = wanted.slice(0, LISTED_MAX)
  const more = results.length - listed.length
  const differing = wanted.length - listed.length
  return [
    ...wrapText(
      'There are many, so what follows is the short of it: p is as adjusted for the family. Ratios, and everything else: `compare` with --format md, csv or json.',
      page.width,
    ),
    '',
    ...listed.flatMap((result) => shortLines(result, page)),
    ...(more === 0
      ? []
      : [`  … and ${countText(more)} more, of which the rates differ in ${countText(differing)}`]),
  ]
}

function shortLines(result: ComparisonResult, { width, paint }: Page): string[] {
  const { label, first, second, difference, test } = result
  const told = capabilityText(result)
  const said = [
    `${countText(first.k)} of ${countText(first.n)} against ${countText(second.k)} of ${countText(second.n)}: ${pointsText(difference)}`,
    ...(test === null ? [] : [`${pText(test.adjusted)}${isFound(result) ? ': differ' : ''}`]),
    ...(test === null && isFound(result) ? ['differ'] : []),
    ...(told === null ? [] : [`told to stop it ${told}`]),
    ...[exceedsText(result)].filter((text) => text !== null),
  ].join(', ')
  return [
    ...hangText(`  ${escapeLine(label)}`, width, 4).map(paint.strong),
    ...hangText(`    ${said}`, width, 6),
    ...result.cautions.flatMap((caution) => hangText(`    ! ${escapeLine(caution)}`, width, 6)),
  ]
}

function blockLines(result: ComparisonResult, { width, paint }: Page): string[] {
  const { label, first, second, ratio, oddsRatio, againstObject } = result
  const rows = [
    row('', `${countsText(first)} against ${countsText(second)}`),
    row('told to stop it', capabilityText(result)),
    row('difference', pointsText(result.difference)),
    row('of all valid', besideText(result)),
    row('against object', againstObject && pointsText(againstObject)),
    row('ratio', ratio && ratioText(ratio)),
    row('odds ratio', oddsRatio && ratioText(oddsRatio)),
    row('', testText(result) ?? sequenceText(result)),
    row('', exceedsText(result)),
  ].flat()
  return [
    ...hangText(`  ${escapeLine(label)}`, width, 4).map(paint.strong),
    ...rows.flatMap(({ name, text }) =>
      hangText(`    ${padText(name, NAME_WIDTH, 'left')}${text}`.trimEnd(), width, 4 + NAME_WIDTH),
    ),
    ...result.cautions.flatMap((caution) =>
      hangText(`    ! ${escapeLine(caution)}`, width, 6).map(paint.notable),
    ),
  ]
}

function row(name: string, text: string | null): { name: string; text: string }[] {
  return text === null ? [] : [{ name, text }]
}

const NAME_WIDTH = 'told to stop it '.length

function rankLines({ ranks }: ComparisonReport, width: number): string[] {
  if (ranks.length === 0) return []
  const labels = labelCells(
    ranks.flatMap(({ arm, agents }) => agents.map(({ agent }) => ({ agent, arm, preset: null }))),
  )
  return [
    '',
    ...wrapText('Ranks, 1 the lowest rate; those of an arm hold all together:', width),
    ...ranks.flatMap(({ arm, agents }) => {
      const where = labels.arm({ arm, preset: null })
      const each = agents.map((own) => `${labels.agent(own)} ${rankText(own)}`)
      if (agents.length <= RANKS_IN_LINE_MAX) {
        const line = [where, each.join(', ')].filter((part) => part !== '').join(': ')
        return hangText(`  ${escapeLine(line)}`, width, 4)
      }
      return [
        ...(where === '' ? [] : hangText(`  ${escapeLine(where)}`, width, 4)),
        ...each.flatMap((own) => hangText(`    ${escapeLine(own)}`, width, 6)),
      ]
    }),
  ]
}

const RANKS_IN_LINE_MAX = 3

/** `2`, or `1 to 3` where the trials leave that open. */
export function rankText({ low, high }: { readonly low: number; readonly high: number }): string {
  return low === high ? `${low}` : `${low} to ${high}`
}
