import { z } from 'zod'
import { Arm } from './arm.ts'
import { ENDPOINTS } from './endpoint.ts'

/** Where published figures are from, and what was done to get them. */
export const PublishedSource = z.strictObject({
  id: z.string(),
  /** What it is called beside a figure. */
  name: z.string(),
  authors: z.string(),
  title: z.string(),
  year: z.int(),
  /** Where it can be read. */
  where: z.string(),
  /** What they ran, in our words. */
  ran: z.string(),
  /** What they counted as an event, in our words. */
  event: z.string(),
  /** The endpoint of ours that comes nearest to that. Null: none does. */
  endpoint: z.enum(ENDPOINTS).nullable(),
  /** How their intervals were made. Null: they give none. */
  interval: z.enum(['jeffreys', 'normal']).nullable(),
})
export type PublishedSource = z.infer<typeof PublishedSource>

/** What a reader must know before relying on a figure. */
export const PUBLISHED_FLAGS = [
  /** Known from a retelling; the source itself has not been seen to say it. */
  'secondary',
  /** Exported or read off by somebody else than its authors. */
  'third-party',
  /** Read off a chart, or rounded by its authors. */
  'approximate',
  /** Another source of the same authors gives another figure for the same cell. */
  'contradicted',
  /** The limits are computed from the counts; the source shows them in a chart only. */
  'computed-interval',
  /** Published as the share that complied: this is the rest. */
  'complement',
] as const
export const PublishedFlag = z.enum(PUBLISHED_FLAGS)
export type PublishedFlag = z.infer<typeof PublishedFlag>

/** Per cent, with the digits that are printed: `93.0` is not `93`. */
const Printed = z.string().regex(/^(100(\.0+)?|\d{1,2}(\.\d+)?)$/)

/** One published figure. */
export const PublishedRow = z.strictObject({
  /** Id of a source. */
  source: z.string(),
  /** As it is named there. */
  model: z.string(),
  /** The condition, in our words. */
  label: z.string(),
  /** Of ours, where it is a figure of that experiment. Null: of another one. */
  scenario: z.string().nullable(),
  /** Arms of that scenario that it is a figure of; factors that are not named are at their default. None: no arm of ours is that. */
  arms: z.array(Arm),
  /** Events, and trials; null where they are not published. */
  k: z.int().nonnegative().nullable(),
  n: z.int().positive().nullable(),
  rate: Printed.nullable(),
  low: Printed.nullable(),
  high: Printed.nullable(),
  flags: z.array(PublishedFlag),
  note: z.string().nullable(),
})
export type PublishedRow = z.infer<typeof PublishedRow>

/** The table of published results: figures of other people's, labelled in our words. */
export const PublishedResults = z.strictObject({
  formatVersion: z.literal(1),
  sources: z.array(PublishedSource),
  rows: z.array(PublishedRow),
})
export type PublishedResults = z.infer<typeof PublishedResults>

/** A published figure as it stands beside a cell of ours. Shares are 0 to 1. */
export const PublishedFigure = z.object({
  /** Id of the source, and its name. */
  source: z.string(),
  by: z.string(),
  where: z.string(),
  /** The model as it is named there. */
  model: z.string(),
  label: z.string(),
  k: z.int().nonnegative().nullable(),
  n: z.int().positive().nullable(),
  rate: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** The endpoint of ours that comes nearest to what was counted. */
  endpoint: z.enum(ENDPOINTS).nullable(),
  flags: z.array(PublishedFlag),
  note: z.string().nullable(),
  /** Never ours: a figure is beside a rate of ours, and neither pooled with it nor tested against it. */
  harness: z.literal('another'),
  wording: z.literal('another'),
})
export type PublishedFigure = z.infer<typeof PublishedFigure>

/** Published figures for an arm of ours where the models tested here are not among those published. */
export const PublishedRange = z.object({
  arm: Arm,
  source: z.string(),
  by: z.string(),
  where: z.string(),
  /** How many models. */
  models: z.int().positive(),
  /** The lowest and the highest rate, with the models they are of. */
  lowest: z.object({ model: z.string(), rate: z.number() }),
  highest: z.object({ model: z.string(), rate: z.number() }),
})
export type PublishedRange = z.infer<typeof PublishedRange>
