import { type Caution, cautionsOf } from '../caution-part.ts'
import { verifyCommand } from '../report-notes.ts'
import { isAllScripted } from '../report-page.ts'
import { ALL_SCRIPTED } from '../report-words.ts'
import { joined, type Markup, markup } from './markup.ts'
import type { RunPage } from './run-page.ts'
import { saidMarkup } from './said-markup.ts'

/** What must be known before any number: an altered file, a choice made afterwards, agents that are scripts. */
export function cautionsMarkup(page: RunPage): Markup | null {
  const { report, notes } = page
  const cautions = [
    ...cautionsOf(report, verifyCommand(notes)),
    ...(isAllScripted(page) ? [SCRIPTED] : []),
  ]
  if (cautions.length === 0) return null
  return joined(
    cautions.map(
      ({ sentence, items, weight }) =>
        markup`<div class="caution ${weight}" role="note">${saidMarkup(sentence, items)}</div>`,
    ),
  )
}

const SCRIPTED: Caution = { sentence: ALL_SCRIPTED, items: [], weight: 'care' }
