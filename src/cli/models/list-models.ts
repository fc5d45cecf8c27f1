import { PROVIDERS } from '../../agents/model/providers.ts'
import type { KnownModel } from '../../records/model.ts'
import { escapeLine } from '../../reports/escape-text.ts'
import { type Row, textTable } from '../../reports/text-table.ts'
import { wrapText } from '../../reports/text-width.ts'
import { usdText } from '../../support/usd-text.ts'
import type { CommandContext } from '../command-context.ts'
import { entries, type Listing, type ListingPage } from '../listing.ts'
import { loadKnownModels, readOwnTable } from '../study/known-models.ts'
import { findProviders, type ProviderFinding } from './find-providers.ts'

/** A list is not worth waiting longer for. */
const ASK_MS = 10_000

/** What can be asked here, and what is known of models beforehand. */
export async function listModels(
  options: { readonly modelPrices?: string | undefined; readonly ask?: boolean | undefined },
  context: CommandContext,
): Promise<Listing> {
  const today = context.clock.now()
  const known = await loadKnownModels(options.modelPrices, { today })
  const models = readOwnTable().map((own) => known(own.model) ?? own)
  const providers = await findProviders(PROVIDERS, await context.keys(), {
    askMs: options.ask === true ? ASK_MS : null,
  })
  const day = today.toISOString().slice(0, 10)
  return {
    data: { providers, models },
    lines: (page) => [
      ...providerLines(page, providers),
      ...providers.flatMap((provider) => servedLines(page, provider)),
      '',
      ...modelLines(page, models, day),
    ],
  }
}

function providerLines(page: ListingPage, providers: readonly ProviderFinding[]): string[] {
  return [
    page.paint.strong('Providers: --model PROVIDER/NAME'),
    '',
    ...entries(
      page,
      providers.map((found) => [found.provider, escapeLine(stateText(found))]),
    ),
    '',
    ...wrapText(
      'Keys are read from the environment and from .env. Whether one is good: `offswitch doctor --check-keys`',
      page.width,
    ),
  ]
}

function stateText({ keysPresent, keyVariables, keyNeeded, address, problem }: ProviderFinding) {
  if (problem === 'no key') return `– no key: set ${keyVariables.join(' or ')}`
  if (problem !== null) return `– ${problem}`
  const key = keysPresent.length > 0 ? `key in ${keysPresent.join(', ')}` : 'no key set'
  return `✓ ${key}${keyNeeded ? '' : ' (none is needed)'}, at ${address}`
}

function servedLines(page: ListingPage, { provider, serves, silence }: ProviderFinding): string[] {
  if (serves === null && silence === null) return []
  const names = (serves ?? []).map((name) => `  ${provider}/${escapeLine(name)}`)
  const heading = page.paint.strong(`Models that ${provider} says it has`)
  return ['', heading, '', ...(silence === null ? names : [`  ${silence}`])]
}

function modelLines(page: ListingPage, models: readonly KnownModel[], day: string): string[] {
  const table = textTable(
    [
      { heading: ['model'], align: 'left' },
      { heading: ['in'], align: 'right' },
      { heading: ['out'], align: 'right' },
      { heading: ['context'], align: 'right' },
      { heading: ['retired'], align: 'left' },
    ],
    tableRows(page, models, day),
    { width: page.width, gap: 2, indent: 2 },
  )
  const read = models.map(({ asOf }) => asOf).toSorted()
  const [first, last] = [read.at(0), read.at(-1)]
  return [
    page.paint.strong('Known models: US dollars a million tokens, tokens of context'),
    '',
    ...(table ?? models.map(({ model }) => `  ${escapeLine(model)}`)),
    '',
    ...wrapText(
      `${models.some(({ price }) => price?.longContext) ? '+: more for long contexts. ' : ''}As read on ${first === last ? first : `${first} to ${last}`}; sources with --json. Other models can be asked as well; --max-cost then needs their price: --model-prices FILE.`,
      page.width,
    ),
  ]
}

function tableRows(page: ListingPage, models: readonly KnownModel[], day: string): Row[] {
  const byProvider = Map.groupBy(models, ({ model }) => model.slice(0, model.indexOf('/')))
  return [...byProvider].flatMap(([provider, known]) => [
    { section: page.paint.strong(`${provider}/`) },
    ...known.map((model) => ({ cells: cellsOf(model, day) })),
  ])
}

function cellsOf({ model, price, contextTokens, retiredOn }: KnownModel, day: string): string[] {
  const more = price?.longContext === undefined ? '' : '+'
  const usd = (amount: number | undefined): string =>
    amount === undefined ? '–' : `${usdText(amount)}${more}`
  return [
    escapeLine(model.slice(model.indexOf('/') + 1)),
    usd(price?.input),
    usd(price?.output),
    contextTokens?.toLocaleString('en') ?? '–',
    retiredOn === null ? '' : `${retiredOn <= day ? '' : 'from '}${retiredOn}`,
  ]
}
