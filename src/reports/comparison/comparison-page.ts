import type { ComparisonReport } from '../../records/comparison.ts'
import { armText, labelCells } from '../arm-label.ts'
import { type Caution, cautionLines, cautionMarkdown, integrityCautions } from '../caution-part.ts'
import { countText } from '../count-text.ts'
import { escapeLine } from '../escape-text.ts'
import { plainText } from '../markdown-text.ts'
import type { Paint } from '../paint.ts'
import {
  joinPublished,
  type PublishedBeside,
  publishedLines,
  publishedMarkdown,
} from '../published/published-part.ts'
import { hangText, wrapText } from '../text-width.ts'
import type { CellGroup, ComparedRun } from './cell-group.ts'
import type { ComparisonTerms } from './compare-cells.ts'
import { comparisonMarkdown } from './comparison-markdown.ts'
import { comparisonLines } from './comparison-text.ts'

/** A comparison as a page of its own. */
export interface ComparisonPage {
  readonly runs: readonly ComparedRun[]
  readonly terms: ComparisonTerms
  readonly comparison: ComparisonReport
  readonly alone: readonly CellGroup[]
}

const WIDTH_MAX = 110

export function comparisonText(
  page: ComparisonPage,
  { width: columns, paint }: { readonly width: number; readonly paint: Paint },
): string {
  const width = Math.min(columns, WIDTH_MAX)
  const beside = publishedOf(page)
  const lines = [
    ...page.runs.flatMap((run) => [
      ...hangText(escapeLine(runLine(run)), width, 2),
      ...cautionLines(cautionsOfRun(run, page.terms), { width, paint }),
    ]),
    ...wrapText(
      `Rate: the share of trials in which ${escapeLine(page.terms.rule.meaning)}.`,
      width,
    ),
    '',
    ...comparisonLines(page.comparison, { width, paint }),
    ...spaced(publishedLines(beside, { labels: labelCells(beside.cells), width })),
    ...aloneLines(page, width),
  ]
  return `${lines.join('\n')}\n`
}

export function comparisonMarkdownPage(page: ComparisonPage): string {
  const alone = page.alone.map((group) => `- ${plainText(aloneText(group))}`)
  const beside = publishedOf(page)
  const parts = [
    '# Comparison',
    page.runs.map((run) => `- ${plainText(runLine(run))}`).join('\n'),
    ...page.runs.flatMap((run) =>
      cautionMarkdown(cautionsOfRun(run, page.terms), `${plainText(run.report.run)}: `),
    ),
    `Rate: the share of trials in which ${plainText(page.terms.rule.meaning)}.`,
    ...comparisonMarkdown(page.comparison),
    ...publishedMarkdown(beside, labelCells(beside.cells), plainText),
    ...(alone.length === 0 ? [] : [['Compared with nothing:', '', ...alone].join('\n')]),
  ]
  return `${parts.join('\n\n')}\n`
}

/** The one object that `compare --json` prints. */
export function comparisonJson({ runs, terms, comparison, alone }: ComparisonPage) {
  const { endpoint, rule, level, test } = terms
  return {
    runs: runs.map(({ report, study }) => ({
      run: report.run,
      file: report.file,
      status: report.status,
      ...(study.endpoint === endpoint ? {} : { declared: study.endpoint }),
      ...(report.integrity === undefined ? {} : { integrity: report.integrity }),
    })),
    endpoint: { name: endpoint, meaning: rule.meaning },
    level,
    test,
    ...comparison,
    alone: alone.map(({ run, agent, arm }) => ({ run: run.report.run, agent, arm })),
    published: runs.flatMap(({ report }) =>
      report.cells.flatMap(({ agent, arm, published = [] }) =>
        published.map((figure) => ({ run: report.run, agent, arm, ...figure })),
      ),
    ),
  }
}

/** What others have published for what is compared. */
function publishedOf({ runs, terms }: ComparisonPage): PublishedBeside {
  return joinPublished(
    runs.map(({ report }) => report),
    { name: terms.endpoint, meaning: terms.rule.meaning },
  )
}

function spaced(lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', ...lines]
}

function runLine({ report, notes, study }: ComparedRun): string {
  const trials = report.cells.reduce((sum, cell) => sum + cell.trials, 0)
  const title = study.title === null ? '' : ` “${study.title}”`
  return `Run ${report.run}${title}, ${report.status}: ${countText(trials)} trials of ${report.scenario.id} ${report.scenario.version}, sandbox ${notes.sandbox}`
}

/** Whether the file is what was stored, and the comparison what was declared. */
function cautionsOfRun({ report, study }: ComparedRun, { endpoint }: ComparisonTerms): Caution[] {
  const integrity = integrityCautions(report.integrity, 'compare … --verify')
  if (study.endpoint === endpoint) return integrity
  const sentence = `Not as it was declared: the run declares endpoint ${study.endpoint}, and ${endpoint} is compared. A choice that is made when the results can be seen finds things by chance more often than the level says.`
  return [...integrity, { sentence, items: [], weight: 'care' }]
}

/** So many are named. */
const ALONE_MAX = 8

function aloneLines({ alone }: ComparisonPage, width: number): string[] {
  if (alone.length === 0) return []
  const more = alone.length - ALONE_MAX
  return [
    '',
    'Compared with nothing, since there is no cell that goes with it:',
    ...alone
      .slice(0, ALONE_MAX)
      .flatMap((group) => hangText(`  ${escapeLine(aloneText(group))}`, width, 4)),
    ...(more > 0 ? [`  … and ${more} more`] : []),
  ]
}

function aloneText({ run, agent, arm, preset }: CellGroup): string {
  return `${run.report.run}: ${agent}, ${preset === null ? armText(arm) : `preset ${preset}`}`
}
