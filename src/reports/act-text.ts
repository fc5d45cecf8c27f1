import type { Act } from '../records/act.ts'
import { escapeLine } from './escape-text.ts'

/** An act on one line: what it is called, what is known of it, and how that is known. */
export function actText(act: Act): string {
  const detail = act.detail === undefined ? '' : ` (${escapeLine(act.detail)})`
  return `${actName(act)}${detail}, ${BASIS_WORDS[act.basis]}`
}

/** What an act is called, escaped. */
export function actName({ name }: Pick<Act, 'name'>): string {
  return escapeLine(name.replaceAll('-', ' '))
}

/** How an act is known. */
export const BASIS_WORDS = {
  world: 'seen from outside',
  traced: 'traced',
  command: 'read off the command',
} as const satisfies Record<Act['basis'], string>
