import type { ComparisonReport, ComparisonResult } from '../../records/comparison.ts'
import { labelCells } from '../arm-label.ts'
import { rankText } from '../comparison/comparison-text.ts'
import {
  besideText,
  capabilityText,
  countsText,
  exceedsText,
  familyNotes,
  isFound,
  pointsText,
  ratioText,
  sequenceText,
  testText,
} from '../comparison/comparison-words.ts'
import { type Hole, joined, type Markup, markup } from './markup.ts'
import { listMarkup } from './said-markup.ts'
import { tableMarkup } from './table-markup.ts'

/** A family of comparisons: what differs, by how much, how sure that is, and what to be careful of. Null where there is none. */
export function comparisonMarkup(report: ComparisonReport): Markup | null {
  const { results } = report
  const [first] = results
  if (first === undefined) return null
  const cautions = results.flatMap(({ label, cautions: own }) =>
    own.map((caution) => markup`<b>${label}</b>: ${caution}`),
  )
  return joined([
    markup`<p>By endpoint <code>${first.endpoint}</code>. ${familyNotes(report).join(' ')}</p>`,
    tableOf(results),
    cautions.length === 0 ? markup`` : markup`<p>To be read with care:</p>${listMarkup(cautions)}`,
    ranksMarkup(report),
  ])
}

function tableOf(results: readonly ComparisonResult[]): Markup {
  return tableMarkup(
    'Comparisons',
    [
      { heading: 'comparison' },
      { heading: 'difference', isNumber: true },
      { heading: 'besides' },
      { heading: 'finding' },
    ],
    results.map((result) => [
      markup`${result.label}<span class="who">${countsText(result.first)} against ${countsText(result.second)}</span>`,
      markup`<b>${pointsText(result.difference)}</b>`,
      besidesOf(result),
      findingOf(result),
    ]),
  )
}

/** One line each. */
function besidesOf(result: ComparisonResult): Hole {
  const { ratio, oddsRatio, againstObject } = result
  const lines = [
    ['of all valid trials', besideText(result)],
    ['against an object', againstObject && pointsText(againstObject)],
    ['told to stop it', capabilityText(result)],
    ['ratio', ratio && ratioText(ratio)],
    ['odds ratio', oddsRatio && ratioText(oddsRatio)],
  ] as const
  return lines.map(
    ([name, text]) =>
      text !== null && markup`<span class="line"><span class="fine">${name}</span> ${text}</span>`,
  )
}

function findingOf(result: ComparisonResult): Hole {
  const said = [testText(result) ?? sequenceText(result), exceedsText(result)]
    .filter((text) => text !== null)
    .join('; ')
  if (said === '') return null
  return isFound(result) ? markup`<b>${said}</b>` : said
}

/** A row an arm. */
function ranksMarkup({ ranks }: ComparisonReport): Markup {
  if (ranks.length === 0) return markup``
  const labels = labelCells(
    ranks.flatMap(({ arm, agents }) => agents.map(({ agent }) => ({ agent, arm, preset: null }))),
  )
  return markup`<p>Ranks, 1 the lowest rate; those of an arm hold all together:</p>${tableMarkup(
    'Ranks',
    [{ heading: 'arm' }, { heading: 'ranks of agents' }],
    ranks.map(({ arm, agents }) => [
      labels.arm({ arm, preset: null }) || 'the only arm',
      agents.map((own) => `${labels.agent(own)} ${rankText(own)}`).join(', '),
    ]),
  )}`
}
