import type { Look } from '../../records/analysis.ts'
import type { StoppingReport } from '../../records/run.ts'
import type { Study } from '../../records/study.ts'
import { followedIn, plannedTrials } from '../../trials/stopping/followed.ts'

/**
 * What came of a study's rule for stopping early. Null: it has none that anything follows from.
 *
 * @param looks that were taken in its run, in order
 */
export function stoppingReport(study: Study, looks: readonly Look[]): StoppingReport | null {
  const followed = followedIn(study)
  if (followed === null) return null
  return {
    rule: followed.rule,
    most: plannedTrials(study),
    followed: followed.subjects.map(({ of }) => of),
    looks: looks.length,
    decisions: looks.flatMap(({ number, at, trials, entries }, index) => {
      const before = looks[index - 1]?.entries
      const decided = entries.flatMap((entry, place) =>
        entry.decided !== null && (before?.[place]?.decided ?? null) === null ? [place] : [],
      )
      return decided.length === 0 ? [] : [{ look: number, at, trials, decided }]
    }),
    last: looks.at(-1) ?? null,
  }
}
