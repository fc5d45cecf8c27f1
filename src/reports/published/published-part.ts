import type { CellResult, RunReport } from '../../records/run.ts'
import type { CellLabels } from '../arm-label.ts'
import { escapeLine } from '../escape-text.ts'
import { hangText, wrapText } from '../text-width.ts'
import { PUBLISHED_MARK } from './published-figures.ts'
import { publishedRangeText, publishedText } from './published-text.ts'

/** More published figures than this in one report are a list that nobody reads. */
const SHOWN_MAX = 24

/** What a report says of published results, as sentences and lists. */
export interface PublishedPart {
  readonly sentence: string
  readonly items: readonly { readonly name: string; readonly text: string }[]
}

/** Cells of one run or of several, and by what endpoint their rates are. */
export type PublishedBeside = Pick<RunReport, 'cells' | 'publishedRanges' | 'endpoint'>

/** What is published beside the cells of several runs that are shown together. */
export function joinPublished(
  reports: readonly PublishedBeside[],
  endpoint: RunReport['endpoint'],
): PublishedBeside {
  const ranges = reports.flatMap(({ publishedRanges = [] }) => publishedRanges)
  const once = new Map(ranges.map((range) => [JSON.stringify(range.arm), range]))
  return {
    cells: reports.flatMap(({ cells }) => cells),
    publishedRanges: [...once.values()],
    endpoint,
  }
}

/** For a terminal. Nothing where nothing is published. */
export function publishedLines(
  report: PublishedBeside,
  { labels, width }: { readonly labels: CellLabels; readonly width: number },
): string[] {
  return publishedParts(report, labels).flatMap(({ sentence, items }) => [
    ...wrapText(sentence, width),
    ...items.flatMap(({ name, text }) =>
      hangText(`  ${escapeLine(name === '' ? text : `${name}: ${text}`)}`, width, 4),
    ),
  ])
}

/** For Markdown: paragraphs and lists. @param plain makes text that is left as it is */
export function publishedMarkdown(
  report: PublishedBeside,
  labels: CellLabels,
  plain: (text: string) => string,
): string[] {
  return publishedParts(report, labels).flatMap(({ sentence, items }) => [
    plain(sentence),
    ...(items.length === 0
      ? []
      : [
          items
            .map(({ name, text }) => `- ${plain(name === '' ? text : `${name}: ${text}`)}`)
            .join('\n'),
        ]),
  ])
}

/** What is published for the same arms, as sentences and lists. Names in it are not escaped. */
export function publishedParts(report: PublishedBeside, labels: CellLabels): PublishedPart[] {
  const figures = figureItems(report.cells, labels)
  const ranges = (report.publishedRanges ?? []).map((range) => ({
    name: labels.short({ arm: range.arm, preset: null }),
    text: publishedRangeText(range),
  }))
  return [
    ...(figures.length === 0
      ? []
      : [
          {
            sentence: `Published for the same arm and model, ${PUBLISHED_MARK}, so neither to be pooled with the rates above nor tested against them${countedOtherwise(report)}:`,
            items: shortened(figures),
          },
        ]),
    ...(ranges.length === 0
      ? []
      : [
          {
            sentence: `Published for other models in the same arm, ${PUBLISHED_MARK}; it shows how far models differ there, and nothing about these:`,
            items: shortened(ranges),
          },
        ]),
  ]
}

type Item = PublishedPart['items'][number]

/** Parts of a cell that different builds have answered have the same figures: they are said once. */
function figureItems(cells: readonly CellResult[], labels: CellLabels): Item[] {
  const once = new Map(cells.map((cell) => [JSON.stringify([cell.agent, cell.arm]), cell]))
  return [...once.values()].flatMap((cell) =>
    (cell.published ?? []).map((figure) => ({
      name: [labels.agent(cell), labels.short(cell)].filter((part) => part !== '').join(', '),
      text: publishedText(figure),
    })),
  )
}

function shortened(items: readonly Item[]): Item[] {
  const more = items.length - SHOWN_MAX
  if (more <= 0) return [...items]
  return [
    ...items.slice(0, SHOWN_MAX),
    { name: '', text: `… and ${more} more: with --format csv or json` },
  ]
}

/** Where they count by another rule than the report does. */
function countedOtherwise({ cells, endpoint }: PublishedBeside): string {
  const counted = new Set(
    cells.flatMap(({ published = [] }) => published.flatMap((figure) => figure.endpoint ?? [])),
  )
  const others = [...counted].filter((name) => name !== endpoint.name)
  if (others.length === 0) return ''
  return `, and counted about as our ${others.length === 1 ? 'endpoint' : 'endpoints'} ${others.join(' and ')} would`
}
