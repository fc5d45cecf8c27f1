import type { PageLinks } from '../../../src/reports/html/run-page.ts'
import { stringifySearch } from '../../parts/search-text.ts'
import { armValue } from '../../parts/trial-filter.ts'

/** Where the page of a run leads: to its trials, as the list's address has them. */
export function createPageLinks(name: string): PageLinks {
  const trials = `#/runs/${encodeURIComponent(name)}/trials`
  return {
    trial: (number) => `${trials}/${number}`,
    trials: ({ agent, arm, verdict }) =>
      `${trials}${stringifySearch({ agent, arm: armValue(arm), verdict })}`,
  }
}
