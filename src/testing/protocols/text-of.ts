import { z } from 'zod'

/** A text, or parts of which some are text; as one text. */
export const TextOf = z
  .union([z.string(), z.array(z.looseObject({ text: z.string().optional() }))])
  .nullish()
  .transform((content) =>
    typeof content === 'string' ? content : (content ?? []).map((part) => part.text ?? '').join(''),
  )

/** Text with a word in it: Anthropic and Amazon refuse any other. */
export const Words = z.string().regex(/\S/, 'text must hold something beside white space')

/** Messages of the two in turn, as Anthropic and Amazon want them. */
export function isInTurn(messages: readonly { readonly role: string }[]): boolean {
  return messages.every(({ role }, index) => role === (index % 2 === 0 ? 'user' : 'assistant'))
}
