import { cellFindings, comparisonFindings } from '../findings.ts'
import { type Markup, markup } from './markup.ts'
import type { RunPage } from './run-page.ts'

/** What was found, a careful sentence each. */
export function findingsMarkup(page: RunPage): Markup {
  const { report } = page
  const cells = cellFindings(page)
  const comparisons = report.comparisons === undefined ? [] : comparisonFindings(report.comparisons)
  if (cells.length + comparisons.length === 0) return markup`<p>No trial has ended yet.</p>`
  return markup`${sentences(cells)}${
    comparisons.length > 0 && markup`<p>As compared:</p>${sentences(comparisons)}`
  }`
}

function sentences(list: readonly string[]): Markup {
  return markup`<ul class="findings">${list.map((sentence) => markup`<li>${sentence}</li>`)}</ul>`
}
