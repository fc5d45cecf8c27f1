import { FLOW_HEADINGS, FLOW_WORDS, flowParts } from '../flow-part.ts'
import { missingSaid } from '../report-words.ts'
import { joined, type Markup, markup } from './markup.ts'
import type { RunPage } from './run-page.ts'
import { saidMarkup } from './said-markup.ts'
import { tableMarkup } from './table-markup.ts'

/** How far the trials of each cell came, and what was left out on the way. */
export function flowMarkup(page: RunPage): Markup | null {
  const { lossy, others } = flowParts(page)
  if (lossy.length === 0 && others === '') return null
  const table = tableMarkup(
    'How far the trials of each cell came',
    [
      { heading: 'trials of' },
      ...FLOW_HEADINGS.map((heading) => ({ heading, isNumber: true })),
      { heading: 'left out' },
    ],
    lossy.map(({ name, counts, leftOut }) => [name, ...counts, leftOut]),
  )
  return markup`${
    lossy.length > 0 && markup`<p>How far the trials of a cell came (${FLOW_WORDS}):</p>${table}`
  }${others !== '' && markup`<p>${others}</p>`}`
}

/** Trials that rates could not count, and what they could have changed. */
export function missingMarkup(page: RunPage): Markup | null {
  const said = missingSaid(page)
  if (said.length === 0) return null
  return joined(said.map(({ sentence, items }) => saidMarkup(sentence, items)))
}
