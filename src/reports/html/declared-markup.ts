import { countText } from '../count-text.ts'
import { planSentence } from '../planning/plan-part.ts'
import { publishedParts } from '../published/published-part.ts'
import { stoppingItems, stoppingSentences } from '../stopping/stopping-part.ts'
import { joined, type Markup, markup } from './markup.ts'
import type { RunPage } from './run-page.ts'
import { listMarkup, saidMarkup } from './said-markup.ts'
import { tableMarkup } from './table-markup.ts'

/** Whether the run was declared beforehand, and everything in which it differs from that. */
export function planMarkup({ report, viewed }: RunPage): Markup {
  const { plan } = report
  if (plan !== undefined) return saidMarkup(planSentence(plan), plan.differences)
  return markup`<p>This run is of study <code>${viewed.header.studyHash}</code>, which was not locked to a plan before its first trial. Every trial in it is one that its study declares.</p>`
}

/** What a rule for stopping early came to. Null: there is none. */
export function stoppingMarkup({ report, labels }: RunPage): Markup | null {
  const { stopping } = report
  if (stopping === undefined) return null
  const items = stoppingItems(report, stopping, labels)
  const decisions = stopping.decisions.map(({ look, at, trials, decided }) => [
    countText(look),
    markup`<span class="no-break">${at.slice(0, 16).replace('T', ' ')} UTC</span>`,
    countText(trials),
    decided.map((place) => items[place]?.name ?? '').join('; '),
  ])
  return joined([
    markup`<p>${stoppingSentences(report, stopping).join(' ')}</p>`,
    listMarkup(items.map(({ name, text }) => markup`<b>${name}</b>: ${text}`)),
    decisions.length === 0 || items.length === 0
      ? markup``
      : tableMarkup(
          'Looks by which something was decided',
          [
            { heading: 'look', isNumber: true },
            { heading: 'at' },
            { heading: 'trials', isNumber: true },
            { heading: 'ended' },
          ],
          decisions,
        ),
  ])
}

/** What others have published for the same arms. Null: nothing. */
export function publishedMarkup({ report, labels }: RunPage): Markup | null {
  const parts = publishedParts(report, labels)
  if (parts.length === 0) return null
  return joined(
    parts.map(({ sentence, items }) =>
      saidMarkup(
        sentence,
        items.map(({ name, text }) => (name === '' ? text : markup`<b>${name}</b>: ${text}`)),
      ),
    ),
  )
}
