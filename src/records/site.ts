import { z } from 'zod'
import { Exchange, ViewedComparison } from './view.ts'

// What a site that `view --export` writes holds beside the values that a server sends. Its files:
//
//   data/runs.json                          RunListing
//   data/compare.json                       SiteComparison[]
//   data/runs/NAME/run.json, index.json     ViewedRun, TrialIndex
//   data/runs/NAME/report.html|md|json|csv
//   data/runs/NAME/trials/pages.json        SitePages; trials/0.json …: ViewedTrial[] in order of number
//   data/runs/NAME/exchanges/pages.json     SitePages; exchanges/0.json …: SiteExchange[] in order of number and `seq`

/**
 * The pages that a run's trials, or their exchanges, are spread over: entry i has the first and the last number of a trial that
 * `i.json` holds something of. They ascend and do not overlap; a number in between need not be there.
 */
export const SitePages = z.array(z.object({ first: z.int().positive(), last: z.int().positive() }))
export type SitePages = z.infer<typeof SitePages>

/** A raw exchange, and where it stands. */
export const SiteExchange = Exchange.extend({
  number: z.int().positive(),
  seq: z.int().nonnegative(),
})
export type SiteExchange = z.infer<typeof SiteExchange>

/** A comparison that was made when the site was written, on the terms that the runs' studies declare. */
export const SiteComparison = z.object({
  /** The earlier run, and the later; null: the cells of one. */
  a: z.string(),
  b: z.string().nullable(),
  terms: z.object({}),
  comparison: ViewedComparison,
})
export type SiteComparison = z.infer<typeof SiteComparison>
