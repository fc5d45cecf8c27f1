import type { RegressionResult } from '../../records/regression.ts'
import { labelCells } from '../arm-label.ts'
import { codeText as code, plainText as plain } from '../markdown-text.ts'
import {
  barePText,
  infiniteMark,
  observedText,
  oddsRangeText,
  oddsText,
  PREDICTED_RATES,
  predictedText,
  regressionIntroduction,
  spreadText,
  testText,
} from './regression-words.ts'

/** A regression as a page of GitHub’s Markdown. */
export function regressionMarkdown(result: RegressionResult): string {
  const parts = [
    `# Regression by endpoint ${code(result.endpoint.name)}`,
    `Run ${code(result.run)}, ${result.status}: scenario ${code(result.scenario.id)} ${code(result.scenario.version)}`,
    regressionIntroduction(result).map(plain).join(' '),
    ...termTable(result),
    ...(result.notes.length === 0
      ? []
      : [result.notes.map((note) => `- ${plain(note)}`).join('\n')]),
    ...(result.unfitted === null ? [PREDICTED_RATES] : []),
    cellTable(result),
    ...wordingParts(result),
  ]
  return `${parts.join('\n\n')}\n`
}

function termTable({ terms, clusters }: RegressionResult): string[] {
  if (terms.length === 0) return []
  const robust = clusters.by.length > 0 ? ['cluster-robust interval'] : []
  return [
    tableOf([
      ['factor', 'level', 'odds ratio', 'interval', 'p', ...robust],
      ['---', '---', '--:', '---', '--:', ...robust.map(() => '---')],
      ...terms.flatMap(({ name, reference, test, levels }) => [
        [
          plain(name),
          `${plain(reference)} (reference)`,
          '1',
          plain(test === null ? '' : testText(test)),
          '',
          ...robust.map(() => ''),
        ],
        ...levels.map((level) => [
          '',
          `${plain(level.level)}${infiniteMark(level)}`,
          plain(oddsText(level.oddsRatio)),
          plain(oddsRangeText(level)),
          plain(level.test === null ? '' : barePText(level.test.p)),
          ...robust.map(() =>
            level.clustered === null ? 'none' : plain(oddsRangeText(level.clustered)),
          ),
        ]),
      ]),
    ]),
  ]
}

function cellTable(result: RegressionResult): string {
  const labels = labelCells(result.cells)
  return tableOf([
    ['agent', 'arm', 'observed', 'predicted'],
    ['---', '---', '---', '---'],
    ...result.cells.map((cell) => [
      code(cell.agent),
      plain(labels.arm(cell) || 'the only arm'),
      observedText(cell),
      `${predictedText(cell)}${cell.fits === false ? ' \\!' : ''}`,
    ]),
  ])
}

function wordingParts({ wordings, spread, cells, clusters }: RegressionResult): string[] {
  if (clusters.by.includes('wording') || wordings.length === 0) return []
  if (wordings.length === 1) {
    return ['All cells have one text: how much the wording matters cannot be seen.']
  }
  const labels = labelCells(cells)
  return [
    'Rates by wording (a text is all that the agent is told):',
    spread.map((each) => `- ${code(each.agent)}: ${spreadText(each)}`).join('\n'),
    tableOf([
      ['wording', 'arm', 'all agents together'],
      ['---', '---', '---'],
      ...wordings.map((wording) => [
        code(wording.wordingHash.slice(0, 12)),
        plain(labels.arm({ arm: wording.arm, preset: null }) || 'the only arm'),
        observedText({ ...wording, observed: wording }),
      ]),
    ]),
  ]
}

function tableOf(rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
