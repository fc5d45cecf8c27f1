import type { LanguageModelV4, LanguageModelV4CallOptions } from '@ai-sdk/provider'
import type { ProviderOptions } from '@ai-sdk/provider-utils'
import type { Generation } from '../../records/model.ts'
import type { Clock } from '../../support/clock.ts'
import type { AgentResources } from '../agent.ts'

export type Environment = AgentResources['environment']

/** One place where models are served, behind `model:<id>/NAME`. */
export interface Provider {
  readonly id: string
  /** As it is called in messages. */
  readonly title: string
  /** Where its key may stand, in the order of preference. What else belongs to a key is in `secretVariables`. */
  readonly keyVariables: readonly [string, ...string[]]
  /** All variables whose values must never be written down. */
  readonly secretVariables: readonly string[]
  readonly keyNeeded: boolean
  /** The provider whose models these are, at the same prices. */
  readonly sameModelsAs?: string
  /**
   * Its servers want turns to alternate, so that an empty one is sent back as such; elsewhere empty messages are refused.
   *
   * @default false
   */
  readonly emptyTurns?: boolean
  /** Holds an address that wins over the provider's own. */
  readonly baseUrlVariable: string
  /** Other settings without which there is no address, as they are named to a user. */
  readonly addressVariables: readonly string[]
  /** Settings that are no secrets and change what is asked: recorded, and taken from the record when a run is resumed. */
  readonly recordedVariables: readonly string[]
  /** How a key is tried for nothing; null: not simply. */
  readonly keyCheck: KeyCheck | null
  /**
   * Where it is, if the user names no address. Null: nowhere, as long as the settings above are missing.
   *
   * @throws UsageError for a setting that cannot be part of an address
   */
  baseUrl(environment: Environment): string | null
  /**
   * Loads the provider's package and reads its key.
   *
   * @throws UsageError when there is no key, or one that will not do
   */
  load(environment: Environment): Promise<LoadedProvider>
}

/** A request (GET) that costs nothing and that only a good key is answered. */
export interface KeyCheck {
  /** Behind the address at which models are asked. */
  path(environment: Environment): string
  headers(key: string): Readonly<Record<string, string>>
}

/** A list, or what is known of the key, had with the key as a bearer token. */
export function bearerCheck(path: string): KeyCheck {
  return {
    path: () => path,
    headers: (key): Readonly<Record<string, string>> =>
      key === '' ? {} : { authorization: `Bearer ${key}` },
  }
}

/** A provider that can be asked. */
export interface LoadedProvider {
  /** What must be taken out of everything that is kept, as far as it is known by now. */
  secrets(): readonly string[]
  create(settings: ModelSettings): LanguageModelV4
  /**
   * What it takes to ask this model with these settings, besides those that all packages understand alike; what is in it wins over them.
   *
   * @throws UsageError for a setting that the provider has no word for
   */
  optionsFor(name: string, generation: Generation): OwnOptions
}

/** What a provider's package is given. Nothing is left for it to read from the environment itself. */
export interface ModelSettings {
  readonly name: string
  readonly baseURL: string
  readonly fetch: typeof fetch
  /** For keys that run out. */
  readonly clock: Clock
}

export interface OwnOptions {
  /** Passed on with each request. */
  readonly providerOptions: ProviderOptions
  /** `provider-default` where `providerOptions` already say it. */
  readonly reasoning?: NonNullable<LanguageModelV4CallOptions['reasoning']>
  readonly maxOutputTokens?: number
}
