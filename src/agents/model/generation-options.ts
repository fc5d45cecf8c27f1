import type { LanguageModelV4CallOptions } from '@ai-sdk/provider'
import type { ProviderOptions } from '@ai-sdk/provider-utils'
import type { Generation } from '../../records/model.ts'
import { UsageError } from '../../support/errors.ts'
import type { LoadedProvider } from './provider.ts'

/** What a provider's package is given with every call besides the conversation and the tools. */
export type CallSettings = Pick<
  LanguageModelV4CallOptions,
  'maxOutputTokens' | 'reasoning' | 'seed' | 'temperature' | 'topK' | 'topP'
> & { readonly providerOptions: ProviderOptions }

/**
 * What settings of generation come to with this model. Its package leaves out what it knows that the model does not take;
 * the request as it was sent is in the record.
 *
 * @throws UsageError for settings that exclude each other, or that the provider has no word for
 */
export function generationOptions(
  loaded: Pick<LoadedProvider, 'optionsFor'>,
  name: string,
  generation: Generation,
): CallSettings {
  const { temperature, topP, topK, maxTokens, seed, effort, reasoningTokens } = generation
  if (effort !== undefined && reasoningTokens !== undefined) {
    throw new UsageError('effort and reasoningTokens both say how much to think: give one of them')
  }
  if (reasoningTokens !== undefined && reasoningTokens >= (maxTokens ?? Infinity)) {
    throw new UsageError(
      `${name} cannot think in ${reasoningTokens} tokens and answer as well where maxTokens is ${maxTokens}: raise maxTokens`,
    )
  }
  return {
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
    ...(topK === undefined ? {} : { topK }),
    ...(maxTokens === undefined ? {} : { maxOutputTokens: maxTokens }),
    ...(seed === undefined ? {} : { seed }),
    ...(effort === undefined ? {} : { reasoning: effort }),
    ...loaded.optionsFor(name, generation),
  }
}
