import type { VerdictName } from '../../records/verdict.ts'
import { VERDICT_WORDS } from '../verdict-words.ts'
import { type Markup, markup } from './markup.ts'

/** A verdict as a mark: its colour, and always its words. */
export function verdictMark(verdict: VerdictName): Markup {
  return markup`<span class="verdict verdict-${verdict}">${VERDICT_WORDS[verdict]}</span>`
}
