import { z } from 'zod'

/** How hard a reasoning model is asked to think, in the order of effort. What a model does not have, its provider maps to its nearest. */
export const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const
export const Effort = z.enum(EFFORTS)
export type Effort = z.infer<typeof Effort>

/**
 * Settings of generation. What is left out stays at the provider's own default; what a model does not know, its provider
 * leaves out or refuses.
 */
export const Generation = z.strictObject({
  temperature: z.number().nonnegative().optional().describe('How freely words are drawn.'),
  topP: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('Words are drawn from the likeliest that make up this share.'),
  topK: z.int().positive().optional().describe('Words are drawn from so many of the likeliest.'),
  maxTokens: z.int().positive().optional().describe('Tokens of one turn, reasoning included.'),
  seed: z.int().optional().describe('The provider’s own seed, where it has one.'),
  effort: Effort.optional().describe('How hard a reasoning model is asked to think.'),
  reasoningTokens: z
    .int()
    .positive()
    .optional()
    .describe('Tokens of reasoning alone, where a provider takes a figure instead of an effort.'),
})
export type Generation = z.infer<typeof Generation>

/** Who has answered, as far as the provider says. Two trials of one cell whose identities differ are not trials of one model. */
export const ModelIdentity = z.object({
  provider: z.string(),
  /** The model that was asked for. */
  model: z.string(),
  /** The model that the provider says has answered, usually a dated snapshot. */
  answeredBy: z.string().nullable(),
  /** OpenAI's `system_fingerprint` and its like: the build that has answered. */
  fingerprint: z.string().nullable(),
})
export type ModelIdentity = z.infer<typeof ModelIdentity>

/** US dollars a million tokens. */
export const TokenPrice = z.strictObject({
  input: z.number().nonnegative(),
  /** Of input that was read from the provider's cache. @default `input` */
  cachedInput: z.number().nonnegative().optional(),
  /** Of input that was written to the provider's cache. @default `input` */
  cacheWrite: z.number().nonnegative().optional(),
  /** Reasoning included. */
  output: z.number().nonnegative(),
})
export type TokenPrice = z.infer<typeof TokenPrice>

/** What a call costs, and where it has one, the other price of a call that reads much. */
export const ModelPrice = TokenPrice.extend({
  longContext: TokenPrice.extend({
    /** It holds for all tokens of a call whose input, from the cache or not, is more than this. */
    aboveTokens: z.int().positive(),
  }).optional(),
})
export type ModelPrice = z.infer<typeof ModelPrice>

/** What is known of a model beforehand. */
export const KnownModel = z.strictObject({
  /** `PROVIDER/NAME`, as after `model:`. A name that ends in `*` stands for all that begin so; the longest that fits wins. */
  model: z.string(),
  /** Without discounts that end. Where it is not known from what length on long contexts cost more, that of the long ones. Null: none is known. */
  price: ModelPrice.nullable(),
  /** Tokens that one call can hold, in and out. */
  contextTokens: z.int().positive().nullable(),
  /** Tokens that one call can write, reasoning included. */
  maxOutputTokens: z.int().positive().nullable(),
  /** The day from which the provider no longer serves it. */
  retiredOn: z.iso.date('must be a day, as 2026-01-31').nullable().default(null),
  source: z.string(),
  /** When the source was read. */
  asOf: z.iso.date('must be a day, as 2026-01-31'),
})
export type KnownModel = z.infer<typeof KnownModel>

/** A table of models: the project's own, or a user's file, whose entries win. */
export const ModelTable = z.strictObject({ models: z.array(KnownModel) })
export type ModelTable = z.infer<typeof ModelTable>
