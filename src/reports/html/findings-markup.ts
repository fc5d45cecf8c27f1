import { cellFindings, comparisonFindings, comparisonsLead } from '../findings.ts'
import { type Markup, markup } from './markup.ts'
import type { RunPage } from './run-page.ts'

/** What was found, a careful sentence each. */
export function findingsMarkup(page: RunPage): Markup {
  const { report } = page
  const cells = cellFindings(page)
  const { comparisons: family } = report
  const comparisons = family === undefined ? [] : comparisonFindings(family)
  if (cells.length + comparisons.length === 0) return markup`<p>No trial has ended yet.</p>`
  return markup`${sentences(cells)}${
    family !== undefined &&
    comparisons.length > 0 &&
    markup`<p>${comparisonsLead(family)}</p>${sentences(comparisons)}`
  }`
}

function sentences(list: readonly string[]): Markup {
  return markup`<ul class="findings">${list.map((sentence) => markup`<li>${bound(sentence)}</li>`)}</ul>`
}

/** A per cent sign must not begin a line. */
function bound(sentence: string): string {
  return sentence.replaceAll(' %', '\u00a0%')
}
