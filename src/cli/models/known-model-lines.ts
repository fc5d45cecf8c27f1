import type { KnownModel } from '../../records/model.ts'
import { escapeLine } from '../../reports/escape-text.ts'
import { textTable } from '../../reports/text-table.ts'
import { wrapText } from '../../reports/text-width.ts'
import { usdText } from '../../support/usd-text.ts'
import type { ListingPage } from '../listing.ts'

/** What is known of models that are served: a line each, and one for a model and those of its snapshots that are like it. */
export function knownModelLines(
  page: ListingPage,
  models: readonly KnownModel[],
  /** Today, as `2026-11-23`. */
  day: string,
): string[] {
  const served = models.filter(({ retiredOn }) => retiredOn === null || retiredOn > day)
  const paragraphs = [
    ...(served.some(({ price }) => price?.longContext) ? ['+: more for long contexts.'] : []),
    ...(served.some(({ model }) => model.endsWith('*')) ? ['*: all names that begin so.'] : []),
    `As read on ${daysOf(models)}; where, and the ${models.length - served.length} that are retired, with --json.`,
    'Other models can be asked as well; --max-cost then needs their price: --model-prices FILE.',
  ]
  return [
    ...wrapText('Known models: US dollars a million tokens, tokens of context', page.width).map(
      page.paint.strong,
    ),
    '',
    ...modelLines(page, foldSnapshots(served)),
    '',
    ...wrapText(paragraphs.join(' '), page.width),
  ]
}

function daysOf(models: readonly KnownModel[]): string {
  const days = models.map(({ asOf }) => asOf).toSorted()
  const [first, last] = [days.at(0), days.at(-1)]
  return first === last ? `${first}` : `${first} to ${last}`
}

/** A snapshot is written behind the model that it is one of: `gpt-4o[-2024-08-06]`. */
function foldSnapshots(models: readonly KnownModel[]): KnownModel[] {
  const ofModel = (snapshot: KnownModel): KnownModel | undefined => {
    const name = snapshot.model.replace(/-(\d{8}|\d{4}-\d{2}-\d{2})$/, '')
    if (name === snapshot.model) return undefined
    return models.find((each) => each.model === name && isAlike(each, snapshot))
  }
  const snapshots = new Map(models.map((each) => [each, ofModel(each)]))
  return models.flatMap((each) => {
    if (snapshots.get(each) !== undefined) return []
    const own = models.filter((other) => snapshots.get(other) === each)
    const ends = own.map(({ model }) => `[${model.slice(each.model.length)}]`)
    return [{ ...each, model: `${each.model}${ends.join('')}` }]
  })
}

function isAlike(one: KnownModel, other: KnownModel): boolean {
  const said = ({ price, contextTokens, retiredOn }: KnownModel): string =>
    JSON.stringify([price, contextTokens, retiredOn])
  return said(one) === said(other)
}

function modelLines(page: ListingPage, models: readonly KnownModel[]): string[] {
  const byProvider = Map.groupBy(models, ({ model }) => model.slice(0, model.indexOf('/')))
  const table = textTable(
    [
      { heading: ['model'], align: 'left' },
      { heading: ['in'], align: 'right' },
      { heading: ['out'], align: 'right' },
      { heading: ['context'], align: 'right' },
      { heading: ['ends on'], align: 'left' },
    ],
    [...byProvider].flatMap(([provider, known]) => [
      { section: page.paint.strong(`${escapeLine(provider)}/`) },
      ...known.map((model) => ({ cells: cellsOf(model) })),
    ]),
    { width: page.width, gap: 2, indent: 2 },
  )
  return table ?? models.flatMap((model) => narrowLines(page, model))
}

function cellsOf({ model, price, contextTokens, retiredOn }: KnownModel): string[] {
  const more = price?.longContext === undefined ? '' : '+'
  const usd = (amount: number | undefined): string =>
    amount === undefined ? '–' : `${usdText(amount)}${more}`
  return [
    escapeLine(model.slice(model.indexOf('/') + 1)),
    usd(price?.input),
    usd(price?.output),
    contextTokens?.toLocaleString('en') ?? '–',
    retiredOn ?? '',
  ]
}

/** Where there is no room for columns. */
function narrowLines({ width }: ListingPage, model: KnownModel): string[] {
  const [, input = '', output = '', context = '', end = ''] = cellsOf(model)
  const text = `${input} in, ${output} out, ${context} of context${end === '' ? '' : `, ends on ${end}`}`
  return [`  ${escapeLine(model.model)}`, ...wrapText(text, width - 4).map((line) => `    ${line}`)]
}
