import { PROVIDERS } from '../../agents/model/providers.ts'
import { escapeLine } from '../../reports/escape-text.ts'
import { wrapText } from '../../reports/text-width.ts'
import type { CommandContext } from '../command-context.ts'
import { entries, type Listing, type ListingPage } from '../listing.ts'
import { listKnownModels } from '../study/known-models.ts'
import { findProviders, type ProviderFinding } from './find-providers.ts'
import { knownModelLines } from './known-model-lines.ts'

/** A list is not worth waiting longer for. */
const ASK_MS = 10_000

/** What can be asked here, and what is known of models beforehand. */
export async function listModels(
  options: { readonly modelPrices?: string | undefined; readonly ask?: boolean | undefined },
  context: CommandContext,
): Promise<Listing> {
  const today = context.clock.now()
  const found = await findProviders(PROVIDERS, await context.keys(), {
    askMs: options.ask === true ? ASK_MS : null,
  })
  const data = context.redact({
    providers: found,
    models: await listKnownModels(options.modelPrices, { today }),
  })
  const { providers, models } = data
  return {
    data,
    lines: (page) => [
      ...providerLines(page, providers),
      ...providers.flatMap((provider) => servedLines(page, provider)),
      '',
      ...knownModelLines(page, models, today.toISOString().slice(0, 10)),
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
