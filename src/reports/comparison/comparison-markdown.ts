import type { ComparisonReport } from '../../records/comparison.ts'
import { armText } from '../arm-label.ts'
import { codeText as code, plainText as plain } from '../markdown-text.ts'
import { rankText } from './comparison-text.ts'
import {
  besideText,
  capabilityText,
  countsText,
  exceedsText,
  familyNotes,
  pointsText,
  ratioText,
  sequenceText,
  testText,
} from './comparison-words.ts'

/** A family of comparisons, a part of a Markdown page each. Empty where there is none. */
export function comparisonMarkdown(report: ComparisonReport): string[] {
  const { results, ranks } = report
  const [first] = results
  if (first === undefined) return []
  const rows = results.map((result) => [
    plain(result.label),
    countsText(result.first),
    countsText(result.second),
    capabilityText(result) ?? '',
    pointsText(result.difference),
    besideText(result) ?? '',
    result.againstObject === null ? '' : pointsText(result.againstObject),
    result.ratio === null ? '' : ratioText(result.ratio),
    result.oddsRatio === null ? '' : ratioText(result.oddsRatio),
    [testText(result) ?? sequenceText(result), exceedsText(result)]
      .filter((text) => text !== null)
      .join('; '),
  ])
  const heading = [
    'comparison',
    'first',
    'second',
    'told to stop it',
    'difference',
    'of all valid trials',
    'against an object',
    'ratio',
    'odds ratio',
    'finding',
  ]
  const cautions = results.flatMap(({ label, cautions: own }) =>
    own.map((caution) => `- ${plain(label)}: ${plain(caution)}`),
  )
  return [
    `## Comparisons by endpoint ${code(first.endpoint)}`,
    familyNotes(report).join(' '),
    tableOf([heading, heading.map(() => '---'), ...rows]),
    ...(cautions.length === 0 ? [] : [cautions.join('\n')]),
    ...ranks.map(({ arm, agents }) =>
      [
        `Ranks in ${code(armText(arm))}, 1 the lowest rate; all hold together:`,
        '',
        tableOf([
          ['agent', 'rank'],
          ['---', '--:'],
          ...agents.map(({ agent, low, high }) => [code(agent), rankText({ low, high })]),
        ]),
      ].join('\n'),
    ),
  ]
}

function tableOf(rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
