import type { SiteComparison } from '../../records/site.ts'
import type { ListedRun } from '../../records/view.ts'

/** So many of the latest runs of a scenario are compared with one another. */
const LATEST = 6

/** What a site compares: the cells of each run, and the latest runs of each scenario with one another, the earlier first. */
export function siteComparisons(runs: readonly ListedRun[]): Pick<SiteComparison, 'a' | 'b'>[] {
  const alone = runs.map(({ name }) => ({ a: name, b: null }))
  const pairs = [...Map.groupBy(runs, ({ scenario }) => scenario.id).values()].flatMap((same) => {
    const latest = same.toSorted(byAge).slice(-LATEST)
    return latest.flatMap((a, place) =>
      latest.slice(place + 1).map((b) => ({ a: a.name, b: b.name })),
    )
  })
  return [...alone, ...pairs]
}

function byAge(a: ListedRun, b: ListedRun): number {
  return Date.parse(a.createdAt) - Date.parse(b.createdAt)
}
