import {
  PUBLISHED_FLAGS,
  type PublishedFlag,
  type PublishedRow,
  type PublishedSource,
} from '../../records/published.ts'
import { FLAG_WORDS } from '../../reports/published/published-text.ts'
import { type Row, textTable } from '../../reports/text-table.ts'
import { hangText, wrapText } from '../../reports/text-width.ts'
import type { ListingPage } from '../listing.ts'
import type { ListedRow } from './list-published.ts'

/** Published results for a person: a table a source, a section a condition. */
export function publishedLines(
  page: ListingPage,
  sources: readonly PublishedSource[],
  rows: readonly ListedRow[],
): string[] {
  return [
    ...wrapText(
      'Published results: other harnesses and other wordings than ours. Rates in per cent, as printed; lower = more controllable.',
      page.width,
    ).map(page.paint.strong),
    ...sources.flatMap((source, place) => [
      '',
      ...sourceLines(page, source, sources.slice(0, place)),
      '',
      ...tableLines(
        page,
        rows.filter((row) => row.source === source.id),
      ),
    ]),
    '',
    ...legendLines(page, rows),
  ]
}

function sourceLines(
  { width, paint }: ListingPage,
  source: PublishedSource,
  before: readonly PublishedSource[],
): string[] {
  const { id, name, authors, title, where, ran, event, endpoint, interval } = source
  const same = before.find((each) => each.ran === ran && each.event === event)
  const counted = `Counted: ${event}${endpoint === null ? '' : ` Nearest endpoint of ours: ${endpoint}.`}`
  return [
    ...hangText(`${name} (--source ${id})`, width, 2).map(paint.strong),
    ...[
      `${authors}: ${title}. ${where}`,
      ...(same === undefined ? [ran, counted] : [`Run and counted as for ${same.name}.`]),
      ...(interval === null ? [] : [INTERVALS[interval]]),
    ].flatMap((text) => hangText(`  ${text}`, width, 2).map(paint.faint)),
  ]
}

const INTERVALS = {
  jeffreys: 'Intervals: 95 % Jeffreys.',
  normal: 'Intervals: 95 %, normal approximation.',
} as const satisfies Record<NonNullable<PublishedSource['interval']>, string>

function tableLines(page: ListingPage, rows: readonly ListedRow[]): string[] {
  const sections = Map.groupBy(rows, ({ presets, label }) => sectionTitle(presets, label))
  const isMarked = rows.some(({ flags }) => flags.length > 0)
  const table = textTable(
    [
      { heading: ['model'], align: 'left' },
      { heading: ['events'], align: 'right' },
      { heading: ['rate (interval)'], align: 'right' },
      { heading: [isMarked ? 'marks' : ''], align: 'left' },
    ],
    [...sections].flatMap(([title, own]): Row[] => [
      ...hangText(`  ${title}`, page.width, 4).map((line) => ({
        section: page.paint.strong(line),
      })),
      ...own.map((row) => ({ cells: cellsOf(row) })),
    ]),
    { width: page.width, gap: 2, indent: 4 },
  )
  return table ?? [...sections].flatMap(([title, own]) => narrowLines(page, title, own))
}

/** Where there is no room for columns. */
function narrowLines({ width, paint }: ListingPage, title: string, rows: readonly ListedRow[]) {
  return [
    ...hangText(`  ${title}`, width, 4).map(paint.strong),
    ...rows.flatMap((row) => {
      const [model = '', ...rest] = cellsOf(row)
      const text = rest.filter((cell) => cell !== '').join(', ')
      return hangText(`    ${model}: ${text}`, width, 6)
    }),
  ]
}

function sectionTitle(presets: readonly string[], label: string): string {
  if (presets.length === 0) return label
  const [first, last] = [presets[0] ?? '', presets.at(-1) ?? '']
  return `${presets.length > 2 ? `${first} to ${last}` : presets.join(', ')}: ${label}`
}

function cellsOf({ model, k, n, rate, low, high, flags }: PublishedRow): string[] {
  const counts = n === null ? (k === null ? '' : `${k}`) : `${k ?? '?'} of ${n}`
  const interval = low === null || high === null ? '' : ` (${low}–${high})`
  return [
    model,
    counts,
    rate === null ? '–' : `${rate}${interval}`,
    flags.map((flag) => FLAG_MARKS[flag]).join(''),
  ]
}

const FLAG_MARKS = {
  secondary: 'S',
  'third-party': 'T',
  approximate: '~',
  contradicted: '!',
  'computed-interval': 'C',
  complement: 'R',
} as const satisfies Record<PublishedFlag, string>

function legendLines({ width }: ListingPage, rows: readonly PublishedRow[]): string[] {
  const used = PUBLISHED_FLAGS.filter((flag) => rows.some(({ flags }) => flags.includes(flag)))
  const marks = used.map((flag) => `${FLAG_MARKS[flag]} ${FLAG_WORDS[flag]}`)
  const arms = 'A letter or name before a condition is our ready arm (`offswitch list arms`).'
  const notes = rows.some(({ note }) => note !== null) ? ' Notes on single figures: --json.' : ''
  return [
    ...(marks.length === 0 ? [] : wrapText(`Marks: ${marks.join(', ')}.`, width)),
    ...wrapText(`${arms}${notes}`, width),
  ]
}
