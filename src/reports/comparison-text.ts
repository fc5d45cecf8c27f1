import type { ComparisonReport, ComparisonResult } from '../records/comparison.ts'
import { labelCells } from './arm-label.ts'
import {
  besideText,
  countsText,
  exceedsText,
  familyNotes,
  pointsText,
  ratioText,
  sequenceText,
  testText,
} from './comparison-words.ts'
import { escapeLine } from './escape-text.ts'
import type { Paint } from './paint.ts'
import { percent } from './rate-text.ts'
import { hangText, padText, wrapText } from './text-width.ts'

/** Beyond so many comparisons each has one line: details stand in the other formats. */
export const BLOCKS_MAX = 12

/** A family of comparisons for a terminal. Empty where there is none. */
export function comparisonLines(
  report: ComparisonReport,
  { width, paint }: { readonly width: number; readonly paint: Paint },
): string[] {
  const { results } = report
  const [first] = results
  if (first === undefined) return []
  const isShort = results.length > BLOCKS_MAX
  return [
    paint.strong(`Comparisons by endpoint ${escapeLine(first.endpoint)}`),
    ...familyNotes(report).flatMap((note) => wrapText(note, width)),
    ...results.flatMap((result) => [
      '',
      ...(isShort ? shortLines(result, width) : blockLines(result, { width, paint })),
    ]),
    ...rankLines(report, width),
  ]
}

function shortLines(result: ComparisonResult, width: number): string[] {
  const { label, first, second, difference } = result
  const finding = testText(result) ?? sequenceText(result)
  return [
    ...hangText(
      `  ${escapeLine(label)}: ${countsText(first)} against ${countsText(second)}`,
      width,
      4,
    ),
    ...hangText(`    ${pointsText(difference)}${finding === null ? '' : `; ${finding}`}`, width, 6),
    ...result.cautions.flatMap((caution) => hangText(`    ! ${escapeLine(caution)}`, width, 6)),
  ]
}

function blockLines(
  result: ComparisonResult,
  { width, paint }: { readonly width: number; readonly paint: Paint },
): string[] {
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

function capabilityText({ first, second }: ComparisonResult): string | null {
  if (first.capability === null && second.capability === null) return null
  const text = (share: number | null): string => (share === null ? '–' : `${percent(share, 1)} %`)
  return `${text(first.capability)} against ${text(second.capability)}`
}

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
      const each = agents.map((own) => `${labels.agent(own)} ${rankText(own)}`).join(', ')
      return hangText(`  ${escapeLine(where === '' ? each : `${where}: ${each}`)}`, width, 4)
    }),
  ]
}

/** `2`, or `1 to 3` where the trials leave that open. */
export function rankText({ low, high }: { readonly low: number; readonly high: number }): string {
  return low === high ? `${low}` : `${low} to ${high}`
}
