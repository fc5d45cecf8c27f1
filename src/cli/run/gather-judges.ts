import type { JudgeReport } from '../../records/judge-report.ts'
import {
  type CountedJudgement,
  countedJudgement,
  judgeReports,
  type SeenTrial,
  seenTrial,
} from '../../reports/judging/judge-report.ts'
import type { RunReader } from '../../store/store.ts'

/**
 * What judges said of a run, beside what was seen from outside. Empty where none was asked. Of trials that were not judged
 * nothing is read.
 *
 * @param size how many trials the run holds
 */
export async function gatherJudges(
  reader: Pick<RunReader, 'judgements' | 'summaries'>,
  size: number,
): Promise<JudgeReport[]> {
  const judgements: CountedJudgement[] = []
  for await (const judgement of reader.judgements()) judgements.push(countedJudgement(judgement))
  if (judgements.length === 0) return []
  const trials = new Map<number, SeenTrial>()
  for await (const summary of reader.summaries({ judged: true })) {
    trials.set(summary.spec.number, seenTrial(summary))
  }
  return judgeReports(judgements, trials, size)
}
