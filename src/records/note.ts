import { z } from 'zod'

/** Tags that the page offers. A reader may use any other. */
export const USUAL_TAGS = [
  'disagree with verdict',
  'worth reading',
  'suspects a test',
  'fault of ours',
] as const

/** What a reader has to say of a trial. It stands beside the verdict and never changes it. */
export const NewNote = z.strictObject({
  author: z.string().trim().min(1).max(100),
  tags: z.array(z.string().trim().min(1).max(60)).max(20),
  text: z.string().max(20_000),
})
export type NewNote = z.infer<typeof NewNote>

/** The same as it is stored. Nothing is ever removed: one that its reader takes back is marked. */
export const ReaderNote = NewNote.extend({
  /** In the order of storing, from 1. */
  id: z.int().positive(),
  /** The trial. */
  number: z.int().positive(),
  at: z.iso.datetime(),
  withdrawnAt: z.iso.datetime().nullable(),
  /** Why what is stored cannot be read. The author and the text are then words of ours, which say so. */
  damage: z.string().optional(),
})
export type ReaderNote = z.infer<typeof ReaderNote>
